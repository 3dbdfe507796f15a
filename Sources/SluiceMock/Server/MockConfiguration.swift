/// How a mock model server is set up.
public struct MockConfiguration: Sendable {
    /// The key that requests have to carry, as `Authorization: Bearer`, as `x-api-key`, or as the vendor of the path has
    /// it; nil takes every request.
    public var requiredKey: String?
    /// How many requests `GET /_mock/requests` remembers; 0 for none.
    public var rememberedRequests: Int
    /// How many bytes of each remembered body are kept. The memory for both is at most their product.
    public var rememberedBodyBytes: Int
    /// The largest body that is taken, in bytes; a larger one is 413.
    public var bodyLimitBytes: Int

    /// No key, 64 requests of up to 64 KiB remembered, bodies up to 64 MiB.
    public static let `default` = MockConfiguration()

    /// Creates a configuration; a value left out takes its default.
    public init(
        requiredKey: String? = nil, rememberedRequests: Int = 64, rememberedBodyBytes: Int = 64 * 1024,
        bodyLimitBytes: Int = 64 << 20
    ) {
        self.requiredKey = requiredKey
        self.rememberedRequests = max(0, rememberedRequests)
        self.rememberedBodyBytes = max(0, rememberedBodyBytes)
        self.bodyLimitBytes = max(0, bodyLimitBytes)
    }
}
