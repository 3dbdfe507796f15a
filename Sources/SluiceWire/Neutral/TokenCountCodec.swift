/// How one dialect asks for the tokens of a conversation, as client surface and as target.
public protocol TokenCountCodec: Sendable {
    /// Reads a client's request.
    static func readCountRequest(
        _ document: JSONDocument,
        _ context: inout RequestReading
    ) throws(ConversionError) -> NeutralRequest

    /// Writes the count for a client.
    static func writeCount(_ tokens: Int) -> [UInt8]

    /// Writes a request for a provider.
    static func writeCountRequest(
        _ request: NeutralRequest,
        _ context: inout RequestWriting
    ) throws(ConversionError) -> [UInt8]

    /// Reads a provider's count.
    static func readCount(_ document: JSONDocument) throws(ConversionError) -> Int
}
