/// One frame of ConverseStream, read as far as a gateway that passes it on needs: what it is, the usage, the reason.
public struct BedrockStreamEvent: Sendable {
    /// The kinds of frame.
    public enum Kind: Sendable, Hashable {
        case messageStart, contentBlockStart, contentBlockDelta, contentBlockStop, messageStop, metadata
        /// The vendor gave up; the stream is over.
        case exception(NeutralError)
        /// A known event whose payload is no JSON object.
        case malformed
        /// An event of a kind that is not known.
        case other
    }

    /// The kind.
    public private(set) var kind: Kind
    /// The usage: in ``Kind/metadata`` only.
    public private(set) var usage: TokenUsage?
    /// Why the answer ended: in ``Kind/messageStop`` only.
    public private(set) var stopReason: String?
    /// The payload, where it was parsed.
    let payload: JSONDocument?

    /// Whether the frame carries a piece of the answer.
    public var hasContent: Bool { kind == .contentBlockDelta || kind == .contentBlockStart }

    /// Reads a frame for conversion: the payload is parsed.
    init(headers: Span<UInt8>, payload: Span<UInt8>) {
        self.init(headers: headers, payload: payload, parsesContent: true)
    }

    /// Reads a frame on its way through: payloads of the answer's pieces, which are nearly all, are not looked at.
    public static func tap(headers: Span<UInt8>, payload: Span<UInt8>) -> BedrockStreamEvent {
        BedrockStreamEvent(headers: headers, payload: payload, parsesContent: false)
    }

    private init(headers: Span<UInt8>, payload: Span<UInt8>, parsesContent: Bool) {
        guard AWSEventStreamHeaders.has(":message-type", "event", in: headers) else {
            let error = Self.error(headers, payload)
            kind = error.map { .exception($0) } ?? .other
            self.payload = nil
            return
        }
        kind = Self.kind(headers)
        let isWanted =
            switch kind {
            case .messageStop, .metadata: true
            case .contentBlockStart, .contentBlockDelta, .contentBlockStop: parsesContent
            default: false
            }
        guard isWanted else {
            self.payload = nil
            return
        }
        guard let document = try? JSONDocument(copying: payload), document.root.kind == .object else {
            kind = .malformed
            self.payload = nil
            return
        }
        self.payload = document
        if kind == .metadata { usage = BedrockUsage.read(document.root["usage"]) }
        if kind == .messageStop { stopReason = document.root["stopReason"]?.stringValue }
    }

    private static func kind(_ headers: Span<UInt8>) -> Kind {
        guard let range = AWSEventStreamHeaders.range(of: ":event-type", in: headers) else { return .other }
        if AWSEventStreamHeaders.equals(headers, range, "contentBlockDelta") { return .contentBlockDelta }
        if AWSEventStreamHeaders.equals(headers, range, "contentBlockStart") { return .contentBlockStart }
        if AWSEventStreamHeaders.equals(headers, range, "contentBlockStop") { return .contentBlockStop }
        if AWSEventStreamHeaders.equals(headers, range, "messageStart") { return .messageStart }
        if AWSEventStreamHeaders.equals(headers, range, "messageStop") { return .messageStop }
        if AWSEventStreamHeaders.equals(headers, range, "metadata") { return .metadata }
        return .other
    }

    /// The error in a frame of the type `exception` or `error`; `nil` in others.
    private static func error(_ headers: Span<UInt8>, _ payload: Span<UInt8>) -> NeutralError? {
        let root = (try? JSONDocument(copying: payload, limits: JSONLimits(maximumNodes: 65_536)))?.root
        if AWSEventStreamHeaders.has(":message-type", "exception", in: headers) {
            let type = AWSEventStreamHeaders.string(":exception-type", in: headers) ?? "internalServerException"
            let message = root?["message"]?.stringValue ?? root?["Message"]?.stringValue
            return BedrockErrors.read(exception: type, message: message ?? root?["originalMessage"]?.stringValue)
        }
        if AWSEventStreamHeaders.has(":message-type", "error", in: headers) {
            let type = AWSEventStreamHeaders.string(":error-code", in: headers) ?? "internalServerException"
            return BedrockErrors.read(
                exception: type, message: AWSEventStreamHeaders.string(":error-message", in: headers))
        }
        return nil
    }
}
