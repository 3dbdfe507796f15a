import SluiceConfig
import Testing

@Suite("What is wrong in a configuration")
struct ConfigurationErrorTests {
    // swift-format-ignore: a row a case.
    @Test(
        "a wrong value says where, what was expected and what was found",
        arguments: [
            (
                "server:\n  timeouts:\n    idle: 60",
                "server.timeouts.idle: expected a duration like 1m, found 60 (sluice.yaml:3:11)"
            ),
            (
                "server: { timeouts: { idle: 0s } }",
                "server.timeouts.idle: expected a duration longer than 0s, like 1m, found 0s (sluice.yaml:1:29)"
            ),
            (
                "server: { timeouts: { idle: 9999999999999999999s } }",
                "server.timeouts.idle: expected a duration like 1m, found 9999999999999999999s (sluice.yaml:1:29)"
            ),
            (
                "server: { timeouts: { idel: 1m } }",
                "server.timeouts.idel: unknown key; did you mean idle? (sluice.yaml:1:23)"
            ),
            (
                "server: { limits: { request_body: 32 } }",
                "server.limits.request_body: expected a size like 32MiB, found 32 (sluice.yaml:1:35)"
            ),
            (
                "server: { limits: { request_head: 1GiB } }",
                "server.limits.request_head: expected a size from 1KiB to 1MiB, found 1GiB (sluice.yaml:1:35)"
            ),
            (
                "server: { limits: { headers: 0 } }",
                "server.limits.headers: expected a whole number from 1 to 10000, found 0 (sluice.yaml:1:30)"
            ),
            (
                "server: { limits: { connections: 99999999999999999999 } }",
                "server.limits.connections: expected a whole number from 1 to 10000000, found 99999999999999999999 (sluice.yaml:1:34)"
            ),
            (
                "server: { limits: { buffered_bodies: 1MiB } }",
                "server.limits.buffered_bodies: buffered_bodies (1MiB) bounds all bodies together and cannot be less than request_body (32MiB) (sluice.yaml:1:38)"
            ),
            (
                "server: { listen: 8080 }",
                "server.listen: expected an address like 127.0.0.1:8080, found 8080 (sluice.yaml:1:19)"
            ),
            ("server: { listen: }", nil),
            (
                "server: { threads: many }",
                "server.threads: expected auto or a whole number from 1 to 1024, found many (sluice.yaml:1:20)"
            ),
            (
                "server: { trusted_proxies: [10.0.0.0/99] }",
                "server.trusted_proxies[0]: expected an address or a range like 10.0.0.0/8, found 10.0.0.0/99 (sluice.yaml:1:29)"
            ),
            (
                "server: { trusted_proxies: 10.0.0.0/8 }",
                "server.trusted_proxies: expected a list, found a single value (sluice.yaml:1:28)"
            ),
            (
                "server: { compression: maybe }",
                "server.compression: expected true or false, found maybe (sluice.yaml:1:24)"
            ),
            (
                "server: { metrics: admin }",
                "server.metrics: admin needs an admin listener; set server.admin (sluice.yaml:1:20)"
            ),
            (
                "server: { tls: { certificate: a.crt } }",
                "server.tls.private_key: missing; certificate alone is not enough (sluice.yaml:1:16)"
            ),
            (
                "server: { cors: { allowed_origins: [app.example.com] } }",
                "server.cors.allowed_origins[0]: expected an origin like https://app.example.com, or *, found app.example.com (sluice.yaml:1:37)"
            ),
            ("server: [a]", "server: expected a map of keys, found a list (sluice.yaml:1:9)"),
            ("- a", "expected a map of keys, found a list (sluice.yaml:1:1)"),
            ("just text", "expected a map of keys, found a single value (sluice.yaml:1:1)"),
            (
                "logging: { level: loud }",
                "logging.level: expected trace, debug, info, notice, warning, error or critical, found loud (sluice.yaml:1:19)"
            ),
            ("listen: 127.0.0.1:80", "listen: unknown key; it belongs under server (sluice.yaml:1:1)"),
            ("auth: { jwt: x }", "auth.jwt: expected a list, found a single value (sluice.yaml:1:14)"),
            (
                "auth: { keys: [{ name: a, key: \"${NOT_SET}\" }] }",
                "auth.keys[0].key: NOT_SET is not set in the environment; set it, or write ${NOT_SET:-default} (sluice.yaml:1:32)"
            ),
            (
                "auth: { keys: [{ name: a, key: \"\" }] }",
                "auth.keys[0].key: expected a key, found nothing (sluice.yaml:1:32)"
            ),
            ("auth: { keys: [{ key: 0123456789abcdef }] }", "auth.keys[0].name: missing (sluice.yaml:1:16)"),
            (
                "auth: { keys: [{ name: a, key: 0123456789abcdef }, { name: a, key: 0123456789abcdeg }] }",
                "auth.keys[1].name: there is already a key called a (sluice.yaml:1:60)"
            ),
            (
                "providers: { opnai: { api_key: k } }",
                "providers.opnai: is the name of no kind; write kind: as well; did you mean openai? known kinds: mock, openai, anthropic, groq, ollama, azure, bedrock, vertex, dialects, openai-compatible (sluice.yaml:1:14)"
            ),
            (
                "providers: { x: { kind: openai-compatible } }",
                "providers.x.base_url: missing; a provider of kind openai-compatible has no address of its own (sluice.yaml:1:14)"
            ),
            (
                "providers: { a/b: { kind: mock } }",
                "providers.\"a/b\": a provider's name consists of letters, digits, '.', '_' and '-' (sluice.yaml:1:14)"
            ),
            (
                "providers: { mock: { base_url: \"ftp://x\" } }",
                "providers.mock.base_url: expected a URL like https://host/v1, found ftp://x (sluice.yaml:1:32)"
            ),
            (
                "providers: { mock: { max_concurrency: -1 } }",
                "providers.mock.max_concurrency: expected a whole number from 1 to 1000000, found -1 (sluice.yaml:1:39)"
            ),
            (
                "providers: { mock: { headers: { Host: a } } }",
                "providers.mock.headers.Host: this header is set by the gateway; remove it (sluice.yaml:1:33)"
            ),
            (
                "providers: { mock: { headers: { \"a b\": c } } }",
                "providers.mock.headers.\"a b\": this cannot be the name of a header (sluice.yaml:1:33)"
            ),
            (
                "providers: { mock: { breaker: never } }",
                "providers.mock.breaker: expected on, off, or a map of its settings, found never (sluice.yaml:1:31)"
            ),
            (
                "providers: { mock: {} }\nmodels: { a: mok }",
                "models.a: there is no provider and no model called mok; did you mean mock? (sluice.yaml:2:14)"
            ),
            (
                "providers: { mock: {} }\nmodels: { a: }",
                "models.a: expected at least one target, like { provider: openai, model: gpt-4o } (sluice.yaml:2:11)"
            ),
            (
                "providers: { mock: {} }\nmodels: { a: [] }",
                "models.a: expected at least one target, like { provider: openai, model: gpt-4o } (sluice.yaml:2:11)"
            ),
            (
                "providers: { mock: {} }\nmodels: { a: mock/ }",
                "models.a: expected a provider, provider/model, or the name of a model, found mock/ (sluice.yaml:2:14)"
            ),
            (
                "providers: { mock: {} }\nmodels: { a: { targets: [{ weight: 1 }] } }",
                "models.a.targets[0].provider: missing; a target names the provider that it goes to, or another model (sluice.yaml:2:26)"
            ),
            (
                "providers: { mock: {} }\nmodels: { a: { strategy: wieghted, targets: [mock] } }",
                "models.a.strategy: expected weighted, priority, least_busy, fastest, cheapest, sticky or prefix, found wieghted (sluice.yaml:2:26)"
            ),
            (
                "routes: [{ match: {}, use: { target: mock } }]",
                "routes[0].match: missing; a route says path, header or surface of the requests that it is for; /* is every path (sluice.yaml:1:19)"
            ),
            (
                "routes: [{ match: { path: v1 }, use: { target: mock } }]",
                "routes[0].match.path: expected a path like /v1/embeddings, or with a * at its end, found v1 (sluice.yaml:1:27)"
            ),
            (
                "routes: [{ match: { path: /v1 } }]",
                "routes[0].use.target: missing; a route names the target, the model or the model_prefix that it uses (sluice.yaml:1:10)"
            ),
        ] as [(String, String?)]
    )
    func wrong(text: String, message: String?) {
        let result = loadYAML(text, files: ["a.crt": ""])
        let errors = result.errors.map(\.description)
        if let message {
            #expect(errors.contains(message), "\(result.report)")
            #expect(result.configuration == nil)
        } else {
            #expect(errors == [])
        }
    }

    @Test(
        "one mistake is one error",
        arguments: [
            "auth: { keys: [{ name: a, key: \"${NOT_SET}\" }] }",
            "auth: { keys: [7, { name: a, key: 0123456789abcdef }] }",
            "auth: { keys: 7 }",
            "providers: { x: { kind: openai-compatible, base_url: \"${NOT_SET}\" } }",
            "providers: { x: { kind: \"${NOT_SET}\" } }",
            "providers: { openai: key }\nmodels: { a: openai }",
            "server: { tls: { certificate: \"${NOT_SET}\", private_key: a.crt } }",
            "server: { tls: on }",
            "server: { cors: { allowed_origins: \"*\" } }",
            "server: { admin: \"${NOT_SET}\", metrics: admin }",
            "providers: { mock: }\nmodels: { a: { targets: 7 } }",
            "providers: { mock: }\nmodels: { a: { targets: [{ provider: \"${NOT_SET}\" }] } }",
            "providers: { mock: }\nmodels: { a: [[mock]] }",
            "routes: [7]", "routes: [{ path: /a, upstream: \"${NOT_SET}\" }]", "models: { a: \"${NOT_SET}\" }",
        ]
    )
    func oneError(text: String) {
        let result = loadYAML(text, files: ["a.crt": ""])
        #expect(result.errors.count == 1, "\(result.report)")
    }

    @Test("an error in a list has the number that its item has in the file")
    func numbers() {
        let result = loadYAML("auth: { keys: [7, { name: a }] }")
        #expect(result.errors.map(\.path) == ["auth.keys[0]", "auth.keys[1].key"])
    }

    @Test("all errors are reported at once")
    func allErrors() {
        let result = loadYAML(
            """
            server: { timeouts: { idle: 60, totl: 1m }, listen: x }
            logging: { level: loud }
            providers: { mock: {} }
            models: { a: nobody }
            nonsense: 1
            a: 1
            a: 2
            """
        )
        #expect(result.errors.count == 8, "\(result.report)")
        #expect(result.configuration == nil)
    }

    @Test("an error in TOML has its key path and its line")
    func errorInTOML() {
        let result = loadTOML("[server.timeouts]\nidle = 60\n[[auth.keys]]\nname = \"a\"\nkye = \"b\"\n")
        #expect(
            result.errors.map(\.description).contains(
                "server.timeouts.idle: expected a duration like 1m, found 60 (sluice.toml:2:8)"))
        #expect(
            result.errors.map(\.description).contains(
                "auth.keys[0].kye: unknown key; did you mean key? (sluice.toml:5:1)"))
    }
}
