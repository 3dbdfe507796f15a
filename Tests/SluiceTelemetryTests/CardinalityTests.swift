import SluiceCore
import SluiceTelemetry
import Testing

@Suite struct CardinalityTests {
    private func scrape(_ registry: MetricsRegistry) throws -> PrometheusDocument {
        try MetricsRegistryTests.scrape(registry)
    }

    @Test("10,000 made-up names that the model table does not know are one series")
    func unknownModels() throws {
        let registry = MetricsRegistry(shards: 2)
        for number in 0..<10_000 {
            var record = ExchangeRecord.refused(status: 404, errorType: "model_not_found")
            record.model = "made-up-\(number)"
            registry.shard(number).record(record)
        }
        let document = try self.scrape(registry)
        #expect(document.series("gateway_requests_total").count == 1)
        #expect(
            document.value("gateway_requests_total", ["model": "other", "provider": "none", "status": "404"]) == 10_000
        )
    }

    @Test("10,000 names that fit a pattern and that no provider answers for take no place from real ones")
    func refusedPatternModels() throws {
        let registry = MetricsRegistry(shards: 2, limits: MetricsLimits(models: 2))
        registry.declare(models: ["declared"])
        for number in 0..<10_000 {
            registry.shard(number).record(.chat(model: "made-up-\(number)", status: 404))
        }
        registry.shard(0).record(.chat(model: "real"))
        registry.shard(0).record(.chat(model: "declared", status: 500))
        let document = try self.scrape(registry)
        #expect(document.sum("gateway_requests_total", where: ["model": "other"]) == 10_000)
        #expect(document.sum("gateway_requests_total", where: ["model": "real"]) == 1)
        #expect(document.sum("gateway_requests_total", where: ["model": "declared"]) == 1)
    }

    @Test("10,000 names that a provider does answer for stop at the limit, and the sums stay right")
    func answeredModels() throws {
        let registry = MetricsRegistry(shards: 4, limits: MetricsLimits(models: 20))
        for number in 0..<10_000 {
            registry.shard(number).record(.chat(model: "model-\(number)"))
        }
        let document = try self.scrape(registry)
        #expect(document.series("gateway_requests_total").count == 21)
        #expect(document.sum("gateway_requests_total") == 10_000)
        #expect(document.sum("gateway_requests_total", where: ["model": "other"]) == 9980)
        #expect(document.series("gen_ai_client_token_usage_count").count == 42)
        #expect(document.sum("gateway_tokens_total", where: ["direction": "input"]) == 12_340_000)
    }

    @Test("providers, key names, error codes and methods are bounded too")
    func otherLabels() throws {
        let registry = MetricsRegistry(shards: 1, limits: MetricsLimits(providers: 10, keyNames: 10, errorTypes: 10))
        for number in 0..<1000 {
            var record = ExchangeRecord.chat(provider: "provider-\(number)")
            record.method = "METHOD\(number)"
            record.upstreamErrorType = "error-\(number)"
            registry.shard(0).record(record)
            var refused = ExchangeRecord.refused(status: 429, errorType: "rate_limit_exceeded")
            refused.principal = Principal(keyID: "k", keyName: "key-\(number)")
            registry.shard(0).record(refused)
        }
        for number in 0..<1000 {
            registry.shard(0).upstreamPool(registry.upstream(named: "upstream-\(number)"), active: 1)
        }
        let document = try self.scrape(registry)
        #expect(document.series("upstream_requests_total").count == 11)
        #expect(document.series("rate_limit_exceeded_total").count == 11)
        // Ten codes, each with its own provider, and `other` of `other`.
        #expect(document.series("upstream_errors_total").count == 11)
        #expect(Set(document.series("http_requests_total").map { $0.labels["method"] }) == ["other", "POST"])
        #expect(document.sum("upstream_requests_total") == 1000)
        #expect(document.value("sluice_upstream_pool", ["upstream": "other", "state": "active"]) == 1000)
    }

    @Test("series of one metric stop at their limit, and new ones go to the model other")
    func seriesLimit() throws {
        let registry = MetricsRegistry(shards: 1, limits: MetricsLimits(seriesPerMetric: 50))
        for number in 0..<200 {
            registry.shard(0).record(.chat(model: "model-\(number)"))
        }
        let document = try self.scrape(registry)
        #expect(document.series("gateway_requests_total").count == 51)
        #expect(document.sum("gateway_requests_total") == 200)
    }

    @Test("a name longer than the limit is other")
    func longNames() throws {
        let registry = MetricsRegistry(shards: 1)
        registry.shard(0).record(.chat(model: String(repeating: "x", count: 201)))
        registry.shard(0).record(.chat(model: String(repeating: "y", count: 200)))
        let document = try self.scrape(registry)
        #expect(document.sum("gateway_requests_total", where: ["model": "other"]) == 1)
        #expect(document.series("gateway_requests_total").count == 2)
    }

    @Test("models that are really called other and none do not make a series twice")
    func reservedNames() throws {
        let registry = MetricsRegistry(shards: 1)
        for model in ["other", "none", "unknown"] {
            registry.shard(0).record(.chat(model: model, isKnownModel: model != "unknown", provider: "other"))
        }
        let document = try self.scrape(registry)
        #expect(document.sum("gateway_requests_total", where: ["model": "other"]) == 2)
        #expect(document.sum("gateway_requests_total", where: ["model": "none"]) == 1)
    }

    @Test(
        "any Unicode in a name survives the escaping",
        arguments: [
            "quote\"back\\slash\nline", "}{,=\"", "模型-🚀", "e\u{301}", "\u{301}combining", "\u{202E}reversed",
            "tab\tnul\u{0}", "",
        ]
    )
    func unicode(name: String) throws {
        let registry = MetricsRegistry(shards: 1)
        registry.shard(0).record(.chat(model: name))
        let document = try self.scrape(registry)
        let labels = try #require(document.series("gateway_requests_total").first?.labels)
        #expect(labels["model"].map { Array($0.utf8) } == Array(name.utf8))
    }
}
