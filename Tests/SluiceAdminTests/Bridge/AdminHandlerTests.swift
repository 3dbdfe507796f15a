import Hummingbird
import NIOCore
import SluiceCore
import SluiceHTTP
import Testing

@testable import SluiceAdmin

/// The admin API behind the gateway's own server, over a socket.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct AdminHandlerTests {
    /// Streams as many bytes as the query asks for, in pieces.
    struct Streams: AdminRoutes {
        var schemas: [(name: String, schema: AdminSchema)] { [] }
        var operations: [AdminOperation] {
            [
                AdminOperation(
                    .get, "/stream", id: "stream", tag: "stream", summary: "Stream",
                    query: [AdminProperty("pieces", .integer(), "How many.")], answers: [.init(200, .any)]
                ) { request, _ in
                    let pieces = Int(request.uri.queryParameters["pieces"] ?? "") ?? 0
                    return Response(
                        status: .ok, headers: [.contentType: "application/x-ndjson"],
                        body: ResponseBody { writer in
                            for _ in 0..<pieces {
                                try await writer.write(ByteBuffer(repeating: UInt8(ascii: "x"), count: 16_384))
                            }
                            if pieces == 13 { throw CancellationError() }
                            try await writer.finish(nil)
                        })
                },
                AdminOperation(
                    .get, "/broken", id: "broken", tag: "stream", summary: "Fail", answers: [.init(200, .any)]
                ) { _, _ in throw CancellationError() },
            ]
        }
    }

    private struct NoEvents: ServerEvents {
        func connectionOpened(loop: Int) {}
        func connectionClosed(loop: Int) {}
        func connectionRefused(loop: Int) {}
        func handshakeFailed(loop: Int) {}
    }

    /// Runs a server, and gives `body` what sends a request to it.
    func withServer(
        _ body: (AdminHarness, (String) async throws -> RawClient.Answer) async throws -> Void
    ) async throws {
        try await AdminHarness.run { harness in
            let loops = harness.dependencies.loops
            let server = try await HTTPServer.start(
                HTTPServer.Configuration(host: "127.0.0.1", port: 0), loops: loops,
                handler: AdminHandler(harness.dependencies, gateway: harness.gateway, routes: [Streams()]),
                events: NoEvents())
            let port = try #require(server.address.split(separator: ":").last.flatMap { Int($0) })
            try await body(harness) { try await RawClient.send($0, to: port, on: loops.group) }
            _ = await server.drain(grace: .seconds(5))
        }
    }

    func request(
        _ method: String, _ path: String, key: String? = "known-deployment", body: String? = nil, _ extra: String = ""
    ) -> String {
        var text = "\(method) \(path) HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\(extra)"
        if let key { text += "authorization: Bearer \(key)\r\n" }
        if let body { text += "content-type: application/json\r\ncontent-length: \(body.utf8.count)\r\n" }
        return text + "\r\n" + (body ?? "")
    }

    @Test("a call goes through the server: parser, route, log record, request id")
    func call() async throws {
        try await self.withServer { harness, send in
            let made = try await send(
                self.request("POST", "/admin/v1/teams", body: #"{"name":"Red"}"#, "x-request-id: mine-1\r\n"))
            #expect(made.status == 201)
            #expect(made["x-request-id"] == "mine-1")
            #expect(made["cache-control"] == "no-store")
            #expect(made["etag"] != nil)
            #expect(made["content-length"] == String(made.body.utf8.count))
            let record = try #require(harness.recorder.records.last)
            #expect(record.surface == .admin)
            #expect(record.status == 201)
            #expect(record.requestID == "mine-1")
            #expect(record.principal?.keyID == "kd")
            #expect(record.clientAddress == "127.0.0.1")
            let list = try await send(self.request("GET", "/admin/v1/audit?limit=200"))
            #expect(list.body.contains(#""actor":"kd""#))
            #expect(list.body.contains(#""request_id":"mine-1""#))
            #expect(list.body.contains(#""source":"127.0.0.1""#))
        }
    }

    @Test("nothing is answered without a key that has a scope, whatever the path; the body is not read")
    func refused() async throws {
        try await self.withServer { harness, send in
            for path in ["/admin/v1/keys", "/admin/v1/openapi.json", "/admin/v1/none", "/admin", "/admin/x"] {
                let none = try await send(self.request("GET", path, key: nil))
                #expect(none.status == 401)
                #expect(none["www-authenticate"] == "Bearer")
                #expect(none["x-request-id"]?.hasPrefix("req_") == true)
                #expect(try await send(self.request("GET", path, key: "known-nobody")).status == 403)
            }
            let post = try await send(
                self.request("POST", "/admin/v1/teams", key: nil, body: String(repeating: " ", count: 100)))
            #expect(post.status == 401)
            #expect(harness.recorder.records.allSatisfy { $0.surface == .admin })
            #expect(harness.recorder.started == harness.recorder.records.count)
            let byField = try await send(
                self.request("GET", "/admin/v1", key: nil, "x-api-key: slow-alpha\r\n"))
            #expect(byField.status == 200)
            let two = try await send(self.request("GET", "/admin/v1", "authorization: Bearer known-alpha\r\n"))
            #expect(two.status == 400)
        }
    }

    @Test("what is not below /admin is the gateway's")
    func others() async throws {
        try await self.withServer { _, send in
            let health = try await send(self.request("GET", "/health/live", key: nil))
            #expect(health.status == 200)
            let metrics = try await send(self.request("GET", "/metrics", key: nil))
            #expect(metrics.body.contains("metrics_of_the_test"))
            let none = try await send(self.request("GET", "/administration", key: nil))
            #expect(none.status == 404)
        }
    }

    @Test("HEAD gives the head of a GET, and a wrong method is told which there are")
    func head() async throws {
        try await self.withServer { _, send in
            let get = try await send(self.request("GET", "/admin/v1"))
            let head = try await send(self.request("HEAD", "/admin/v1"))
            #expect(head.status == 200)
            #expect(head.body.isEmpty)
            #expect(head["content-length"] == get["content-length"])
            let stream = try await send(self.request("HEAD", "/admin/v1/stream?pieces=5"))
            #expect(stream.status == 200)
            #expect(stream.body.isEmpty)
            let put = try await send(self.request("PUT", "/admin/v1/keys/x"))
            #expect(put.status == 405)
            #expect(put["allow"] == "DELETE, GET, HEAD, PATCH")
        }
    }

    @Test("bodies are bounded, and JSON")
    func bodies() async throws {
        try await self.withServer { _, send in
            let long =
                "POST /admin/v1/teams HTTP/1.1\r\nhost: x\r\nconnection: close\r\n"
                + "authorization: Bearer known-deployment\r\ncontent-length: 1048577\r\n\r\n"
            let refused = try await send(long)
            #expect(refused.status == 413)
            #expect(refused.body.contains("request_too_large"))
            let form =
                "POST /admin/v1/teams HTTP/1.1\r\nhost: x\r\nconnection: close\r\n"
                + "authorization: Bearer known-deployment\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\n{}"
            #expect(try await send(form).status == 415)
        }
    }

    @Test("a streamed answer is sent as it is written, far beyond what may wait in memory, and settled at its end")
    func streams() async throws {
        try await self.withServer { harness, send in
            let answer = try await send(self.request("GET", "/admin/v1/stream?pieces=200"))
            #expect(answer.status == 200)
            #expect(answer["transfer-encoding"] == "chunked")
            #expect(answer["x-request-id"] != nil)
            #expect(answer.body.utf8.count { $0 == UInt8(ascii: "x") } == 200 * 16_384)
            #expect(answer.body.hasSuffix("0\r\n\r\n"))
            #expect(harness.recorder.records.last?.status == 200)
            let cut = try await send(self.request("GET", "/admin/v1/stream?pieces=13"))
            #expect(!cut.body.hasSuffix("0\r\n\r\n"))
            #expect(harness.recorder.records.last?.errorType != nil)
            #expect(try await send(self.request("GET", "/admin/v1/broken")).status == 503)
        }
    }
}
