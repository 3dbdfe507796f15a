import SluiceCore

/// Which client fields go to a provider. Everything that is not named stops at the gateway.
enum ForwardedHeaders {
    /// What every provider gets; `x-request-id` and `traceparent` are the gateway's own to write.
    private static let all = ["idempotency-key", "tracestate"]

    static func list(_ further: [String]) -> HeaderAllowList {
        HeaderAllowList(Self.all + further)
    }
}
