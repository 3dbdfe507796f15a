import NIOCore
import SluiceCore
import SluiceWire

/// Reads the members of a request's body, each with its rule. A member that nobody knows is refused, since it is most often a typing
/// error that would be found out too late.
struct FieldReader {
    /// The longest text of JSON within a body, such as the definition of a limit.
    static let jsonLimit = 16 * 1024

    private let root: JSONNode?
    /// The names of the members that are there, in order.
    let names: [String]

    /// Reads an object with no other members than `known`. No body is an object without members.
    init(_ body: ByteBuffer, known: Set<String>) throws(AdminError) {
        guard body.readableBytes > 0 else {
            self.root = nil
            self.names = []
            return
        }
        let document: JSONDocument
        do {
            document = try JSONDocument(
                parsing: Array(body.readableBytesView),
                limits: JSONLimits(maximumDepth: 32, maximumMembers: 256, maximumNodes: 20_000))
        } catch {
            throw AdminError(.malformedJSON, "The body is not JSON: \(error.message) at byte \(error.offset).")
        }
        guard document.root.kind == .object else {
            throw AdminError(.malformedJSON, "The body is to be a JSON object.")
        }
        var names: [String] = []
        for (name, _) in document.root.members {
            guard known.contains(name) else {
                let shown = known.sorted().joined(separator: ", ")
                throw AdminError(
                    .unknownField,
                    shown.isEmpty
                        ? "There is no field \(FieldRules.quoted(name)): none are taken here."
                        : "There is no field \(FieldRules.quoted(name)). Those that are taken are \(shown).",
                    parameter: FieldRules.shortened(name))
            }
            guard !names.contains(name) else {
                throw AdminError(.malformedJSON, "The field \(name) stands twice in the body.", parameter: name)
            }
            names.append(name)
        }
        self.root = document.root
        self.names = names
    }

    /// Whether the member is there, `null` included.
    func has(_ name: String) -> Bool { self.names.contains(name) }

    /// The member as it was written.
    func raw(_ name: String) -> ArraySlice<UInt8>? { self.root?[name]?.rawBytes }

    func string(_ name: String) throws(AdminError) -> Field<String> {
        try self.read(name, "a string") { $0.stringValue }
    }

    func bool(_ name: String) throws(AdminError) -> Field<Bool> {
        try self.read(name, "true or false") { $0.boolValue }
    }

    func strings(_ name: String) throws(AdminError) -> Field<[String]> {
        try self.read(name, "an array of strings") { node in
            guard node.kind == .array else { return nil }
            var list: [String] = []
            for element in node.elements {
                guard let text = element.stringValue else { return nil }
                list.append(text)
            }
            return list
        }
    }

    func map(_ name: String) throws(AdminError) -> Field<[String: String]> {
        try self.read(name, "an object whose values are strings") { node in
            guard node.kind == .object else { return nil }
            var map: [String: String] = [:]
            for (key, value) in node.members {
                guard let text = value.stringValue else { return nil }
                map[key] = text
            }
            return map
        }
    }

    /// Any JSON value, as its text.
    func json(_ name: String) throws(AdminError) -> Field<String> {
        let field = try self.read(name, "a JSON value") { String(decoding: $0.rawBytes, as: UTF8.self) }
        if case .value(let text) = field, text.utf8.count > Self.jsonLimit {
            throw AdminError(.invalidField, "\(name) is longer than \(Self.jsonLimit) bytes.", parameter: name)
        }
        return field
    }

    /// One of a closed set of words.
    func word<Word: RawRepresentable & CaseIterable>(_ name: String, _ type: Word.Type) throws(AdminError) -> Field<
        Word
    > where Word.RawValue == String {
        try self.string(name).map { text throws(AdminError) in
            guard let word = Word(rawValue: text) else {
                let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
                throw AdminError(
                    .invalidField, "\(name): expected one of \(words), found \(FieldRules.quoted(text)).",
                    parameter: name)
            }
            return word
        }
    }

    /// A time of RFC 3339.
    func time(_ name: String) throws(AdminError) -> Field<UnixTime> {
        try self.string(name).map { text throws(AdminError) in
            guard let time = UnixTime(rfc3339: text) else {
                throw AdminError(
                    .invalidField,
                    "\(name): expected a time like 2026-12-31T23:59:59Z, found \(FieldRules.quoted(text)).",
                    parameter: name)
            }
            return time
        }
    }

    /// A duration.
    func duration(_ name: String) throws(AdminError) -> Field<Duration> {
        try self.string(name).map { text throws(AdminError) in
            guard let duration = DurationField.parse(text) else {
                throw AdminError(
                    .invalidField,
                    "\(name): expected a duration like 90s, 15m, 24h or 30d, found \(FieldRules.quoted(text)).",
                    parameter: name)
            }
            return duration
        }
    }

    /// A value that has to be there.
    func required<Value>(_ name: String, _ field: Field<Value>) throws(AdminError) -> Value {
        guard case .value(let value) = field else {
            throw AdminError(.missingField, "\(name) is missing.", parameter: name)
        }
        return value
    }

    /// Puts a value in the place of one that cannot be empty.
    func replace<Value>(_ name: String, _ field: Field<Value>, in target: inout Value) throws(AdminError) {
        switch field {
        case .absent: break
        case .null: throw AdminError(.invalidField, "\(name) cannot be null.", parameter: name)
        case .value(let value): target = value
        }
    }

    /// A member by a rule of its own, which gives `nil` for what is not `expected`.
    func read<Value>(
        _ name: String,
        _ expected: String,
        _ value: (JSONNode) -> Value?
    ) throws(AdminError) -> Field<Value> {
        guard let node = self.root?[name] else { return .absent }
        if node.isNull { return .null }
        guard let value = value(node) else {
            throw AdminError(.invalidField, "\(name): expected \(expected).", parameter: name)
        }
        return .value(value)
    }
}
