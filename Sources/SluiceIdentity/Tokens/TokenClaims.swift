import SluiceCore
import SluiceWire

/// The claims of a token, or the members of an introspection answer.
struct TokenClaims {
    /// The bounds of the JSON in a token.
    static let limits = JSONLimits(maximumDepth: 16, maximumMembers: 512, maximumNodes: 8192)
    /// The longest claim that becomes part of a principal, in bytes.
    static let longestText = 256

    /// One claim as text.
    enum Text: Equatable {
        case absent
        case value(String)
        /// It is there, and is no text that could name anything.
        case unusable
    }

    let root: JSONNode

    /// Reads claims; `nil` for what is no JSON object, or has a member twice.
    init?(_ bytes: [UInt8]) {
        guard let document = try? JSONDocument(parsing: bytes, limits: Self.limits), document.root.kind == .object
        else { return nil }
        // RFC 7519, section 4: of two claims with one name, other readers may see the other one.
        var names: Set<String> = []
        for member in document.root.members where !names.insert(member.key).inserted { return nil }
        self.root = document.root
    }

    /// The value of a claim, by its very name, else by a path of names with dots between them.
    func value(_ name: String) -> JSONNode? {
        if let value = self.root[name] { return value.isNull ? nil : value }
        guard name.utf8.contains(UInt8(ascii: ".")) else { return nil }
        var node = self.root
        for part in name.split(separator: ".", omittingEmptySubsequences: false) {
            guard let next = node[String(part)] else { return nil }
            node = next
        }
        return node.isNull ? nil : node
    }

    /// A claim that names something: a text, a whole number, or a list of one of these.
    func text(_ name: String) -> Text {
        guard let value = self.value(name) else { return .absent }
        return Self.text(value.kind == .array && value.count == 1 ? value[0] ?? value : value)
    }

    private static func text(_ node: JSONNode) -> Text {
        let text: String
        if let string = node.stringValue {
            text = string
        } else if let number = node.intValue {
            text = String(number)
        } else {
            return .unusable
        }
        guard !text.isEmpty, text.utf8.count <= Self.longestText,
            text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F && $0.value != 0xFFFD })
        else { return .unusable }
        return .value(text)
    }

    /// The words of a claim: a text with spaces between them, or a list of texts.
    func words(_ name: String) -> [String] {
        guard let value = self.value(name) else { return [] }
        if let text = value.stringValue { return text.split(separator: " ").map { String($0) } }
        return value.elements.compactMap(\.stringValue)
    }

    /// Whether one of `audiences` is meant. Source: RFC 7519, section 4.1.3.
    func isFor(_ audiences: [String]) -> Bool {
        guard let value = self.root["aud"] else { return false }
        if let text = value.stringValue { return audiences.contains(text) }
        return value.elements.contains { $0.stringValue.map { audiences.contains($0) } ?? false }
    }

    /// A moment, in seconds since 1970, whole or not. Throws when the claim is there and no moment.
    /// Source: RFC 7519, section 2 (NumericDate).
    func time(_ name: String) throws(Unreadable) -> UnixTime? {
        guard let value = self.root[name] else { return nil }
        // Up to the year 5138, so that sums with leeways cannot overflow.
        guard let seconds = value.doubleValue, abs(seconds) < 1e11 else { throw Unreadable() }
        return UnixTime(milliseconds: Int64((seconds * 1000).rounded(.down)))
    }

    /// A claim that makes no sense.
    struct Unreadable: Error {}

    /// Until when the claims hold, if they do at `now`; `nil` when they do not. A token without an end has `fallback` as its end.
    ///
    /// Source: RFC 7519, sections 4.1.4 to 4.1.6.
    func validity(at now: UnixTime, leeway: Duration, fallback: UnixTime?) -> UnixTime? {
        let times: (end: UnixTime?, start: UnixTime?, issued: UnixTime?)
        do {
            times = (try self.time("exp"), try self.time("nbf"), try self.time("iat"))
        } catch {
            return nil
        }
        guard let end = times.end?.advanced(by: leeway) ?? fallback, now < end else { return nil }
        let latest = now.advanced(by: leeway)
        if let start = times.start, latest < start { return nil }
        if let issued = times.issued, latest < issued { return nil }
        return end
    }
}
