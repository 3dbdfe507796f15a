import SluiceConfig
import SluiceCore
import Testing

@Suite("Routes of a configuration")
struct RouteConfigurationTests {
    private static let head = "providers: { mock: {}, ollama: {} }\nmodels: { smart: mock, acme-x: ollama }\n"

    private func routes(_ text: String) throws -> [RouteConfiguration] {
        let result = loadYAML(Self.head + text)
        return try #require(result.configuration, "\(result.report)").routes
    }

    @Test("a route matches by path, headers and surface, and leads to a target, a model or a prefix")
    func everything() throws {
        let read = try routes(
            """
            routes:
              - match: { header: { X-Tenant: acme-*, x-tier: gold }, surface: chat }
                use: { model_prefix: acme- }
              - match: { path: /v1/*, surface: [messages, generate_content, messages] }
                use: { model: smart }
                conversion: strict
              - match: { header: { x-to: "*" } }
                use: { model: ollama/llama }
              - match: { path: /v1/embeddings }
                use: { target: { provider: mock, model: e } }
            """
        )
        let expected = [
            RouteConfiguration(
                match: RouteMatch(
                    headers: [.init(name: "x-tenant", value: "acme-*"), .init(name: "x-tier", value: "gold")],
                    surfaces: [.chat]),
                use: .modelPrefix("acme-")),
            RouteConfiguration(
                match: RouteMatch(path: "/v1/*", surfaces: [.messages, .generateContent, .streamGenerateContent]),
                use: .model(.model("smart")), conversion: .strict),
            RouteConfiguration(
                match: RouteMatch(headers: [.init(name: "x-to", value: "*")]),
                use: .model(.provider("ollama", model: "llama"))),
            RouteConfiguration(
                match: RouteMatch(path: "/v1/embeddings"),
                use: .target(TargetConfiguration(provider: "mock", model: "e"))),
        ]
        #expect(read == expected)
    }

    @Test("what a condition means")
    func conditions() {
        let match = RouteMatch(path: "/v1/*", headers: [.init(name: "X-Tenant", value: "acme-*")], surfaces: [.chat])
        #expect(match.matches(path: "/v1/chat") && !match.matches(path: "/v2/chat"))
        #expect(RouteMatch(path: "/v1").matches(path: "/v1") && !RouteMatch(path: "/v1").matches(path: "/v1/chat"))
        #expect(RouteMatch().matches(path: "/anything"))
        #expect(match.matches(surface: .chat) && !match.matches(surface: .messages))
        #expect(RouteMatch().matches(surface: .messages))
        #expect(match.headers[0].name == "x-tenant")
        #expect(match.headers[0].matches(value: "acme-eu") && !match.headers[0].matches(value: "acme"))
        #expect(!match.headers[0].matches(value: "ACME-eu"))
    }

    @Test("without a table a route may name any model")
    func noTable() {
        let result = loadYAML("providers: { mock: {} }\nroutes: [{ match: { path: /* }, use: { model: mock-echo } }]")
        #expect(result.configuration?.routes.first?.use == .model(.model("mock-echo")), "\(result.report)")
    }

    @Test(
        "what is wrong is said with its place",
        arguments: [
            (
                "{ use: { model: smart } }",
                "routes[0].match: missing; a route says path, header or surface of the requests that it is for; /* is every path (sluice.yaml:3:10)"
            ),
            (
                "{ match: { path: /a }, use: {} }",
                "routes[0].use.target: missing; a route names the target, the model or the model_prefix that it uses (sluice.yaml:3:38)"
            ),
            (
                "{ match: { path: /a }, use: { model: smart, target: mock } }",
                "routes[0].use.model: target and model exclude each other; remove one (sluice.yaml:3:47)"
            ),
            (
                "{ match: { path: /a }, use: { model: smrat } }",
                "routes[0].use.model: there is no provider and no model called smrat; did you mean smart? (sluice.yaml:3:47)"
            ),
            (
                "{ match: { surface: chta }, use: { model: smart } }",
                "routes[0].match.surface: expected a surface like chat, found chta (sluice.yaml:3:30)"
            ),
            (
                "{ match: { surface: [chat, health] }, use: { model: smart } }",
                "routes[0].match.surface[1]: expected chat, completions, embeddings, moderations, image_generations, image_edits, image_variations, speech, transcriptions, translations, rerank, responses, responses_input_tokens, messages, count_tokens, generate_content, gemini_count_tokens, embed_content, converse, ollama_chat, ollama_generate, ollama_embed, cohere_rerank or tei_rerank, found health (sluice.yaml:3:37)"
            ),
            (
                "{ match: { header: { Authorization: x } }, use: { model: smart } }",
                "routes[0].match.header.Authorization: a route cannot look at what proves who calls; remove it (sluice.yaml:3:31)"
            ),
            (
                "{ match: { header: { \"a b\": x } }, use: { model: smart } }",
                "routes[0].match.header.\"a b\": this cannot be the name of a header (sluice.yaml:3:31)"
            ),
            (
                "{ match: { header: { a: x, A: y } }, use: { model: smart } }",
                "routes[0].match.header.A: this header is written twice (sluice.yaml:3:37)"
            ),
            (
                "{ match: { headers: { a: x } }, use: { model: smart } }",
                "routes[0].match.headers: unknown key; did you mean header? (sluice.yaml:3:21)"
            ),
        ]
    )
    func wrong(route: String, message: String) {
        let result = loadYAML(Self.head + "routes: [\(route)]")
        #expect(result.errors.first?.description == message, "\(result.report)")
    }
}
