public protocol EmbeddingCodec: Sendable {
    static func readRequest(_ document: JSONDocument, _ losses: inout ConversionLosses) throws(ConversionError) -> Int
    static func writeRequest(_ request: Int, model: String, _ losses: inout ConversionLosses) throws(ConversionError) -> [UInt8]
    static func readResponse(_ document: JSONDocument, _ request: Int) throws(ConversionError) -> StubAnswer
    static func writeResponse(_ response: StubAnswer, _ request: Int, model: String) throws(ConversionError) -> [UInt8]
}
public struct StubAnswer { public var usage: TokenUsage? }
public protocol RerankCodec: EmbeddingCodec {
    static func readError(status: Int, body: [UInt8], header: (String) -> String?) -> NeutralError
    static func writeError(_ error: NeutralError) -> (status: Int, body: [UInt8])
}
extension DialectRegistry {
    public static func rerank(_ dialect: Dialect) -> (any RerankCodec.Type)? { nil }
    public static func embedding<S>(_ surface: S) -> (any EmbeddingCodec.Type)? { nil }
    public static func tokenCount(_ dialect: Dialect) -> (any TokenCountCodec.Type)? { nil }
}
public enum BedrockErrors { public static func typeName(for error: NeutralError) -> String { "" } }
public enum TokenEstimate { public static func tokens(of request: NeutralRequest) -> Int { 0 } }
