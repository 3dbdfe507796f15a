/// What the body of an error reply says, whatever shape it has.
///
/// Read in this order: `{"error":{"message","type","code","param"}}`; `{"error":"text","error_type"}` (TEI, Ollama);
/// `{"message"}` (Cohere and others); `{"detail":"text"}` and `{"detail":[{"loc":[...],"msg"}]}` (servers on FastAPI);
/// an array around any of these; the title of a page, or the first line of a text. Never fails: what says nothing is
/// empty.
struct VendorErrorBody: Sendable, Equatable {
    /// The vendor's words, at most ``messageLimit`` bytes; empty when it said nothing that can be shown.
    private(set) var message = ""
    /// The vendor's class of error.
    private(set) var type: String?
    /// The vendor's code; a number as its text.
    private(set) var code: String?
    /// The field at fault.
    private(set) var parameter: String?

    /// How many bytes of UTF-8 a message keeps.
    static let messageLimit = 4096
    private static let nameLimit = 256

    init(_ bytes: [UInt8]) {
        do throws(JSONError) {
            let document = try JSONDocument(parsing: bytes, limits: JSONLimits(maximumNodes: 65_536))
            self.init(document.root)
        } catch {
            self.init(message: Self.text(bytes))
        }
    }

    private init(message: String) {
        self.message = message
    }

    init(_ node: JSONNode) {
        // One level of wrapping is known; what is inside an inner array is not looked for.
        let node = node.kind == .array ? (node[0] ?? node) : node
        if let text = node.stringValue {
            message = Self.cut(text, Self.messageLimit)
            return
        }
        var fields = node
        if let error = node["error"], error.kind == .object { fields = error }
        let texts = [fields["message"], node["error"], fields["msg"]].compactMap { $0?.stringValue }
        let detail = texts.first ?? node["detail"].flatMap { Self.detail($0) }
        message = Self.cut(detail ?? "", Self.messageLimit)
        type = Self.name(fields["type"] ?? node["error_type"])
        code = Self.name(fields["code"])
        parameter = Self.name(fields["param"])
    }

    /// Whether the words are those by which vendors say that the prompt does not fit the model.
    var saysContextTooLong: Bool { Self.saysContextTooLong(message) }

    /// Whether a text is one by which vendors say that the prompt does not fit the model.
    static func saysContextTooLong(_ text: String) -> Bool {
        self.says(
            text,
            anyOf: [
                "context length", "context window", "context size", "maximum context", "too many tokens",
                "prompt is too long", "prompt too long", "input is too long", "input token count",
                "exceeds the maximum number of tokens", "exceeds the available context",
            ])
    }

    /// Whether a text has one of the phrases in it, which are ASCII in lower case; upper and lower case alike.
    static func says(_ text: String, anyOf phrases: [StaticString]) -> Bool {
        let bytes = Array(text.utf8)
        return phrases.contains { Self.offset(of: $0, in: bytes[...]) != nil }
    }

    /// When a retry may work, in seconds: `retry-after-ms`, else `retry-after` where it is a number.
    static func retryAfterSeconds(_ header: (String) -> String?) -> Double? {
        if let text = header("retry-after-ms"), let value = Double(text), value.isFinite, value >= 0 {
            return value / 1000
        }
        if let text = header("retry-after"), let value = Double(text), value.isFinite, value >= 0 { return value }
        return nil
    }

    private static func name(_ node: JSONNode?) -> String? {
        (node?.stringValue ?? node?.numberText).map { Self.cut($0, Self.nameLimit) }
    }

    /// The text of FastAPI's `detail`: a string, or a list of faults each with its place.
    private static func detail(_ node: JSONNode) -> String? {
        if let text = node.stringValue { return text }
        if node.kind == .object { return node["message"]?.stringValue ?? node["msg"]?.stringValue }
        var faults: [String] = []
        for fault in node.elements.prefix(16) {
            guard let message = fault["msg"]?.stringValue ?? fault.stringValue else { continue }
            let place = fault["loc"]?.elements.prefix(16).compactMap { $0.stringValue ?? $0.numberText }
            let path = (place ?? []).joined(separator: ".")
            faults.append(path.isEmpty ? message : "\(path): \(message)")
        }
        return faults.isEmpty ? nil : faults.joined(separator: "; ")
    }

    /// What to show of a body that is no JSON: the title of a page, else the first line.
    private static func text(_ bytes: [UInt8]) -> String {
        let body = bytes.prefix(16 * 1024).drop { $0 <= 0x20 }
        guard body.first == 0x3C else { return self.clean(body.prefix { $0 != 0x0A && $0 != 0x0D }) }
        guard let open = self.offset(of: "<title>", in: body),
            let close = self.offset(of: "</title>", in: body[open...])
        else { return "" }
        return self.clean(body[(open + 7)..<close])
    }

    private static func offset(of phrase: StaticString, in bytes: ArraySlice<UInt8>) -> Int? {
        let wanted = UnsafeBufferPointer(start: phrase.utf8Start, count: phrase.utf8CodeUnitCount)
        guard bytes.count >= wanted.count, let first = wanted.first else { return nil }
        for start in bytes.startIndex...(bytes.endIndex - wanted.count) where self.lower(bytes[start]) == first {
            if zip(bytes[start...], wanted).allSatisfy({ self.lower($0) == $1 }) { return start }
        }
        return nil
    }

    private static func lower(_ byte: UInt8) -> UInt8 {
        byte &- 0x41 < 26 ? byte | 0x20 : byte
    }

    /// Text without control characters, white space trimmed at its ends.
    private static func clean(_ bytes: ArraySlice<UInt8>) -> String {
        var text = String(decoding: bytes.prefix(Self.messageLimit), as: UTF8.self).unicodeScalars
        text.removeAll { $0.value < 0x20 || $0.value == 0x7F }
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }

    /// The longest prefix of whole scalars within `limit` bytes of UTF-8.
    private static func cut(_ text: String, _ limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        var index = text.utf8.index(text.utf8.startIndex, offsetBy: limit)
        while index > text.startIndex, String.Index(index, within: text.unicodeScalars) == nil {
            index = text.utf8.index(before: index)
        }
        return String(text[..<index])
    }
}
