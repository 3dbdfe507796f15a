import SluiceCore
import SluiceTelemetry
import SluiceWire
import Testing

@Suite struct MetricsRegistryTests {
    static func scrape(_ registry: MetricsRegistry, logs: LogSink.Counters? = nil) throws -> PrometheusDocument {
        var bytes: [UInt8] = []
        registry.scrape(into: &bytes, logs: logs)
        return try PrometheusDocument(bytes)
    }

    @Test("an empty registry names every metric")
    func names() throws {
        let document = try Self.scrape(MetricsRegistry(shards: 2, version: "1.2.3"), logs: LogSink.Counters())
        let expected: [String: String] = [
            "http_requests_total": "counter",
            "http_request_duration_seconds": "histogram",
            "http_requests_in_flight": "gauge",
            "upstream_request_duration_seconds": "histogram",
            "upstream_requests_total": "counter",
            "upstream_errors_total": "counter",
            "streaming_events_total": "counter",
            "streaming_bytes_total": "counter",
            "streaming_duration_seconds": "histogram",
            "auth_requests_total": "counter",
            "rate_limit_exceeded_total": "counter",
            "quota_exceeded_total": "counter",
            "sluice_budget_warnings_total": "counter",
            "gateway_requests_total": "counter",
            "gateway_request_duration_ms": "histogram",
            "gateway_tokens_total": "counter",
            "gen_ai_client_token_usage": "histogram",
            "gen_ai_server_request_duration": "histogram",
            "gen_ai_server_time_to_first_token": "histogram",
            "gen_ai_server_time_per_output_token": "histogram",
            "process_resident_memory_bytes": "gauge",
            "process_cpu_seconds_total": "counter",
            "process_open_fds": "gauge",
            "process_start_time_seconds": "gauge",
            "sluice_build_info": "gauge",
            "sluice_log_lines_shed_total": "counter",
        ]
        for (name, type) in expected {
            #expect(document.types[name] == type, "\(name)")
        }
        #expect(document.value("sluice_build_info", ["version": "1.2.3"]) == 1)
    }

    @Test("tokens and money of all attempts are counted, by class")
    func costs() throws {
        let registry = MetricsRegistry(shards: 2)
        var record = ExchangeRecord.chat()
        record.attempt.usage = TokenUsage(uncachedInput: 10, cacheRead: 1000, cacheWrite1h: 5, output: 7, reasoning: 3)
        record.attempt.cost = AttemptCost(priceVersion: "v")
        record.attempt.cost?.cacheRead = NanoUSD(2_500_000_001)
        record.attempt.cost?.cacheSaving = NanoUSD(-40)
        var first = AttemptRecord()
        first.provider = "vllm"
        first.usage = TokenUsage(uncachedInput: 4, output: 2)
        first.isPriceUnknown = true
        record.earlierAttempts = [first]
        registry.shard(0).record(record)
        registry.shard(1).record(record)
        let document = try Self.scrape(registry)
        func tokens(_ provider: String, _ name: String) -> Double? {
            document.value("sluice_tokens_total", ["model": "gpt-4o", "provider": provider, "class": name])
        }
        #expect(tokens("openai", "input") == 20)
        #expect(tokens("openai", "cache_read") == 2000)
        #expect(tokens("openai", "cache_write_5m") == nil)
        #expect(tokens("openai", "cache_write_1h") == 10)
        #expect(tokens("openai", "output") == 14)
        #expect(tokens("openai", "reasoning") == 6)
        #expect(tokens("vllm", "input") == 8)
        #expect(document.value("gateway_tokens_total", ["model": "gpt-4o", "direction": "input"]) == 2038)
        #expect(document.value("gateway_tokens_total", ["model": "gpt-4o", "direction": "output"]) == 24)
        let openAI = ["model": "gpt-4o", "provider": "openai"]
        #expect(document.value("sluice_cost_usd_total", openAI) == 5.000000002)
        #expect(document.value("sluice_cache_saving_usd", openAI) == -0.00000008)
        #expect(document.value("sluice_price_unknown_total", openAI) == nil)
        #expect(document.value("sluice_price_unknown_total", ["model": "gpt-4o", "provider": "vllm"]) == 2)
    }

    @Test("one streamed exchange counts once in every metric that it belongs to")
    func streamedExchange() throws {
        let registry = MetricsRegistry(shards: 2)
        registry.shard(1).record(.chat())
        let document = try Self.scrape(registry)
        let http = ["method": "POST", "path": "/v1/chat/completions", "status": "200"]
        #expect(document.value("http_requests_total", http) == 1)
        #expect(document.value("http_request_duration_seconds_count", http) == 1)
        #expect(document.value("http_request_duration_seconds_sum", http) == 0.812345678)
        #expect(document.value("http_request_duration_seconds_bucket", http.merging(["le": "0.5"]) { $1 }) == 0)
        #expect(document.value("http_request_duration_seconds_bucket", http.merging(["le": "1"]) { $1 }) == 1)
        let upstream = ["upstream": "openai", "provider": "openai"]
        #expect(document.value("upstream_request_duration_seconds_sum", upstream) == 0.201)
        #expect(document.value("upstream_requests_total", upstream.merging(["status": "200"]) { $1 }) == 1)
        #expect(document.value("streaming_events_total", ["provider": "openai"]) == 63)
        #expect(document.value("streaming_bytes_total", ["provider": "openai"]) == 9000)
        #expect(document.value("streaming_duration_seconds_sum", ["provider": "openai"]) == 0.6)
        let gateway = ["model": "gpt-4o", "provider": "openai", "status": "200"]
        #expect(document.value("gateway_requests_total", gateway) == 1)
        #expect(document.value("gateway_request_duration_ms_sum", ["model": "gpt-4o"]) == 812.345678)
        #expect(document.value("gateway_tokens_total", ["model": "gpt-4o", "direction": "input"]) == 1234)
        #expect(document.value("gateway_tokens_total", ["model": "gpt-4o", "direction": "output"]) == 61)
        let genAI = [
            "gen_ai_operation_name": "chat", "gen_ai_provider_name": "openai", "gen_ai_request_model": "gpt-4o",
        ]
        #expect(
            document.value("gen_ai_client_token_usage_sum", genAI.merging(["gen_ai_token_type": "input"]) { $1 })
                == 1234
        )
        #expect(document.value("gen_ai_server_request_duration_sum", genAI) == 0.812345678)
        #expect(document.value("gen_ai_server_time_to_first_token_sum", genAI) == 0.212345678)
        // 600 ms for the 60 tokens after the first.
        #expect(document.value("gen_ai_server_time_per_output_token_sum", genAI) == 0.01)
        #expect(document.sum("upstream_errors_total") == 0)
    }

    @Test("a whole reply has no stream and no first token")
    func wholeReply() throws {
        let registry = MetricsRegistry(shards: 1)
        registry.shard(0).record(.chat(isStreamed: false))
        let document = try Self.scrape(registry)
        #expect(document.series("streaming_duration_seconds_count").isEmpty)
        #expect(document.series("gen_ai_server_time_to_first_token_count").isEmpty)
        #expect(document.sum("gen_ai_server_request_duration_count") == 1)
    }

    @Test("a refused request has no provider and touches no upstream metric")
    func refused() throws {
        let registry = MetricsRegistry(shards: 1)
        registry.shard(0).record(.refused(status: 401, errorType: "invalid_api_key"))
        registry.shard(0).record(.refused(status: 404, errorType: "path_not_found", surface: .unknown))
        let document = try Self.scrape(registry)
        #expect(document.value("gateway_requests_total", ["model": "other", "provider": "none", "status": "401"]) == 1)
        #expect(document.sum("gateway_requests_total") == 1)
        #expect(document.value("http_requests_total", ["method": "POST", "path": "other", "status": "404"]) == 1)
        #expect(document.series("upstream_requests_total").isEmpty)
        #expect(document.series("gen_ai_server_request_duration_count").isEmpty)
    }

    @Test("an upstream failure counts under its code, and in the GenAI duration with error_type")
    func upstreamFailure() throws {
        let registry = MetricsRegistry(shards: 1)
        var record = ExchangeRecord.chat(status: 502)
        record.upstreamStatus = 0
        record.errorType = "upstream_broke"
        record.upstreamErrorType = "upstream_broke"
        record.usage = nil
        registry.declare(models: ["gpt-4o"])
        registry.shard(0).record(record)
        let document = try Self.scrape(registry)
        #expect(document.value("upstream_errors_total", ["upstream": "openai", "error_type": "upstream_broke"]) == 1)
        #expect(document.sum("upstream_requests_total", where: ["status": "none"]) == 1)
        #expect(document.sum("gen_ai_server_request_duration_count", where: ["error_type": "upstream_broke"]) == 1)
        #expect(document.series("gen_ai_server_time_to_first_token_count").isEmpty)
        #expect(document.sum("gateway_requests_total", where: ["model": "gpt-4o", "status": "502"]) == 1)
    }

    @Test("the gateway's own refusals count by key name, a provider's 429 does not")
    func limits() throws {
        let registry = MetricsRegistry(shards: 1)
        var record = ExchangeRecord.refused(status: 429, errorType: "rate_limit_exceeded")
        record.principal = Principal(keyID: "k1", keyName: "nightly \"batch\"\n")
        registry.shard(0).record(record)
        record.errorType = "insufficient_quota"
        registry.shard(0).record(record)
        record.errorType = "rate_limit_exceeded"
        record.upstreamStatus = 429
        registry.shard(0).record(record)
        let document = try Self.scrape(registry)
        #expect(document.value("rate_limit_exceeded_total", ["key_name": "nightly \"batch\"\n"]) == 1)
        #expect(document.sum("rate_limit_exceeded_total") == 1)
        #expect(document.sum("quota_exceeded_total") == 1)
    }

    @Test("what a budget only warns of counts by key name, once a request")
    func warnings() throws {
        let registry = MetricsRegistry(shards: 1)
        var record = ExchangeRecord.refused(status: 200, errorType: "")
        record.errorType = nil
        record.principal = Principal(keyID: "k1", keyName: "ci")
        registry.shard(0).record(record)
        record.policyWarnings = ["budget exceeded: 1 USD per day", "budget exceeded: 5 USD per month"]
        registry.shard(0).record(record)
        let document = try Self.scrape(registry)
        #expect(document.value("sluice_budget_warnings_total", ["key_name": "ci"]) == 1)
    }

    @Test("gauges and counters of loops, pools, keys and reloads come out as they were given")
    func gauges() throws {
        let registry = MetricsRegistry(shards: 2)
        let shard = registry.shard(1)
        shard.requestStarted(.chat, method: "POST")
        shard.requestStarted(.chat, method: "POST")
        shard.requestEnded(.chat, method: "POST")
        shard.authResult(allowed: true)
        shard.authResult(allowed: false)
        shard.connectionOpened()
        shard.connectionOpened()
        shard.connectionClosed()
        shard.connectionRefused()
        shard.tlsHandshakeFailed()
        let upstream = registry.upstream(named: "vllm-a")
        shard.upstreamPool(upstream, active: 1, queued: 2)
        registry.shard(0).upstreamPool(upstream, active: 2, idle: 1)
        registry.shard(0).upstreamPool(upstream, active: -1, idle: 1)
        registry.configurationReloaded(succeeded: true, at: 1_795_251_600_500_000_000)
        registry.configurationReloaded(succeeded: false, at: 1_795_251_700_000_000_000)
        let document = try Self.scrape(registry, logs: LogSink.Counters(written: 7, shed: 3, pending: 0))
        let route = ["method": "POST", "path": "/v1/chat/completions"]
        #expect(document.value("http_requests_in_flight", route) == 1)
        #expect(document.value("auth_requests_total", ["result": "allowed"]) == 1)
        #expect(document.value("auth_requests_total", ["result": "denied"]) == 1)
        #expect(document.value("sluice_connections_open", ["loop": "0"]) == 0)
        #expect(document.value("sluice_connections_open", ["loop": "1"]) == 1)
        #expect(document.value("sluice_connections_accepted_total", ["loop": "1"]) == 2)
        #expect(document.sum("sluice_connections_refused_total") == 1)
        #expect(document.sum("sluice_tls_handshake_failures_total") == 1)
        #expect(document.value("sluice_upstream_pool", ["upstream": "vllm-a", "state": "active"]) == 2)
        #expect(document.value("sluice_upstream_pool", ["upstream": "vllm-a", "state": "idle"]) == 2)
        #expect(document.value("sluice_upstream_pool", ["upstream": "vllm-a", "state": "queued"]) == 2)
        #expect(document.value("sluice_config_reloads_total", ["result": "success"]) == 1)
        #expect(document.value("sluice_config_reloads_total", ["result": "failure"]) == 1)
        #expect(document.value("sluice_config_last_reload_successful") == 0)
        #expect(document.value("sluice_config_last_reload_success_timestamp_seconds") == 1_795_251_600.5)
        #expect(document.value("sluice_log_lines_shed_total") == 3)
    }

    @Test("a gauge may go below zero for a moment and is written so")
    func negativeGauge() throws {
        let registry = MetricsRegistry(shards: 1)
        registry.shard(0).requestEnded(.models, method: "GET")
        #expect(
            try Self.scrape(registry).value("http_requests_in_flight", ["method": "GET", "path": "/v1/models"]) == -1
        )
    }

    @Test("a provider's kind becomes OpenTelemetry's name, and two of one kind share their GenAI series")
    func providerKinds() throws {
        let registry = MetricsRegistry(shards: 1)
        registry.declare(provider: "azure-eu", kind: "azure")
        registry.declare(provider: "azure-us", kind: "azure")
        registry.declare(provider: "vllm-a", kind: "vllm")
        for provider in ["azure-eu", "azure-us", "vllm-a"] {
            registry.shard(0).record(.chat(provider: provider))
        }
        let document = try Self.scrape(registry)
        #expect(
            document.sum("gen_ai_server_request_duration_count", where: ["gen_ai_provider_name": "azure.ai.openai"])
                == 2
        )
        #expect(
            document.sum("gen_ai_client_token_usage_count", where: ["gen_ai_provider_name": "azure.ai.openai"]) == 4
        )
        #expect(document.sum("gen_ai_server_request_duration_count", where: ["gen_ai_provider_name": "vllm"]) == 1)
        #expect(document.sum("upstream_requests_total", where: ["upstream": "azure-eu"]) == 1)
    }

    @Test("surfaces of one operation share their GenAI series")
    func operations() throws {
        let registry = MetricsRegistry(shards: 1)
        for surface in Surface.allCases where surface.isModelSurface {
            var record = ExchangeRecord.chat()
            record.surface = surface
            registry.shard(0).record(record)
        }
        let document = try Self.scrape(registry)
        #expect(document.sum("gen_ai_server_request_duration_count", where: ["gen_ai_operation_name": "chat"]) == 2)
        #expect(
            document.sum("gen_ai_server_request_duration_count", where: ["gen_ai_operation_name": "text_completion"])
                == 1
        )
        #expect(document.sum("gen_ai_server_request_duration_count", where: ["gen_ai_operation_name": "rerank"]) == 1)
    }

    @Test("numbers that make no sense neither trap nor go backwards")
    func nonsense() throws {
        let registry = MetricsRegistry(shards: 1)
        for (duration, first, tokens) in [
            (Int64.min, Int64.max, Int.min), (.max, .min, .max), (-1, nil, -1), (0, 0, 0),
        ] {
            var record = ExchangeRecord.chat()
            record.durationNanoseconds = duration
            record.timeToFirstByteNanoseconds = first
            record.upstreamNanoseconds = first
            record.usage = TokenUsage(uncachedInput: tokens, output: tokens)
            record.streamEvents = tokens
            record.streamBytes = tokens
            record.status = tokens
            record.upstreamStatus = tokens
            record.attempts = tokens
            registry.shard(0).record(record)
        }
        let document = try Self.scrape(registry)
        #expect(document.sum("http_requests_total") == 4)
        #expect(document.sum("http_requests_total", where: ["status": "other"]) == 3)
        #expect(document.sum("http_requests_total", where: ["status": "none"]) == 1)
        #expect(document.sum("streaming_events_total") >= 0)
    }

    @Test("a shard number beyond the last wraps around")
    func shardNumbers() throws {
        let registry = MetricsRegistry(shards: 0)
        registry.shard(5).record(.chat())
        registry.shard(-1).record(.chat())
        #expect(try Self.scrape(registry).sum("http_requests_total") == 2)
    }
}
