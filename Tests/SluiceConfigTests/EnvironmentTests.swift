import SluiceConfig
import SluiceCore
import Testing

@Suite("The environment")
struct EnvironmentTests {
    private let text = """
        server: { listen: 127.0.0.1:1, timeouts: { idle: 1s } }
        providers:
          openai: { api_key: file }
          vllm-a: { kind: openai-compatible, base_url: "http://h:1/v1" }
          vllm: { kind: openai-compatible, base_url: "http://h:2/v1" }
        auth: { keys: [{ name: ci, key: 0123456789abcdef }] }
        models: { gpt-4o: openai, long: { targets: [openai] } }
        prices: { llama-3.3: { input: 1 } }
        """

    @Test("a variable goes over the file, SLUICE_ over GATEWAY_, the file over shared variables and defaults")
    func precedence() throws {
        func listen(_ environment: [String: String], _ text: String) -> String? {
            loadYAML(text, environment: environment).configuration?.server.listen.description
        }
        let file = "server: { listen: 127.0.0.1:1 }"
        #expect(listen([:], "") == "127.0.0.1:8080")
        #expect(listen(["PORT": "9", "HOST": "0.0.0.0"], "") == "0.0.0.0:9")
        #expect(listen(["PORT": "9"], "") == "127.0.0.1:9")
        #expect(listen(["PORT": "9"], file) == "127.0.0.1:1")
        #expect(listen(["GATEWAY_SERVER_PORT": "2"], file) == "127.0.0.1:2")
        #expect(listen(["GATEWAY_SERVER_HOST": "::1", "PORT": "9"], "") == "[::1]:9")
        #expect(
            listen(["GATEWAY_SERVER_LISTEN": "127.0.0.1:3", "SLUICE_SERVER_LISTEN": "127.0.0.1:4"], file)
                == "127.0.0.1:4")
        #expect(listen(["SLUICE_SERVER_LISTEN": "127.0.0.1:4"], "server: { host: 0.0.0.0, port: 5 }") == "127.0.0.1:4")
        #expect(listen(["SLUICE_SERVER_LISTEN": ""], file) == "127.0.0.1:1")
        #expect(loadYAML("server: { listen: 127.0.0.1:1, port: 2 }").report.contains("remove one of them"))
    }

    @Test("a variable reaches every kind of key")
    func reach() throws {
        let result = loadYAML(
            text,
            environment: [
                "SLUICE_SERVER_TIMEOUTS_IDLE": "7s", "SLUICE_SERVER_TIMEOUTS_FIRST_EVENT": "8s",
                "SLUICE_PROVIDERS_OPENAI_API_KEY": "over", "SLUICE_PROVIDERS_VLLM_A_MAX_CONCURRENCY": "3",
                "SLUICE_PROVIDERS_VLLM_BASE_URL": "http://over:1/v1", "SLUICE_PROVIDERS_ANTHROPIC_API_KEY": "made",
                "SLUICE_AUTH_KEYS_CI_KEY": "over-0123456789abcdef", "SLUICE_AUTH_KEYS_0_TENANT": "acme",
                "SLUICE_SERVER_TRUSTED_PROXIES": "10.0.0.0/8, ::1", "SLUICE_MODELS_LONG_TIMEOUTS_IDLE": "9s",
                "SLUICE_MODELS_GPT_4O": "vllm-a/x", "GATEWAY_UPSTREAMS_VLLM_API_KEY": "upstream",
                "SLUICE_MODELS_LONG_RETRY_ON": "connect, 429", "SLUICE_MODELS_LONG_RETRY_BACKOFF": "1s..2s",
                "SLUICE_MODELS_LONG_EXPOSE_TARGET_MODEL": "on", "SLUICE_MODELS_LONG_MIRROR_TO": "vllm/x",
                "SLUICE_MODELS_LONG_MIRROR_PERCENT": "5", "SLUICE_MODELS_LONG_STRATEGY": "priority",
                "SLUICE_MODELS_LONG_FALLBACK_DEFAULT": "vllm", "SLUICE_MODELS_LONG_HOLD_BYTES": "2KiB",
                "SLUICE_PROVIDERS_VLLM_BREAKER": "off", "SLUICE_PROVIDERS_VLLM_A_BREAKER_WINDOW": "9s",
                "SLUICE_PROVIDERS_VLLM_A_RETRY_BUDGET": "5%", "SLUICE_PROVIDERS_VLLM_A_QUEUE": "1",
                "SLUICE_PROVIDERS_VLLM_A_PROBE_EVERY": "3s", "SLUICE_SERVER_TIMEOUTS_PING": "off",
                "SLUICE_AUTH_WHEN_CLIENT_LEAVES": "drain", "SLUICE_AUTH_KEYS_CI_WHEN_CLIENT_LEAVES": "drain_most",
                "SLUICE_PRICES_LLAMA_3_3_INPUT": "0.25", "SLUICE_SERVER_EXPOSE_TARGET_MODEL": "true",
                "SLUICE_LOGGING_LEVEL": "debug", "SLUICE_PROVIDERS_OPENAI_API_VERSION": "${NOT_LOOKED_AT}",
            ]
        )
        let configuration = try #require(result.configuration, "\(result.report)")
        #expect(result.diagnostics.isEmpty, "\(result.report)")
        #expect(configuration.server.timeouts.idle == .seconds(7))
        #expect(configuration.server.timeouts.firstEvent == .seconds(8))
        #expect(configuration.server.trustedProxies.map(\.description) == ["10.0.0.0/8", "::1"])
        #expect(configuration.providers.map(\.name) == ["openai", "vllm-a", "vllm", "anthropic"])
        #expect(configuration.providers.map { $0.apiKeys.first?.expose() } == ["over", nil, "upstream", "made"])
        #expect(configuration.providers[0].apiVersion == "${NOT_LOOKED_AT}")
        #expect(configuration.providers[1].maxConcurrency == 3)
        #expect(configuration.providers[2].baseURL?.host == "over")
        #expect(configuration.auth.keys.first?.key == Secret("over-0123456789abcdef"))
        #expect(configuration.auth.keys.first?.tenant == "acme")
        #expect(configuration.models[0].targets == [TargetConfiguration(provider: "vllm-a", model: "x")])
        #expect(configuration.models[1].timeouts.idle == .seconds(9))
        #expect(configuration.logging.level == .debug)
        let long = configuration.models[1]
        #expect(long.retry.causes == [.connect, .rateLimited])
        #expect(long.retry.backoff == .seconds(1) ... .seconds(2))
        #expect(long.exposesTargetModel == true)
        #expect(long.mirror == MirrorConfiguration(to: .provider("vllm", model: "x"), share: .percent(5)))
        #expect(long.fallback.default == [.provider("vllm", model: nil)])
        #expect(long.hold == HoldConfiguration(bytes: .kibibytes(2)))
        #expect(configuration.providers[2].breaker == nil)
        #expect(configuration.providers[1].breaker?.window == .seconds(9))
        #expect(configuration.providers[1].retryBudget == .percent(5))
        #expect(configuration.providers[1].queue == 1)
        #expect(configuration.providers[1].probe?.every == .seconds(3))
        #expect(configuration.server.timeouts.ping == nil)
        #expect(configuration.server.exposesTargetModel)
        #expect(configuration.auth.whenClientLeaves == .drain)
        #expect(configuration.auth.keys.first?.whenClientLeaves == .drainMost)
        #expect(configuration.prices.first?.price.rates.input.perMillion == NanoUSD(250_000_000))
    }

    @Test("a wrong variable is named, and its value is not a key of the file")
    func wrong() {
        let result = loadYAML("", environment: ["SLUICE_SERVER_TIMEOUTS_IDLE": "60"])
        #expect(
            result.report
                == "error: server.timeouts.idle: expected a duration like 1m, found 60 (environment variable SLUICE_SERVER_TIMEOUTS_IDLE)"
        )
    }

    @Test(
        "a variable that names no key is a warning",
        arguments: [
            (
                "SLUICE_SERVR_LISTEN",
                "warning: no key of the configuration has this name; did you mean SLUICE_SERVER_LISTEN? (environment variable SLUICE_SERVR_LISTEN)"
            ),
            ("SLUICE_XYZ", "warning: no key of the configuration has this name (environment variable SLUICE_XYZ)"),
            (
                "SLUICE_SERVER",
                "warning: no key of the configuration has this name (environment variable SLUICE_SERVER)"
            ),
            (
                "GATEWAY_LOGGING_LEVLE",
                "warning: no key of the configuration has this name; did you mean GATEWAY_LOGGING_LEVEL? (environment variable GATEWAY_LOGGING_LEVLE)"
            ),
            ("GATEWAY_OF_ANOTHER_PROGRAM", ""),
            (
                "SLUICE_CONFIG_",
                "warning: no key of the configuration has this name (environment variable SLUICE_CONFIG_)"
            ),
            (
                "SLUICE_MODELS_GPT_4O_TIMEOUTS_IDLE",
                "warning: no key of the configuration has this name (environment variable SLUICE_MODELS_GPT_4O_TIMEOUTS_IDLE)"
            ),
            (
                "SLUICE_STORAGE",
                "warning: no key of the configuration has this name (environment variable SLUICE_STORAGE)"
            ),
        ]
    )
    func unknown(name: String, report: String) {
        let result = loadYAML(text, environment: [name: "1"])
        #expect(result.report == report)
        #expect(result.configuration != nil)
    }

    @Test("the variables that Kubernetes sets for a service of our name are passed over")
    func kubernetes() {
        let result = loadYAML(
            text,
            environment: [
                "SLUICE_SERVICE_HOST": "10.0.0.1", "SLUICE_SERVICE_PORT": "80", "SLUICE_SERVICE_PORT_HTTP": "80",
                "SLUICE_PORT": "tcp://10.0.0.1:80", "SLUICE_PORT_80_TCP": "tcp://10.0.0.1:80",
                "SLUICE_PORT_80_TCP_PROTO": "tcp", "SLUICE_PORT_80_TCP_ADDR": "10.0.0.1",
                "GATEWAY_SERVER_PORT": "tcp://10.0.0.1:80",
            ]
        )
        #expect(result.report == "")
        #expect(result.configuration?.server.listen.port == 1)
    }

    @Test("without providers in the file those of the environment are there")
    func providersOfEnvironment() throws {
        let result = loadYAML(
            "",
            environment: [
                "OPENAI_API_KEY": "a", "ANTHROPIC_BASE_URL": "http://127.0.0.1:8080",
                "OLLAMA_BASE_URL": "http://ollama:11434",
                "AZURE_OPENAI_API_KEY": "no address",
            ]
        )
        let providers = try #require(result.configuration, "\(result.report)").providers
        #expect(providers.map(\.name) == ["mock", "openai", "ollama"])
        #expect(providers[1].apiKeys == [Secret("a")])
        #expect(providers[2].baseURL?.description == "http://ollama:11434")
    }

    @Test("a provider of the file takes what it does not say from the environment")
    func fill() throws {
        let result = loadYAML(
            """
            providers:
              main: { kind: openai }
              anthropic: { api_key: file }
              bedrock: {}
            """,
            environment: [
                "OPENAI_API_KEY": "a", "ANTHROPIC_API_KEY": "b", "ANTHROPIC_BASE_URL": "https://proxy.example.com",
                "AWS_REGION": "eu-1",
            ]
        )
        let providers = try #require(result.configuration, "\(result.report)").providers
        #expect(providers[0].apiKeys == [Secret("a")])
        #expect(providers[1].apiKeys == [Secret("file")])
        #expect(providers[1].baseURL?.host == "proxy.example.com")
        #expect(providers[2].region == "eu-1")
    }

    @Test("a kind that takes no key is given none, whatever the environment has")
    func noKey() throws {
        let kinds = [ProviderKind(name: "mock", credential: .none, isBuiltIn: true)]
        for text in ["", "providers: { mock: {} }"] {
            let result = ConfigurationLoader(
                environment: ["MOCK_API_KEY": "x"], files: MemoryFiles(["sluice.yaml": text]), knownKinds: kinds
            ).load()
            #expect(result.report == "")
            #expect(result.configuration?.providers.first?.apiKeys == [])
        }
    }

    @Test("proxy and authorities of the environment apply; a strange item of NO_PROXY is a warning")
    func outbound() throws {
        let environment = [
            "HTTPS_PROXY": "http://p:1", "NO_PROXY": "localhost,10.0.0.0/8, <local>", "SSL_CERT_FILE": "/ca.pem",
        ]
        let result = loadYAML("", environment: environment, files: ["/ca.pem": ""])
        let outbound = try #require(result.configuration, "\(result.report)").outbound
        #expect(outbound.proxy == ProxyURL(host: "p", port: 1))
        #expect(outbound.noProxy.items == ["localhost", "10.0.0.0/8"])
        #expect(outbound.certificateAuthorities == "/ca.pem")
        #expect(result.warnings.count == 1)
        let file = loadYAML("outbound: { proxy: \"http://file:2\" }", environment: environment, files: ["/ca.pem": ""])
        #expect(file.configuration?.outbound.proxy?.host == "file")
        #expect(loadYAML("", environment: ["HTTPS_PROXY": "socks5://p:1"]).configuration == nil)
    }
}
