/// A request that is ready but for its signature.
public struct UnsignedRequest {
    /// `POST`.
    public var method: String
    /// Path and query, as they go out.
    public var target: String
    /// The `host` field.
    public var authority: String
    /// The fields that go out, with lower-case names.
    public var headers: [(name: String, value: String)]
    /// Calls what it is given with the body, piece by piece.
    public var visitBody: (_ visit: (Span<UInt8>) -> Void) -> Void
    /// The time, in seconds since 1970.
    public var now: Int64

    /// Makes a request.
    public init(
        method: String,
        target: String,
        authority: String,
        headers: [(name: String, value: String)],
        now: Int64,
        visitBody: @escaping (_ visit: (Span<UInt8>) -> Void) -> Void
    ) {
        self.method = method
        self.target = target
        self.authority = authority
        self.headers = headers
        self.now = now
        self.visitBody = visitBody
    }
}
