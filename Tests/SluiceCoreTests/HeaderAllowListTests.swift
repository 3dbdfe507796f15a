import SluiceCore
import Testing

@Suite("HeaderAllowList")
struct HeaderAllowListTests {
    @Test(
        "names and beginnings, without case",
        arguments: [
            ("openai-beta", true), ("OpenAI-Beta", true), ("openai-beta2", false), ("openai-bet", false),
            ("x-mock-delay", true),
            ("X-MOCK-", true), ("x-moc", false), ("", false), ("accept", false),
        ])
    func includes(name: String, isIncluded: Bool) {
        #expect(HeaderAllowList(["OpenAI-Beta", "X-Mock-*"]).includes(name) == isIncluded)
    }

    @Test(
        "credentials, connection and framing never go, whatever is listed",
        arguments: [
            "authorization", "Proxy-Authorization", "x-api-key", "API-Key", "x-goog-api-key", "cookie", "Host",
            "connection",
            "keep-alive", "proxy-connection", "te", "trailer", "Transfer-Encoding", "upgrade", "expect",
            "content-length",
            "content-encoding", "accept-encoding", "x-request-id", "traceparent", "x-forwarded-for", "forwarded",
        ])
    func never(name: String) {
        for list in [["*"], [name], [String(name.prefix(1)) + "*"], [name.uppercased()]] {
            #expect(!HeaderAllowList(list).includes(name))
            #expect(!HeaderAllowList(list).includes(name.uppercased()))
        }
    }

    @Test("an empty list lets nothing through, and a star everything else")
    func ends() {
        #expect(!HeaderAllowList([String]()).includes("x-a"))
        #expect(HeaderAllowList(["*"]).includes("x-a"))
    }
}
