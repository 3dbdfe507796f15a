import NIOCore
import NIOPosix
import SluiceWire
import Testing

@testable import SluiceMock

@Suite("Server over sockets", .timeLimit(.minutes(5)))
struct ServerTests {
    private func withServer(
        _ configuration: MockConfiguration = .default, _ body: @Sendable (Int) async throws -> Void
    ) async throws {
        let server = try await MockServer.start(
            group: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
        do {
            try await body(server.port)
        } catch {
            try await server.stop()
            throw error
        }
        try await server.stop()
    }

    private static func chat(_ model: String, _ fields: String = "") -> String {
        #"{"model":"\#(model)","messages":[{"role":"user","content":"Hello"}]\#(fields)}"#
    }

    private static let stream = #","stream":true"#

    private func statistics(_ port: Int) async throws -> [String: Int] {
        try await RawConnection.with(port: port) { connection in
            try await connection.send("GET /_mock/stats HTTP/1.1\r\nhost: x\r\n\r\n")
            let body = try #require(try await connection.readResponse())
            let root = try JSONDocument(parsing: body).root
            return Dictionary(uniqueKeysWithValues: root.members.map { ($0.key, $0.value.intValue ?? 0) })
        }
    }

    @Test("a connection is kept for further requests")
    func keepAlive() async throws {
        try await withServer { port in
            try await RawConnection.with(port: port) { connection in
                for _ in 0..<3 {
                    try await connection.post("/v1/chat/completions", Self.chat("mock"))
                    let body = try #require(try await connection.readResponse())
                    #expect(try JSONDocument(parsing: body).root["object"]?.stringValue == "chat.completion")
                }
            }
            #expect(try await statistics(port)["requests"] == 3)
            #expect(try await statistics(port)["connections_accepted"] == 3)
        }
    }

    @Test("pipelined requests are answered in order, whatever each of them waits for")
    func pipelining() async throws {
        try await withServer { port in
            try await RawConnection.with(port: port) { connection in
                let requests = ["mock-delay-20ms-a", "mock-b", "mock-delay-1ms-c"]
                    .map { RawConnection.request("/v1/chat/completions", Self.chat($0)) }
                try await connection.send(requests.joined())
                for model in ["mock-delay-20ms-a", "mock-b", "mock-delay-1ms-c"] {
                    let body = try #require(try await connection.readResponse())
                    #expect(try JSONDocument(parsing: body).root["model"]?.stringValue == model)
                }
            }
        }
    }

    @Test("many pipelined requests do not pile up on the stack")
    func deepPipelining() async throws {
        try await withServer { port in
            try await RawConnection.with(port: port) { connection in
                let head = "GET /v1/models/mock HTTP/1.1\r\nhost: x\r\n"
                try await connection.send(
                    String(repeating: head + "\r\n", count: 4999) + head + "connection: close\r\n\r\n")
                try await connection.readToEnd()
                #expect(connection.text.components("HTTP/1.1 200 OK") == 5000)
            }
        }
    }

    @Test("a stream ends with a whole chunked body", arguments: ["mock", "mock-one-byte", "mock-token-delay-1ms"])
    func streams(_ model: String) async throws {
        try await withServer { port in
            try await RawConnection.with(port: port) { connection in
                try await connection.post("/v1/chat/completions", Self.chat(model, Self.stream))
                #expect(try await connection.read(until: "\r\n0\r\n\r\n"))
                #expect(connection.text.contains("transfer-encoding: chunked"))
                if model == "mock-one-byte" {
                    #expect(connection.text.contains("\r\n1\r\n[\r\n1\r\nD\r\n1\r\nO\r\n"))
                } else {
                    #expect(connection.text.contains("data: [DONE]"))
                }
            }
            #expect(try await statistics(port)["active_streams"] == 0)
            #expect(try await statistics(port)["aborted_by_client"] == 0)
        }
    }

    @Test(
        "a client that leaves is noticed, while tokens flow, while silent, and before the first byte",
        arguments: ["mock-stall-after-2", "mock-tokens-1000000-token-delay-1ms", "mock-hang", "mock-tokens-1000000"])
    func abort(_ model: String) async throws {
        try await withServer { port in
            try await RawConnection.with(port: port) { connection in
                try await connection.post("/v1/chat/completions", Self.chat(model, Self.stream))
                if model != "mock-hang" { #expect(try await connection.read(until: "data: ")) }
            }
            // A request that hangs may not have arrived yet when its connection closes.
            while try await statistics(port)["aborted_by_client"] != 1 {}
            #expect(try await statistics(port)["active_requests"] == 0)
            #expect(try await statistics(port)["active_streams"] == 0)
        }
    }

    @Test("a cut closes the connection without the end of the body")
    func cut() async throws {
        try await withServer { port in
            try await RawConnection.with(port: port) { connection in
                try await connection.post("/v1/chat/completions", Self.chat("mock-cut-after-3", Self.stream))
                try await connection.readToEnd()
                #expect(connection.text.components("data: ") == 3)
                #expect(!connection.text.hasSuffix("0\r\n\r\n"))
            }
            try await RawConnection.with(port: port) { connection in
                try await connection.post("/v1/chat/completions", Self.chat("mock-cut-after-10"))
                try await connection.readToEnd()
                #expect(connection.text.hasSuffix("\r\n\r\n{\"id\":\"cha"))
            }
            #expect(try await statistics(port)["aborted_by_client"] == 0)
        }
    }

    @Test("a drop closes without a byte")
    func drop() async throws {
        try await withServer { port in
            try await RawConnection.with(port: port) { connection in
                try await connection.post("/v1/chat/completions", Self.chat("mock-drop"))
                try await connection.readToEnd()
                #expect(connection.received.isEmpty)
            }
        }
    }

    @Test("a reset is an error of the connection")
    func reset() async throws {
        try await withServer { port in
            await #expect(throws: IOError.self) {
                try await RawConnection.with(port: port) { connection in
                    try await connection.post("/v1/chat/completions", Self.chat("mock-reset-after-1", Self.stream))
                    try await connection.readToEnd()
                }
            }
        }
    }

    @Test("bytes that are no chunk come in the middle of a body")
    func badFraming() async throws {
        try await withServer { port in
            try await RawConnection.with(port: port) { connection in
                try await connection.post("/v1/chat/completions", Self.chat("mock-bad-framing-after-1", Self.stream))
                try await connection.readToEnd()
                #expect(connection.text.hasSuffix("\r\nzz\r\nnot a chunk\r\n"))
            }
        }
    }

    @Test(
        "a connection closes after its reply, with or without saying so",
        arguments: [
            ("mock-close", true), ("mock-close-idle", false),
        ])
    func closing(_ model: String, _ isAnnounced: Bool) async throws {
        try await withServer { port in
            try await RawConnection.with(port: port) { connection in
                try await connection.post("/v1/chat/completions", Self.chat(model))
                try await connection.readToEnd()
                #expect(connection.text.contains("connection: close") == isAnnounced)
                #expect(connection.text.hasSuffix("}"))
            }
        }
    }

    @Test("a reply of 50 MB arrives whole")
    func bigReply() async throws {
        try await withServer { port in
            try await RawConnection.with(port: port) { connection in
                try await connection.post("/v1/chat/completions", Self.chat("mock-reply-bytes-50MB-close"))
                #expect(try await connection.countToEnd() > 50_000_000)
            }
        }
    }

    @Test("a body that is too large is 413, told before it is in", arguments: [true, false])
    func tooLarge(_ isChunked: Bool) async throws {
        try await withServer(MockConfiguration(bodyLimitBytes: 100)) { port in
            try await RawConnection.with(port: port) { connection in
                let head = "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
                if isChunked {
                    try await connection.send(
                        head + "transfer-encoding: chunked\r\n\r\n80\r\n" + String(repeating: "a", count: 128))
                } else {
                    try await connection.send(head + "content-length: 101\r\n\r\n")
                }
                try await connection.readToEnd()
                #expect(connection.text.hasPrefix("HTTP/1.1 413 "))
            }
        }
    }

    @Test("a client that asks whether to go on is told to")
    func expectContinue() async throws {
        try await withServer { port in
            try await RawConnection.with(port: port) { connection in
                let body = Self.chat("mock")
                try await connection.send(
                    "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
                        + "expect: 100-continue\r\ncontent-length: \(body.utf8.count)\r\n\r\n")
                #expect(try await connection.read(until: "HTTP/1.1 100 Continue\r\n\r\n"))
                try await connection.send(body)
                #expect(try await connection.read(until: "chat.completion"))
            }
        }
    }

    @Test("HTTP/1.0 gets no chunks")
    func oldClient() async throws {
        try await withServer { port in
            try await RawConnection.with(port: port) { connection in
                let body = Self.chat("mock", Self.stream)
                try await connection.send(
                    "POST /v1/chat/completions HTTP/1.0\r\ncontent-type: application/json\r\n"
                        + "content-length: \(body.utf8.count)\r\n\r\n\(body)")
                try await connection.readToEnd()
                #expect(!connection.text.contains("chunked"))
                #expect(connection.text.hasSuffix("data: [DONE]\n\n"))
            }
        }
    }

    @Test("what is no HTTP is answered with 400 and closed")
    func noHTTP() async throws {
        try await withServer { port in
            try await RawConnection.with(port: port) { connection in
                try await connection.send("\u{1}\u{2}\u{3}\r\n\r\n")
                try await connection.readToEnd()
                #expect(connection.text.hasPrefix("HTTP/1.1 400 "))
            }
            #expect(try await statistics(port)["open_connections"] == 1)
        }
    }

    @Test("stopping closes every connection and can be repeated")
    func stop() async throws {
        let server = try await MockServer.start(group: MultiThreadedEventLoopGroup.singleton)
        let port = server.port
        try await RawConnection.with(port: port) { connection in
            try await connection.post("/v1/chat/completions", Self.chat("mock-stall-after-1", Self.stream))
            #expect(try await connection.read(until: "data: "))
            try await server.stop()
            try await connection.readToEnd()
        }
        try await server.stop()
        await #expect(throws: (any Error).self) {
            try await RawConnection.with(port: port) { _ in }
        }
    }
}

extension String {
    /// How often `part` is in the text.
    fileprivate func components(_ part: String) -> Int {
        ranges(of: part).count
    }
}
