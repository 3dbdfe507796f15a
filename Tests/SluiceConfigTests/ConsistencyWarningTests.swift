import SluiceConfig
import SluiceCore
import Testing

@Suite("Warnings where keys make no sense together")
struct ConsistencyWarningTests {
    private static let providers = "providers: { mock: {}, ollama: {} }\n"

    @Test(
        "what can be used but was hardly meant is a warning",
        arguments: [
            (
                "models: { a: { targets: [{ provider: mock, weight: 2 }, ollama] } }",
                "models.a.targets[0].weight: without effect: weights count with weighted, sticky, least_busy and prefix, and this is priority (sluice.yaml:2:52)"
            ),
            ("models: { a: { strategy: weighted, targets: [{ provider: mock, weight: 2 }, ollama] } }", nil),
            ("models: { a: { strategy: sticky, targets: [{ provider: mock, weight: 2 }, ollama] } }", nil),
            ("models: { a: { strategy: least_busy, targets: [{ provider: mock, weight: 2 }, ollama] } }", nil),
            ("models: { a: { strategy: prefix, targets: [{ provider: mock, weight: 2 }, ollama] } }", nil),
            (
                "models: { a: { strategy: least_busy, targets: [mock] } }",
                "models.a.strategy: without effect: there is one target to choose from (sluice.yaml:2:26)"
            ),
            ("models: { b: [mock, ollama], a: { strategy: least_busy, targets: [{ model: b }] } }", nil),
            (
                "models: { a: { strategy: least_busy, targets: [mock, ollama], retry: { attempts: 1, backoff: 1s } } }",
                "models.a.retry.backoff: without effect, since attempts is 1 (sluice.yaml:2:94)"
            ),
            (
                "models: { a: { targets: [mock, ollama, mock/x], retry: { attempts: 2 } } }",
                "models.a.retry.attempts: the targets after the first 2 are never tried, since attempts counts them all (sluice.yaml:2:68)"
            ),
            ("models: { a: { targets: [mock, ollama], retry: { attempts: 2 } } }", nil),
            (
                "models: { a: { targets: [mock, ollama], retry: { on: [] } } }",
                "models.a.retry.on: nothing is tried again; to say so, write attempts: 1 (sluice.yaml:2:54)"
            ),
            (
                "models: { a: { targets: [mock], hedge: { after: 1s } } }",
                "models.a.hedge.after: there is one target: the second attempt would go to the same one (sluice.yaml:2:49)"
            ),
            (
                "models: { a: { targets: [mock, ollama], hedge: { after: 20s }, timeouts: { first_event: 10s } } }",
                "models.a.hedge.after: without effect: timeouts.first_event of 10s ends it before (sluice.yaml:2:57)"
            ),
            ("models: { a: { targets: [mock, ollama], hedge: { after: 1s } } }", nil),
            (
                "models: { a: { targets: [mock, ollama], mirror: { to: mock, percent: 0 } } }",
                "models.a.mirror.percent: without effect: nothing is copied (sluice.yaml:2:70)"
            ),
            (
                "models: { a: { targets: [mock], mirror: { to: a } } }",
                "models.a.mirror.to: the copies go to this very model, and double what it has to do (sluice.yaml:2:47)"
            ),
            (
                "models: { a: { targets: [mock], fallback: { default: [a] } } }",
                "models.a.fallback.default: without effect: a is this very model (sluice.yaml:2:54)"
            ),
            (
                "models: { a: { targets: [mock], fallback: { context_window: [b] } }, b: a }",
                "models.a.fallback.context_window: without effect: b is this very model (sluice.yaml:2:61)"
            ),
            (
                "models: { a: { targets: [mock], fallback: { default: [b] } }, b: { targets: [ollama], fallback: { default: [a] } } }",
                nil
            ),
            ("models: { \"gpt-*\": { targets: [mock], fallback: { default: [gpt-4o] } } }", nil),
            (
                "models: { a: { targets: [mock, ollama], hedge: { after: 1s } } }\nroutes: [{ match: { surface: image_generations }, use: { model: a } }]",
                "routes[0].use: hedging of a is passed over for image_generations, where a second request would be carried out and paid twice (sluice.yaml:3:56)"
            ),
            (
                "models: { a: { targets: [mock, ollama], hedge: { after: 1s } } }\nroutes: [{ match: { path: /v1/audio/* }, use: { model: a } }]",
                "routes[0].use: hedging of a is passed over for speech, where a second request would be carried out and paid twice (sluice.yaml:3:47)"
            ),
            (
                "models: { a: { targets: [mock, ollama], hedge: { after: 1s } } }\nroutes: [{ match: { surface: chat }, use: { model: a } }]",
                nil
            ),
            (
                "models: { a: { strategy: cheapest, targets: [mock/x, ollama/y] } }\nprices: { x: { input: 1 }, ollama/z: { input: 1 } }",
                "models.a.targets[1]: no price of ollama/y is known, so it is chosen last; add it under prices (sluice.yaml:2:54)"
            ),
            (
                "models: { a: { strategy: cheapest, targets: [mock/x, { provider: ollama, model: y, price: { input: 1 } }] } }\nprices: { mock/x: { input: 1 } }",
                nil
            ),
            (
                "models: { abc: mock }\nauth: { keys: [{ name: k, key: 0123456789abcdef, models: [abd] }] }",
                "auth.keys[0].models[0]: there is no model called abd; did you mean abc? (sluice.yaml:3:59)"
            ),
            (
                "models: { abc: mock, \"x-*\": mock }\nauth: { keys: [{ name: k, key: 0123456789abcdef, models: [abc, x-1, \"y-*\", mock/z] }] }",
                nil
            ),
            ("auth: { keys: [{ name: k, key: 0123456789abcdef, models: [abd] }] }", nil),
            (
                "models: { acme-a: mock }\nroutes: [{ match: { path: /* }, use: { model_prefix: acme_ } }]",
                "routes[0].use.model_prefix: no model of the table begins with acme_ (sluice.yaml:3:54)"
            ),
        ] as [(String, String?)]
    )
    func warning(text: String, message: String?) {
        let result = loadYAML(Self.providers + text)
        #expect(result.diagnostics.map(\.description) == (message.map { [$0] } ?? []), "\(result.report)")
        #expect(result.configuration != nil)
    }

    @Test("a queue without a bound to wait for is a warning")
    func queue() {
        let result = loadYAML("providers: { mock: { queue: 3 } }")
        #expect(
            result.report
                == "warning: providers.mock.queue: without effect, since nothing waits; set max_concurrency as well (sluice.yaml:1:29)"
        )
    }
}
