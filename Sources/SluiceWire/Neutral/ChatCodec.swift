/// One chat dialect: its bytes to the neutral model and back, as client surface and as target.
///
/// All is synchronous and pure. A dialect that is only one of the two leaves the other half to the defaults, which refuse.
public protocol ChatCodec: Sendable {
    /// Which dialect it is.
    static var dialect: Dialect { get }

    // MARK: Client surface

    /// Reads a client's request. Throws ``ConversionError/invalid(_:_:)`` where it breaks the dialect's own rules so that
    /// it cannot be understood; what the dialect has and the neutral model has not goes into the extras.
    static func readRequest(
        _ document: JSONDocument,
        _ context: inout RequestReading
    ) throws(ConversionError) -> NeutralRequest

    /// Writes a whole answer for a client.
    static func writeResponse(
        _ response: NeutralResponse,
        _ context: inout ResponseWriting
    ) throws(ConversionError) -> [UInt8]

    /// Makes a writer of a stream for a client.
    static func makeStreamWriter(_ context: ResponseWriting) -> any ChatStreamWriter

    /// Writes an error for a client: its HTTP status in this dialect, and its body.
    static func writeError(_ error: NeutralError, requestID: String) -> (status: Int, body: [UInt8])

    // MARK: Target

    /// Writes a request for a provider. Throws ``ConversionError/unsupported(_:_:)`` where the meaning would change.
    static func writeRequest(
        _ request: NeutralRequest,
        _ context: inout RequestWriting
    ) throws(ConversionError) -> [UInt8]

    /// Reads a provider's whole answer of status 2xx.
    static func readResponse(
        _ document: JSONDocument,
        _ context: inout ResponseReading
    ) throws(ConversionError) -> NeutralResponse

    /// Makes a reader of a provider's stream.
    static func makeStreamReader(_ context: ResponseReading) -> any ChatStreamReader

    /// Reads a provider's error: any bytes, HTML and nothing included. `header` looks up a response header field by its
    /// lower-case name.
    static func readError(status: Int, body: [UInt8], header: (String) -> String?) -> NeutralError
}

/// Reads a provider's streamed answer: bytes in any split to the same events.
public protocol ChatStreamReader: Sendable {
    /// What could not be carried.
    var losses: ConversionLosses { get }

    /// Takes a piece of the body; appends the events that it completes. After ``NeutralEvent/end`` or
    /// ``NeutralEvent/error(_:)`` there are none. Bytes that make no sense are an error event.
    mutating func read(_ bytes: Span<UInt8>, into events: inout [NeutralEvent])

    /// Where the bytes stop that were read; told until the stream is over.
    var standing: StreamStanding { get }
    /// Once the stream is over: the offset, in the bytes that were read last, just past what ended it. `nil` where the
    /// reader does not tell.
    var endOffset: Int? { get }

    /// The body ended in good order. Appends ``NeutralEvent/end`` when the answer had said why it finished and only the
    /// terminal event was missing; nothing when it was cut.
    mutating func finish(into events: inout [NeutralEvent])
}

extension ChatStreamReader {
    public var standing: StreamStanding { .within }

    public var endOffset: Int? { nil }
}

/// Writes a streamed answer for a client.
public protocol ChatStreamWriter: Sendable {
    /// The `content-type` of the stream.
    var contentType: String { get }
    /// What could not be carried.
    var losses: ConversionLosses { get }
    /// The error with which the stream ended: one that was given, or the writer's own, where the client's dialect cannot
    /// say what came.
    var failure: NeutralError? { get }

    /// Appends the bytes of one event. After ``NeutralEvent/end`` or ``NeutralEvent/error(_:)`` nothing is written.
    mutating func write(_ event: NeutralEvent, into output: inout [UInt8])
}

extension ChatCodec {
    public static func readRequest(
        _ document: JSONDocument,
        _ context: inout RequestReading
    ) throws(ConversionError) -> NeutralRequest {
        throw .unsupported(nil, "The dialect \(Self.dialect.rawValue) is no client surface.")
    }

    public static func writeResponse(
        _ response: NeutralResponse,
        _ context: inout ResponseWriting
    ) throws(ConversionError) -> [UInt8] {
        throw .unsupported(nil, "The dialect \(Self.dialect.rawValue) is no client surface.")
    }

    public static func writeRequest(
        _ request: NeutralRequest,
        _ context: inout RequestWriting
    ) throws(ConversionError) -> [UInt8] {
        throw .unsupported("model", "No request can be converted into the dialect \(Self.dialect.rawValue).")
    }

    public static func readResponse(
        _ document: JSONDocument,
        _ context: inout ResponseReading
    ) throws(ConversionError) -> NeutralResponse {
        throw .malformed("No answer can be converted from the dialect \(Self.dialect.rawValue).")
    }
}
