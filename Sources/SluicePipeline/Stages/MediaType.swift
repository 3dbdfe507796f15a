import SluiceHTTP

/// A media type without its parameters. Source: RFC 9110, section 8.3.1.
enum MediaType {
    /// `type/subtype` in lower case, without parameters; characters that a message could not show are left out.
    static func essence(_ value: String) -> String {
        if value.isField("application/json") { return "application/json" }
        let end = value.utf8.firstIndex { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: ",") } ?? value.endIndex
        let text = value[..<end].utf8.prefix(100).filter { $0 > 0x20 && $0 < 0x7F }
        return String(decoding: text, as: UTF8.self).lowercased()
    }

    /// Whether the value names JSON.
    static func isJSON(_ value: String?) -> Bool {
        guard let value else { return false }
        let essence = self.essence(value)
        return essence == "application/json" || essence.hasSuffix("+json")
    }

    /// Whether the value names a stream of any dialect.
    static func isStream(_ value: String?) -> Bool {
        guard let value else { return false }
        switch self.essence(value) {
        case "text/event-stream", "application/x-ndjson", "application/vnd.amazon.eventstream": return true
        default: return false
        }
    }

    /// Whether the value names a stream of server-sent events.
    static func isEventStream(_ value: String?) -> Bool {
        guard let value else { return false }
        return self.essence(value) == "text/event-stream"
    }
}
