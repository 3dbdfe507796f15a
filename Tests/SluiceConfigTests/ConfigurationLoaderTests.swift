import SluiceConfig
import SluiceCore
import Testing

@Suite("Loading a configuration")
struct ConfigurationLoaderTests {
    @Test("without file and environment the defaults apply, with the built-in provider")
    func defaults() throws {
        let result = load([:])
        #expect(result.diagnostics.isEmpty)
        #expect(result.path == nil)
        #expect(result.configuration == GatewayConfiguration(providers: [ProviderConfiguration(name: "mock")]))
        let server = try #require(result.configuration).server
        #expect(server.listen.description == "127.0.0.1:8080")
        #expect(server.limits.requestBody.bytes == 32 << 20)
        #expect(server.timeouts.firstContent == .seconds(300))
    }

    @Test("every key is read")
    func everything() throws {
        let result = loadYAML(
            """
            server:
              listen: "[::1]:9000"
              admin: 127.0.0.1:9001
              metrics: admin
              threads: 3
              tls: { certificate: tls.crt, private_key: /k.key, client_ca: ca.crt, client_certificate: required }
              limits:
                request_body: 1MiB
                request_head: 8KiB
                headers: 50
                connections: 7
                relay_window: 64KiB
                buffered_bodies: 2MiB
                http2_streams: 10
                connection_age: 5m
              timeouts:
                head: 1s
                body: 2s
                keep_alive: 3s
                connect: 4s
                queue: 5s
                first_byte: 6s
                first_event: 7s
                first_content: 8s
                idle: 9s
                total: 10s
              trusted_proxies: [10.0.0.0/8, "::1"]
              proxy_protocol: on
              cors: { allowed_origins: ["https://App.example.com"], max_age: 1h }
              compression: off
              shutdown_grace: 0s
            logging: { level: TRACE, format: pretty }
            outbound: { proxy: "http://proxy:3128", no_proxy: [.internal, 10.0.0.0/8], ca: ca.crt }
            providers:
              azure:
                base_url: https://acme.openai.azure.com
                api_version: 2026-05-01
                api_keys: [one, two]
                region: eu
                max_concurrency: 5
                timeouts: { connect: 1s, total: 2s }
                headers: { X-Team: search }
                forward_headers: [OpenAI-Beta]
                ca: ca.crt
                proxy: off
              mock:
            models:
              gpt-4o: azure
              fast: mock/mock/fast
              pair: [azure/a, mock]
              "claude-*": { strategy: priority, targets: [{ provider: mock, model: m }], timeouts: { idle: 3s } }
            routes:
              - match: { path: /v1/embeddings }
                use: { target: { provider: mock, model: e } }
              - match: { path: /mock/* }
                use: { target: mock }
            auth:
              required: true
              keys: [{ name: ci, key: 0123456789abcdef, models: ["gpt-*"], tenant: acme }, { name: all, key: fedcba9876543210 }]
            """,
            files: ["tls.crt": "", "/k.key": "", "ca.crt": ""]
        )
        #expect(result.report == "")
        let proxy = ProxyURL(host: "proxy", port: 3128)
        let expected = GatewayConfiguration(
            server: ServerConfiguration(
                listen: HostPort(host: "::1", port: 9000),
                admin: HostPort(host: "127.0.0.1", port: 9001),
                metrics: .admin,
                threads: 3,
                tls: TLSConfiguration(
                    certificate: "tls.crt", privateKey: "/k.key", clientCA: "ca.crt", clientCertificate: .required),
                limits: ServerLimits(
                    requestBody: .mebibytes(1), requestHead: .kibibytes(8), headers: 50, connections: 7,
                    relayWindow: .kibibytes(64), bufferedBodies: .mebibytes(2), http2Streams: 10,
                    connectionAge: .seconds(300)),
                timeouts: Timeouts(
                    head: .seconds(1), body: .seconds(2), keepAlive: .seconds(3), connect: .seconds(4),
                    queue: .seconds(5),
                    firstByte: .seconds(6), firstEvent: .seconds(7), firstContent: .seconds(8), idle: .seconds(9),
                    total: .seconds(10)),
                trustedProxies: ["10.0.0.0/8", "::1"].compactMap { CIDR($0) },
                proxyProtocol: true,
                cors: CORSConfiguration(allowedOrigins: .only(["https://app.example.com"]), maxAge: .seconds(3600)),
                compression: false,
                shutdownGrace: .zero
            ),
            logging: LoggingConfiguration(level: .trace, format: .pretty),
            outbound: OutboundConfiguration(
                proxy: proxy, noProxy: ProxyBypass([".internal", "10.0.0.0/8"]), certificateAuthorities: "ca.crt"),
            providers: [
                ProviderConfiguration(
                    name: "azure", baseURL: BaseURL(scheme: .https, host: "acme.openai.azure.com"),
                    apiKeys: [Secret("one"), Secret("two")], apiVersion: "2026-05-01", region: "eu", maxConcurrency: 5,
                    timeouts: TimeoutOverrides(connect: .seconds(1), total: .seconds(2)),
                    headers: [HeaderField(name: "X-Team", value: Secret("search"))], forwardHeaders: ["openai-beta"],
                    certificateAuthorities: "ca.crt", proxy: .off),
                ProviderConfiguration(name: "mock"),
            ],
            models: [
                ModelConfiguration(pattern: ModelPattern("gpt-4o"), targets: [TargetConfiguration(provider: "azure")]),
                ModelConfiguration(
                    pattern: ModelPattern("fast"), targets: [TargetConfiguration(provider: "mock", model: "mock/fast")]),
                ModelConfiguration(
                    pattern: ModelPattern("pair"),
                    targets: [
                        TargetConfiguration(provider: "azure", model: "a"), TargetConfiguration(provider: "mock"),
                    ]),
                ModelConfiguration(
                    pattern: ModelPattern("claude-*"), targets: [TargetConfiguration(provider: "mock", model: "m")],
                    timeouts: TimeoutOverrides(idle: .seconds(3))),
            ],
            routes: [
                RouteConfiguration(
                    match: RouteMatch(path: "/v1/embeddings"),
                    use: .target(TargetConfiguration(provider: "mock", model: "e"))),
                RouteConfiguration(
                    match: RouteMatch(path: "/mock/*"), use: .target(TargetConfiguration(provider: "mock"))),
            ],
            auth: AuthConfiguration(keys: [
                StaticKeyConfiguration(
                    name: "ci", key: Secret("0123456789abcdef"), models: [ModelPattern("gpt-*")], tenant: "acme"),
                StaticKeyConfiguration(name: "all", key: Secret("fedcba9876543210")),
            ])
        )
        #expect(result.configuration == expected)
        #expect(
            result.stamps.keys.sorted() == ["/k.key", "ca.crt", "sluice.toml", "sluice.yaml", "sluice.yml", "tls.crt"])
    }

    @Test("a provider without a key is off, with a warning")
    func off() throws {
        let result = loadYAML(
            """
            providers:
              openai: { api_key: "${OPENAI_KEY}" }
              anthropic: {}
              ollama: {}
              azure: { base_url: "https://a.example.com", api_keys: ["${A1}", "${A2}"] }
              local: { kind: openai-compatible, base_url: "http://h:1/v1", api_key: "" }
            models: { gpt-4o: openai }
            """,
            environment: ["A2": "key"]
        )
        let providers = try #require(result.configuration, "\(result.report)").providers
        #expect(providers.map(\.isEnabled) == [false, false, true, true, false])
        #expect(providers[3].apiKeys == [Secret("key")])
        #expect(
            result.warnings.map(\.description) == [
                "providers.openai: off, since it has no key; ${OPENAI_KEY} is empty (sluice.yaml:2:3)",
                "providers.anthropic: off, since it has no key; write api_key, or set ANTHROPIC_API_KEY (sluice.yaml:3:3)",
                "providers.azure.api_keys[0]: ${A1} is empty; it is skipped (sluice.yaml:5:58)",
                "providers.local: off, since it has no key; write api_key (sluice.yaml:6:3)",
                "models.gpt-4o: cannot be used: every provider that it may go to is off (sluice.yaml:7:11)",
            ]
        )
    }

    @Test("an open gateway is a warning, one on the own machine is not")
    func openDoor() {
        #expect(loadYAML("auth: { required: false }").diagnostics.isEmpty)
        let result = loadYAML("server: { listen: 0.0.0.0:80 }\nauth: { required: false }")
        #expect(result.configuration != nil)
        #expect(result.warnings.map(\.path) == ["auth.required"])
    }

    @Test("YAML and TOML of the same keys give the same configuration")
    func sameConfiguration() throws {
        let yaml = loadYAML(
            """
            server: { listen: 127.0.0.1:1, timeouts: { idle: 5s }, trusted_proxies: [10.0.0.0/8] }
            providers:
              openai: { api_key: k }
              azure: { base_url: https://a.example.com, api_version: 2026-05-01, api_keys: [a, b], max_concurrency: 3 }
              mock: {}
            models:
              zeta: openai
              "alpha.*": { targets: [{ provider: azure, model: m }, mock/x], timeouts: { idle: 1s } }
            auth: { keys: [{ name: ci, key: 0123456789abcdef, models: [zeta] }] }
            """
        )
        let toml = loadTOML(
            """
            [server]
            listen = "127.0.0.1:1"
            timeouts.idle = "5s"
            trusted_proxies = ["10.0.0.0/8"]
            [providers.openai]
            api_key = "k"
            [providers.azure]
            base_url = "https://a.example.com"
            api_version = 2026-05-01
            api_keys = ["a", "b"]
            max_concurrency = 3
            [providers.mock]
            [models]
            zeta = "openai"
            [models."alpha.*"]
            targets = [{ provider = "azure", model = "m" }, "mock/x"]
            timeouts = { idle = "1s" }
            [[auth.keys]]
            name = "ci"
            key = "0123456789abcdef"
            models = ["zeta"]
            """
        )
        let expected = try #require(yaml.configuration, "\(yaml.report)")
        #expect(toml.configuration == expected, "\(toml.report)")
        #expect(expected.models.map(\.pattern.text) == ["zeta", "alpha.*"])
    }

    @Test("a byte order mark is passed over and a NUL refused")
    func encodings() {
        #expect(loadYAML("\u{FEFF}logging: { level: debug }").configuration?.logging.level == .debug)
        #expect(loadTOML("\u{FEFF}logging.level = \"debug\"").configuration?.logging.level == .debug)
        #expect(loadYAML("a: \0").report.contains("holds the byte 0"))
    }

    @Test("JSON is YAML")
    func json() {
        #expect(
            loadYAML("{\"logging\": {\"level\": \"debug\"}, \"server\": {\"threads\": 2}}").configuration?.server
                .threads == 2)
    }
}
