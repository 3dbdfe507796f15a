import NIOHTTP1
import Testing

@testable import SluicePipeline

@Suite("ResponseHeaderFilter")
struct ResponseHeaderFilterTests {
    private static func names(_ headers: HTTPHeaders) -> [String] {
        ResponseHeaderFilter(headers).kept.map { $0.0.lowercased() }
    }

    @Test(
        "connection, framing, cookies, cross-origin rules and servers' names stay behind, in any case",
        arguments: [
            "Connection", "keep-alive", "Proxy-Authenticate", "transfer-encoding", "Upgrade", "Content-Length",
            "content-encoding",
            "date", "Set-Cookie", "SERVER", "x-powered-by", "via", "alt-svc", "strict-transport-security", "CF-Ray",
            "cf-cache-status",
            "openai-organization", "www-authenticate", "access-control-allow-origin", "access-control-expose-headers",
            "vary",
            "x-envoy-upstream-service-time", "trailer", "te",
        ])
    func dropped(name: String) {
        #expect(Self.names([name: "x"]).isEmpty)
    }

    @Test(
        "what is the client's passes, in order and twice if twice",
        arguments: [
            [
                "content-type", "x-ratelimit-remaining-requests", "retry-after", "retry-after-ms",
                "openai-processing-ms",
            ],
            ["x-a", "x-a"], ["cfx", "cache-control", "etag"],
        ])
    func kept(names: [String]) {
        #expect(Self.names(HTTPHeaders(names.map { ($0, "v") })) == names)
    }

    @Test("the upstream's request id has a name of its own")
    func requestID() {
        let kept = ResponseHeaderFilter(["X-Request-ID": "up-1", "content-type": "a/b"]).kept
        #expect(kept.map { "\($0.0): \($0.1)" } == ["x-upstream-request-id: up-1", "content-type: a/b"])
    }

    @Test(
        "what the connection names stays behind",
        arguments: [
            "x-internal", "close, X-Internal", "keep-alive,x-internal , x-other",
        ])
    func connectionOptions(value: String) {
        #expect(Self.names(["x-internal": "1", "connection": value, "x-kept": "2"]) == ["x-kept"])
        #expect(Self.names(["connection": value, "X-INTERNAL": "1", "x-kept": "2"]) == ["x-kept"])
    }

    @Test("what the gateway reads is found")
    func fields() {
        let filter = ResponseHeaderFilter(["Content-Type": "a/b", "Content-Length": "12", "Content-Encoding": "gzip"])
        #expect(filter.contentType == "a/b")
        #expect(filter.contentLength == 12)
        #expect(filter.contentEncoding == "gzip")
        #expect(ResponseHeaderFilter(["content-length": "x"]).contentLength == nil)
    }
}
