import NIOCore
import SluiceCore
import SluiceWire
import Testing

@testable import SluiceHTTP
@testable import SluicePipeline

@Suite("OutboundRequest")
struct OutboundRequestTests {
    private static func outbound(
        _ body: String,
        surface: Surface = .chat,
        model: String = "gpt-4o",
        fields: String = "",
        kind: String = "openai-compatible",
        forwarded: [String] = [],
        fixedHeaders: [(name: String, value: Secret)] = [],
        trace: String? = nil,
        identity: IdentityHeaders = IdentityHeaders(),
        principal: Principal? = nil
    ) throws -> OutboundRequest {
        let snapshot = Snapshot.test(
            kind: kind, forwarded: forwarded, fixedHeaders: fixedHeaders, identityHeaders: identity)
        let pipeline = try PipelineHarness()
        let state = try pipeline.state("POST / HTTP/1.1\r\nhost: h\r\n\(fields)content-length: 0\r\n\r\n", snapshot)
        state.record.requestID = "req_test"
        state.record.principal = principal
        let entry = snapshot.providers[0]
        // The body stands in the middle of a larger buffer, as one read of a socket has it.
        let buffer = ByteBuffer(string: "before\(body)after")
        let slice = try #require(buffer.getSlice(at: 6, length: body.utf8.count))
        let scanned = ScannedRequest(
            body: slice, form: .json(try OpenAIRequestScan.scan(Array(body.utf8).span)), surface: surface)
        let address = try #require(entry.provider.address(surface: surface, model: model))
        return try OutboundRequest(
            state: state, trace: trace.flatMap { TraceContext($0) }, scanned: scanned, model: model,
            entry: entry, address: address
        )
    }

    private static func body(_ outbound: OutboundRequest) -> String {
        (outbound.request.body ?? []).map { String(buffer: $0) }.joined()
    }

    @Test(
        "a body in which nothing must differ goes as it came, in one piece",
        arguments: [
            #"{"model":"gpt-4o"}"#, #"{"model":"gpt-4o","stream":false}"#,
            "{ \"z\" : 1e400,\n\t\"model\" :\"gpt-4o\" , \"a\":[ 1.0 ,\"\\u00e9\" ] }\n",
            #"{"stream_options":{"include_usage":true},"stream":true,"model":"gpt-4o"}"#,
        ])
    func identical(body: String) throws {
        let outbound = try Self.outbound(body)
        #expect(Self.body(outbound) == body)
        #expect(outbound.request.body?.count == 1)
        #expect(!outbound.withholdsUsage)
    }

    @Test(
        "the model alone is replaced",
        arguments: [
            (#"{"model":"smart"}"#, #"{"model":"gpt-4o"}"#),
            (
                #"{"a":1,"model":"smart","b":9007199254740993,"a":2}"#,
                #"{"a":1,"model":"gpt-4o","b":9007199254740993,"a":2}"#
            ),
            (
                "{\"x\" :[ ],\r\n  \"model\"\t:  \"smart\"  ,\"y\":0.10}",
                "{\"x\" :[ ],\r\n  \"model\"\t:  \"gpt-4o\"  ,\"y\":0.10}"
            ),
            (#"{"mod\u0065l":"sm\u0061rt"}"#, #"{"mod\u0065l":"gpt-4o"}"#),
            (
                #"{"messages":[{"model":"smart"}],"model":"smart"}"#,
                #"{"messages":[{"model":"smart"}],"model":"gpt-4o"}"#
            ),
        ])
    func model(body: String, expected: String) throws {
        #expect(Self.body(try Self.outbound(body)) == expected)
    }

    @Test(
        "a model's name is written as JSON",
        arguments: [(#"a"b"#, #""a\"b""#), ("a\\b", #""a\\b""#), ("ü/€", "\"ü/€\"")])
    func escaping(model: String, expected: String) throws {
        #expect(Self.body(try Self.outbound(#"{"model":"x"}"#, model: model)) == "{\"model\":\(expected)}")
    }

    @Test(
        "usage is asked for where the client did not, and nothing else is touched",
        arguments: [
            (
                #"{"model":"gpt-4o","stream":true}"#,
                #"{"model":"gpt-4o","stream":true,"stream_options":{"include_usage":true}}"#
            ),
            (
                #"{"stream":true,"stream_options":null,"model":"gpt-4o"}"#,
                #"{"stream":true,"stream_options":{"include_usage":true},"model":"gpt-4o"}"#
            ),
            (
                #"{"stream":true,"stream_options":{},"model":"gpt-4o"}"#,
                #"{"stream":true,"stream_options":{"include_usage":true},"model":"gpt-4o"}"#
            ),
            (
                #"{"stream":true,"stream_options":{ },"model":"gpt-4o"}"#,
                #"{"stream":true,"stream_options":{"include_usage":true },"model":"gpt-4o"}"#
            ),
            (
                #"{"stream":true,"stream_options":{"include_usage":false},"model":"gpt-4o"}"#,
                #"{"stream":true,"stream_options":{"include_usage":true},"model":"gpt-4o"}"#
            ),
            (
                #"{"stream":true,"stream_options":{"include_usage": null },"model":"gpt-4o"}"#,
                #"{"stream":true,"stream_options":{"include_usage": true },"model":"gpt-4o"}"#
            ),
            (
                #"{"stream":true,"stream_options":{"x":1},"model":"gpt-4o"}"#,
                #"{"stream":true,"stream_options":{"x":1,"include_usage":true},"model":"gpt-4o"}"#
            ),
            (
                "{\n \"stream\" : true ,\n \"model\" : \"gpt-4o\"\n}\n",
                "{\n \"stream\" : true ,\n \"model\" : \"gpt-4o\",\"stream_options\":{\"include_usage\":true}\n}\n"
            ),
            (
                #"{"stream":true,"str\u0065am_options":{"include\u005fusage":false},"model":"gpt-4o"}"#,
                #"{"stream":true,"str\u0065am_options":{"include\u005fusage":true},"model":"gpt-4o"}"#
            ),
            (
                #"{"model":"smart","stream":true,"stream_options":{"x":[]}}"#,
                #"{"model":"gpt-4o","stream":true,"stream_options":{"x":[],"include_usage":true}}"#
            ),
        ])
    func usage(body: String, expected: String) throws {
        for surface in [Surface.chat, .completions] {
            let outbound = try Self.outbound(body, surface: surface)
            #expect(Self.body(outbound) == expected)
            #expect(outbound.withholdsUsage)
            #expect(outbound.request.bodyLength == expected.utf8.count)
        }
    }

    @Test(
        "usage is not asked for where it is not to be had",
        arguments: [
            (#"{"model":"gpt-4o"}"#, Surface.chat, "openai-compatible"),
            (#"{"model":"gpt-4o","stream":null}"#, .chat, "openai-compatible"),
            (#"{"model":"gpt-4o","stream":true}"#, .responses, "openai-compatible"),
            (#"{"model":"gpt-4o","stream":true}"#, .speech, "openai-compatible"),
            (#"{"model":"gpt-4o","stream":true}"#, .chat, "mistral"),
        ])
    func noUsage(body: String, surface: Surface, kind: String) throws {
        let outbound = try Self.outbound(body, surface: surface, kind: kind)
        #expect(Self.body(outbound) == body)
        #expect(!outbound.withholdsUsage)
    }

    private static func headers(_ outbound: OutboundRequest) -> [String] {
        outbound.request.headers.map { "\($0.name.lowercased()): \($0.value)" }
    }

    @Test("what goes upstream is the gateway's own, and of the client's what is allowed")
    func headers() throws {
        let outbound = try Self.outbound(
            #"{"model":"gpt-4o"}"#,
            fields:
                "Content-Type: application/json; charset=utf-8\r\nAccept: */*\r\nIdempotency-Key: i\r\nX-Other: o\r\n",
            trace: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        )
        var headers = Self.headers(outbound)
        let trace = headers.removeLast()
        #expect(trace.hasPrefix("traceparent: 00-0af7651916cd43dd8448eb211c80319c-"))
        #expect(!trace.contains("b7ad6b7169203331"))
        #expect(
            headers == [
                "authorization: Bearer upstream-key-123456", "content-type: application/json; charset=utf-8",
                "accept: */*",
                "idempotency-key: i", "accept-encoding: identity", "user-agent: sluice", "x-request-id: req_test",
            ])
        #expect(outbound.request.method == "POST")
        #expect(outbound.request.target == "/v1/chat/completions")
        #expect(outbound.request.authority == "up.example:8000")
    }

    @Test("a client that names no type gets one")
    func contentType() throws {
        #expect(Self.headers(try Self.outbound(#"{"model":"gpt-4o"}"#)).contains("content-type: application/json"))
    }

    @Test(
        "credentials, cookies, and what belongs to the connection never go, whatever is configured",
        arguments: [
            [], ["*"], ["x-*", "a*", "c*"],
            [
                "authorization", "x-api-key", "api-key", "cookie", "transfer-encoding", "connection", "expect",
                "x-request-id",
            ],
        ])
    func never(forwarded: [String]) throws {
        let outbound = try Self.outbound(
            #"{"model":"gpt-4o"}"#,
            fields: "Authorization: Bearer client\r\nX-Api-Key: client\r\nApi-Key: client\r\nX-Goog-Api-Key: client\r\n"
                + "Cookie: client\r\nProxy-Authorization: client\r\nConnection: keep-alive, x-hop\r\nX-Hop: client\r\nTE: client\r\n"
                + "Upgrade: client\r\nExpect: 100-continue\r\nX-Request-ID: client\r\nTraceparent: client\r\n"
                + "Accept-Encoding: client\r\nUser-Agent: client\r\nX-Forwarded-For: client\r\n",
            forwarded: forwarded
        )
        let headers = Self.headers(outbound)
        #expect(!headers.contains { $0.hasSuffix(": client") || $0.contains("Bearer client") })
        #expect(headers.count { $0.hasPrefix("accept-encoding:") } == 1)
        #expect(headers.count { $0.hasPrefix("x-request-id:") } == 1)
        for name in ["host", "content-length", "transfer-encoding", "connection", "expect"] {
            #expect(!headers.contains { $0.hasPrefix(name + ":") })
        }
    }

    @Test("configured fields stand above the client's", arguments: ["content-type", "Accept", "X-Team"])
    func fixed(name: String) throws {
        let outbound = try Self.outbound(
            #"{"model":"gpt-4o"}"#,
            fields: "\(name): client\r\n",
            forwarded: ["x-team"],
            fixedHeaders: [(name: name, value: Secret("operator"))]
        )
        let values = Self.headers(outbound).filter { $0.hasPrefix(name.lowercased() + ":") }
        #expect(values == ["\(name.lowercased()): operator"])
    }

    @Test(
        "who asks is the gateway's to say, whatever the client sends and the operator forwards",
        arguments: [IdentityHeaders(), IdentityHeaders(user: "X-User-Id", tenant: "X-Org")])
    func identity(identity: IdentityHeaders) throws {
        let outbound = try Self.outbound(
            #"{"model":"gpt-4o"}"#,
            fields:
                "X-User-Id: forged\r\nx-tenant: forged\r\nX-Org: \(identity.tenant == nil ? "client" : "forged")\r\n",
            forwarded: ["x-user-id", "x-tenant", "x-org", "x-*"],
            identity: identity,
            principal: Principal(keyID: "k", keyName: "k", tenant: "acme", user: "alice")
        )
        let headers = Self.headers(outbound)
        #expect(!headers.contains { $0.hasSuffix(": forged") })
        #expect(headers.contains("x-user-id: alice") == (identity.user != nil))
        #expect(headers.contains("x-org: acme") == (identity.tenant != nil))
        #expect(headers.count { $0.hasPrefix("x-org:") } == 1)
    }
}
