import SluiceConfig
import SluiceCore
import Testing

@Suite("Files of earlier gateways")
struct EarlierGatewayTests {
    private let text = """
        [server]
        host = "0.0.0.0"
        port = 8080

        [logging]
        level = "debug"

        [[upstreams]]
        name = "local"
        url = "http://127.0.0.1:8000"
        format = "openai"

        [[upstreams]]
        name = "openai"
        url = "https://api.openai.com/v1"
        format = "openai"
        api_key = "${OPENAI_API_KEY}"

        [[upstreams]]
        name = "claude"
        url = "https://api.anthropic.com"
        format = "anthropic"

        [[routes]]
        path = "/v1/chat/completions"
        input_format = "openai"
        upstream = "local"

        [[routes]]
        path = "/v1/messages"
        input_format = "anthropic"
        upstream = "claude"
        """

    @Test("upstreams become providers and routes are kept")
    func upgrade() throws {
        let result = load(
            ["config/production.toml": text],
            environment: ["GATEWAY_ENV": "production", "OPENAI_API_KEY": "a", "GATEWAY_UPSTREAMS_CLAUDE_API_KEY": "b"]
        )
        let configuration = try #require(result.configuration, "\(result.report)")
        #expect(result.report == "")
        #expect(configuration.server.listen.description == "0.0.0.0:8080")
        #expect(configuration.logging.level == .debug)
        #expect(configuration.providers.map(\.name) == ["local", "openai", "claude"])
        #expect(configuration.providers.map(\.kind) == ["openai-compatible", "openai", "anthropic"])
        #expect(
            configuration.providers.map { $0.baseURL?.description }
                == ["http://127.0.0.1:8000/v1", "https://api.openai.com/v1", "https://api.anthropic.com"]
        )
        #expect(configuration.providers.map { $0.apiKeys.first?.expose() } == [nil, "a", "b"])
        #expect(
            configuration.routes == [
                RouteConfiguration(
                    match: RouteMatch(path: "/v1/chat/completions"), inputFormat: "openai",
                    use: .target(TargetConfiguration(provider: "local"))),
                RouteConfiguration(
                    match: RouteMatch(path: "/v1/messages"), inputFormat: "anthropic",
                    use: .target(TargetConfiguration(provider: "claude"))),
            ]
        )
    }

    @Test(
        "what is wrong in them is explained",
        arguments: [
            (
                "[[upstreams]]\nurl = \"http://h\"\n",
                "error: upstreams[0]: expected a name; write name = \"...\" (sluice.toml:1:1)"
            ),
            ("upstreams = 1\n", "error: upstreams: expected a list, found a single value (sluice.toml:1:13)"),
            (
                "[[upstreams]]\nname = \"a\"\nurl = \"http://h\"\nformat = \"openai\"\n[[upstreams]]\nname = \"a\"\n",
                "error: upstreams[1].name: there is already a provider called a (sluice.toml:6:8)"
            ),
            (
                "[[routes]]\npath = \"/v1\"\nupstream = \"nobody\"\n",
                "error: routes[0].upstream: there is no provider called nobody; known providers: mock (sluice.toml:3:12)"
            ),
            ("[[routes]]\npath = \"/v1\"\n", "error: routes[0].upstream: missing (sluice.toml:1:1)"),
            (
                "[[upstreams]]\nname = \"a\"\nurl = \"http://h\"\nformat = \"cobol\"\n",
                "error: providers.a.kind: there is no kind cobol; known kinds: mock, openai, anthropic, groq, ollama, azure, bedrock, vertex, dialects, openai-compatible (sluice.toml:4:10)"
            ),
        ]
    )
    func wrong(text: String, report: String) {
        #expect(loadTOML(text).report == report)
    }

    @Test("they may be written in YAML as well")
    func yaml() {
        let result = loadYAML(
            "upstreams: [{ name: a, url: \"http://h\", format: ollama }]\nroutes: [{ path: /, upstream: a }]")
        #expect(result.configuration?.providers.first?.kind == "ollama", "\(result.report)")
        #expect(result.configuration?.providers.first?.baseURL?.path == "")
    }
}
