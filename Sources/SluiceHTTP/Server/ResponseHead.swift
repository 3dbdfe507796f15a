public import NIOHTTP1

/// The head of a response to a client, before it is framed for HTTP/1.1 or HTTP/2.
///
/// Framing fields (`content-length`, `transfer-encoding`, `connection`) are the transport's: they are not in ``headers``.
public struct ResponseHead {
    /// The status code.
    public var status: Int
    /// The fields, with lower-case names.
    public var headers: HTTPHeaders
    /// The exact length of the body, or `nil` when it is not known before the end.
    public var bodyLength: Int?

    /// Makes a head.
    public init(status: Int, headers: HTTPHeaders = [:], bodyLength: Int? = nil) {
        self.status = status
        self.headers = headers
        self.bodyLength = bodyLength
    }
}
