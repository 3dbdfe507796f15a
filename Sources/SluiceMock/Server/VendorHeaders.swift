/// Headers that a behaviour adds to a reply.
enum VendorHeaders {
    static let openAILimits = [
        ("x-ratelimit-limit-requests", "10000"), ("x-ratelimit-limit-tokens", "2000000"),
        ("x-ratelimit-remaining-requests", "9999"), ("x-ratelimit-remaining-tokens", "1999900"),
        ("x-ratelimit-reset-requests", "6ms"), ("x-ratelimit-reset-tokens", "3ms"),
    ]

    static let anthropicLimits = [
        ("anthropic-ratelimit-requests-limit", "1000"), ("anthropic-ratelimit-requests-remaining", "999"),
        ("anthropic-ratelimit-requests-reset", "2026-01-01T00:01:00Z"), ("anthropic-ratelimit-tokens-limit", "80000"),
        ("anthropic-ratelimit-tokens-remaining", "79900"),
        ("anthropic-ratelimit-tokens-reset", "2026-01-01T00:01:00Z"),
    ]

    /// Cookies, server identity and hop-by-hop headers: none of them is for the client of a gateway.
    static let foreign = [
        ("set-cookie", "__mock_session=1; Path=/; HttpOnly"), ("set-cookie", "__mock_edge=2; Path=/"),
        ("server", "mock-edge"), ("via", "1.1 mock-edge"), ("x-powered-by", "mock"), ("alt-svc", "h3=\":443\""),
        ("keep-alive", "timeout=5"), ("connection", "x-mock-hop"), ("x-mock-hop", "1"),
        ("proxy-authenticate", "Basic realm=\"mock\""), ("strict-transport-security", "max-age=1"),
    ]
}
