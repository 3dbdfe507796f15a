public import NIOCore

/// A request to an upstream, before it is framed for HTTP/1.1 or HTTP/2.
public struct UpstreamRequest {
    /// The method: `GET` or `POST`.
    public var method: String
    /// Path and query.
    public var target: String
    /// `host`, or `:authority`.
    public var authority: String
    /// The fields, with lower-case names; framing and `host` are the transport's.
    public var headers: [(name: String, value: String)]
    /// The body, in pieces that are sent one after the other; `nil` for none.
    public var body: [ByteBuffer]?

    /// Makes a request.
    public init(
        method: String,
        target: String,
        authority: String,
        headers: [(name: String, value: String)],
        body: [ByteBuffer]?
    ) {
        self.method = method
        self.target = target
        self.authority = authority
        self.headers = headers
        self.body = body
    }

    /// The length of the body in bytes.
    public var bodyLength: Int { self.body?.reduce(0) { $0 + $1.readableBytes } ?? 0 }
}
