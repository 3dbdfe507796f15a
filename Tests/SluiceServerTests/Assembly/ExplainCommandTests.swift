import NIOCore
import SluiceConfig
import SluiceCore
import SluicePipeline
import Testing

@testable import SluiceServer

@Suite("ExplainCommand")
struct ExplainCommandTests {
    private struct NoFiles: FileReading {
        func read(_ path: String, limit: ByteSize) throws(FileProblem) -> [UInt8] { throw .notFound }
        func stamp(of path: String) -> FileStamp? { nil }
    }

    private static let configuration = """
        providers:
          openai: { api_key: sk-0123456789abcdef }
          anthropic: { api_key: sk-ant-0123456789 }
          tei: { kind: tei, base_url: "http://127.0.0.1:1" }
        models:
          smart:
            targets: [openai/gpt-4o, anthropic/claude-sonnet-4-5]
            retry: { attempts: 3 }
            fallback: { context_window: [openai/gpt-4.1] }
          quick: smart
          cheap:
            strategy: cheapest
            targets: [openai/gpt-4o, openai/gpt-4o-mini]
          ranks: tei
        routes:
          - match: { header: { x-tenant: acme } }
            use: { model: cheap }
        auth:
          keys:
            - { name: ci, key: key-of-the-test, models: [smart] }
        """

    private static func explain(
        _ body: String,
        path: String = "/v1/chat/completions",
        headers: [(name: String, value: String)] = [],
        key: String? = nil
    ) async throws -> RequestExplanation {
        let files = NoFiles()
        let loader = ConfigurationLoader(environment: [:], files: files, knownKinds: KnownKinds.all)
        let result = loader.load(text: self.configuration, format: .yaml, source: "test")
        let configuration = try #require(result.configuration, "\(result.diagnostics)")
        return try await ExplainCommand.explain(
            ExplainCommand.Request(path: path, headers: headers, body: Array(body.utf8), model: "", keyName: key),
            configuration, loader: loader, files: files)
    }

    private static let hello = #""messages":[{"role":"user","content":"Hi"}]"#

    @Test("the first target of an alias's model is chosen, and what the other would lose is told")
    func priority() async throws {
        let found = try await Self.explain(#"{"model":"quick","seed":7,"stream":true,\#(Self.hello)}"#)
        #expect(found.entry == "smart")
        #expect(found.strategy == "priority")
        #expect(found.attempts == 3)
        #expect(found.isStreaming)
        #expect(found.fallbacks.map(\.kind) == ["context_window"])
        #expect(found.candidates.map(\.provider) == ["openai", "anthropic"])
        #expect(found.candidates.map(\.isChosen) == [true, false])
        #expect(found.candidates[0].isSpliced)
        #expect(found.candidates[0].reason == "priority")
        #expect(found.candidates[1].surface == "/v1/messages")
        #expect(found.candidates[1].losses.contains("dropped seed"))
        #expect(found.candidates[1].reason == "eligible")
    }

    @Test("the cheapest is chosen by its price, by the rule that matches")
    func rule() async throws {
        let found = try await Self.explain(
            #"{"model":"smart",\#(Self.hello)}"#, headers: [("x-tenant", "acme")])
        #expect(found.rule == 0)
        #expect(found.entry == "cheap")
        let chosen = try #require(found.candidates.first { $0.isChosen })
        #expect(chosen.targetModel == "gpt-4o-mini")
        let other = try #require(found.candidates.first { !$0.isChosen })
        #expect(try #require(chosen.costUSD) < (try #require(other.costUSD)))
    }

    @Test("a provider that has nothing for the surface is not chosen, and it is said why")
    func nothing() async throws {
        let found = try await Self.explain(#"{"model":"ranks",\#(Self.hello)}"#)
        #expect(found.candidates.map(\.isChosen) == [false])
        #expect(found.candidates[0].refusal != nil)
    }

    @Test("a named provider needs no entry")
    func direct() async throws {
        let found = try await Self.explain(
            #"{"model":"anthropic/claude-x","max_tokens":5,\#(Self.hello)}"#, path: "/v1/messages")
        #expect(found.entry == nil)
        #expect(found.candidates.map(\.targetModel) == ["claude-x"])
        #expect(found.candidates[0].isSpliced)
    }

    @Test(
        "what cannot be routed is told as a client would be told",
        arguments: [
            (#"{"model":"nobody","messages":[]}"#, "/v1/chat/completions", nil, GatewayError.Kind.modelNotFound),
            (#"{"model":"cheap","messages":[]}"#, "/v1/chat/completions", "ci", .modelNotAllowed),
            (#"{"model":"smart""#, "/v1/chat/completions", nil, .malformedJSON),
            (#"{}"#, "/v1/chat/completions", nil, .missingModel),
            (#"{"model":"smart"}"#, "/v9/nothing", nil, .pathNotFound),
            (#"{"model":"smart"}"#, "/health", nil, .methodNotAllowed),
        ] as [(String, String, String?, GatewayError.Kind)])
    func refused(body: String, path: String, key: String?, kind: GatewayError.Kind) async throws {
        let error = await #expect(throws: GatewayError.self) {
            try await Self.explain(body, path: path, key: key)
        }
        #expect(error?.kind == kind)
    }

    @Test("a key that may use the model is named; one that is not there is a failure")
    func keys() async throws {
        let found = try await Self.explain(#"{"model":"smart",\#(Self.hello)}"#, key: "ci")
        #expect(found.key == "ci")
        await #expect(throws: StartFailure.self) {
            try await Self.explain(#"{"model":"smart",\#(Self.hello)}"#, key: "nobody")
        }
    }
}
