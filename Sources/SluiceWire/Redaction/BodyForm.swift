/// What a captured body is made of, as far as redaction looks into it.
public enum BodyForm: Sendable, Equatable {
    /// One JSON value.
    case json
    /// A JSON array whose elements are the events of a stream.
    case array
    /// Server-sent events with JSON as their data.
    case events
    /// JSON values, one on each line.
    case lines
    /// Frames of AWS, with JSON in them.
    case frames
    /// Anything else.
    case text

    /// The form of a body with this media type. `isStreamed` says that it is the answer of a stream.
    public init(contentType: String?, isStreamed: Bool) {
        let essence = (contentType ?? "").utf8.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") }
            .map(RedactedField.lowered)
        self =
            switch String(decoding: essence, as: UTF8.self) {
            case "text/event-stream": .events
            case "application/x-ndjson", "application/jsonl": .lines
            case "application/vnd.amazon.eventstream": .frames
            case "application/json": isStreamed ? .array : .json
            case let type where type.hasSuffix("+json"): .json
            // Multipart forms, audio, and bodies that say nothing of themselves.
            default: .text
            }
    }
}
