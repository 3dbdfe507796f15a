import SluiceCore

/// The metrics by name. Those without the prefix `sluice_` are relied on by dashboards: their names and labels are fixed.
extension PrometheusText {
    mutating func writeHTTP(_ series: ShardSeries) {
        let http = series.httpDuration
        self.metric("http_requests_total", .counter, "Requests by method, route and status.")
        for slot in http.sortedSlots {
            let count = http.buckets(ofSlot: slot).reduce(0, &+)
            self.sample(Self.httpLabels(http.index.keys[slot]), Int64(clamping: count))
        }
        self.metric(
            "http_request_duration_seconds",
            .histogram,
            "Time from a request's first byte to its settlement."
        )
        for slot in http.sortedSlots {
            self.histogram(Self.httpLabels(http.index.keys[slot]), http, slot: slot)
        }
        self.metric("http_requests_in_flight", .gauge, "Requests that have begun and are not settled.")
        self.write(series.httpInFlight) { Self.routeLabels($0) }
        self.metric("auth_requests_total", .counter, "Key checks by result.")
        self.sample(LabelText().adding("result", "allowed"), series.loop.authAllowed)
        self.sample(LabelText().adding("result", "denied"), series.loop.authDenied)
    }

    mutating func writeUpstream(_ series: ShardSeries, _ names: ScrapedNames) {
        func upstream(_ key: SeriesKey) -> LabelText { LabelText().adding("upstream", names.provider(key)) }
        func both(_ key: SeriesKey) -> LabelText { upstream(key).adding("provider", names.provider(key)) }
        func provider(_ key: SeriesKey) -> LabelText { LabelText().adding("provider", names.provider(key)) }

        self.metric(
            "upstream_request_duration_seconds",
            .histogram,
            "Time to the upstream's response head."
        )
        self.write(series.upstreamDuration) { both($0) }
        self.metric("upstream_requests_total", .counter, "Attempts by the status that the upstream gave.")
        self.write(series.upstreamRequests) { both($0).adding("status", $0.status.text) }
        self.metric("upstream_errors_total", .counter, "Failures of upstreams by error code.")
        self.write(series.upstreamErrors) { upstream($0).adding("error_type", names.errorType($0)) }
        self.metric("sluice_attempts_total", .counter, "Attempts by why they were made and how they ended.")
        self.write(series.attempts) { key in
            let label = AttemptLabel(number: key.variant)
            return provider(key).adding("reason", label.reason).adding("outcome", label.outcome)
        }
        self.metric(
            "sluice_health_changes_total", .counter, "Targets and credentials that were left alone, or recovered.")
        let changes = HealthNotice.Kind.allCases
        self.write(series.healthChanges) {
            provider($0).adding("change", changes[min(Int($0.variant), changes.count - 1)].rawValue)
        }
        self.metric("sluice_mirrored_requests_total", .counter, "Copies of requests by what became of them.")
        let results = MirrorResult.allCases
        self.write(series.mirrored) {
            LabelText().adding("result", results[min(Int($0.variant), results.count - 1)].rawValue)
        }
        self.metric("streaming_events_total", .counter, "Events of upstream streams that were relayed.")
        self.write(series.streamEvents) { provider($0) }
        self.metric("streaming_bytes_total", .counter, "Bytes of upstream streams that were relayed.")
        self.write(series.streamBytes) { provider($0) }
        self.metric("streaming_duration_seconds", .histogram, "Time from the first byte of a stream to its end.")
        self.write(series.streamDuration) { provider($0) }
        self.metric("sluice_upstream_pool", .gauge, "Upstream connections by state, and requests that wait for one.")
        let states = ["active", "idle", "queued"]
        self.write(series.upstreamPool) { upstream($0).adding("state", states[min(Int($0.variant), 2)]) }
    }

    mutating func writeGateway(_ series: ShardSeries, _ names: ScrapedNames) {
        func model(_ key: SeriesKey) -> LabelText { LabelText().adding("model", names.model(key)) }
        func keyName(_ key: SeriesKey) -> LabelText { LabelText().adding("key_name", names.keyName(key)) }

        self.metric("rate_limit_exceeded_total", .counter, "Requests that the gateway's own rate limits refused.")
        self.write(series.rateLimited) { keyName($0) }
        self.metric("quota_exceeded_total", .counter, "Requests that a used-up budget refused.")
        self.write(series.quotaExceeded) { keyName($0) }
        self.metric(
            "sluice_budget_warnings_total", .counter,
            "Requests beyond a budget that warns, or has another model answer.")
        self.write(series.policyWarnings) { keyName($0) }
        self.metric("gateway_requests_total", .counter, "Model requests by model, provider and status.")
        self.write(series.gatewayRequests) {
            model($0).adding("provider", names.provider($0)).adding("status", $0.status.text)
        }
        self.metric("gateway_request_duration_ms", .histogram, "Time of model requests in milliseconds.")
        self.write(series.gatewayDuration) { model($0) }
        self.metric("gateway_tokens_total", .counter, "Tokens of all attempts.")
        self.write(series.gatewayTokens) { model($0).adding("direction", Self.direction($0)) }
        self.writeCosts(series, names)
    }

    private mutating func writeCosts(_ series: ShardSeries, _ names: ScrapedNames) {
        func model(_ key: SeriesKey) -> LabelText {
            LabelText().adding("model", names.model(key)).adding("provider", names.provider(key))
        }
        let classes = TokenClass.allCases
        self.metric("sluice_tokens_total", .counter, "Tokens of all attempts by class.")
        self.write(series.classTokens) {
            model($0).adding("class", classes[min(Int($0.variant), classes.count - 1)].rawValue)
        }
        self.metric("sluice_cost_usd_total", .counter, "What attempts cost in US dollars, as far as prices are known.")
        self.write(series.cost, decimals: 9) { model($0) }
        // Writing to a cache costs more than it saves until something is read from it, so that the sum can fall.
        self.metric("sluice_cache_saving_usd", .gauge, "US dollars that caches of prompts saved, less their cost.")
        self.write(series.cacheSaving, decimals: 9) { model($0) }
        self.metric("sluice_price_unknown_total", .counter, "Attempts with tokens whose price is not known.")
        self.write(series.unpriced) { model($0) }
    }

    mutating func writeGenAI(_ series: ShardSeries, _ names: ScrapedNames) {
        let operations = SurfaceLabels.operations.texts
        func labels(_ key: SeriesKey) -> LabelText {
            LabelText()
                .adding("gen_ai_operation_name", operations[min(Int(key.group), operations.count - 1)])
                .adding("gen_ai_provider_name", names.provider(key))
                .adding("gen_ai_request_model", names.model(key))
        }
        self.metric("gen_ai_client_token_usage", .histogram, "Input and output tokens of an operation.")
        self.write(series.genAITokens) { labels($0).adding("gen_ai_token_type", Self.direction($0)) }
        self.metric("gen_ai_server_request_duration", .histogram, "Seconds to the last byte of an operation.")
        self.write(series.genAIDuration) { key in
            // The convention has the attribute only on operations that failed.
            key.variant == LabelInterner.none ? labels(key) : labels(key).adding("error_type", names.errorType(key))
        }
        self.metric("gen_ai_server_time_to_first_token", .histogram, "Seconds to the first token of a stream.")
        self.write(series.genAIFirstToken) { labels($0) }
        self.metric("gen_ai_server_time_per_output_token", .histogram, "Seconds per token after a stream's first.")
        self.write(series.genAIPerToken) { labels($0) }
    }

    private static func httpLabels(_ key: SeriesKey) -> LabelText {
        Self.routeLabels(key).adding("status", key.status.text)
    }

    private static func routeLabels(_ key: SeriesKey) -> LabelText {
        let routes = SurfaceLabels.routes.texts
        let method = MethodLabel(rawValue: UInt8(truncatingIfNeeded: key.variant)) ?? .other
        return LabelText()
            .adding("method", method.text)
            .adding("path", routes[min(Int(key.group), routes.count - 1)])
    }

    private static func direction(_ key: SeriesKey) -> String {
        key.variant == 0 ? "input" : "output"
    }

    private mutating func write(_ table: ValueTable, decimals: Int, _ labels: (SeriesKey) -> LabelText) {
        for slot in table.sortedSlots {
            self.sample(labels(table.index.keys[slot]), signed: table.values[slot], decimals: decimals)
        }
    }

    private mutating func write(_ table: ValueTable, _ labels: (SeriesKey) -> LabelText) {
        for slot in table.sortedSlots {
            self.sample(labels(table.index.keys[slot]), table.values[slot])
        }
    }

    private mutating func write(_ table: HistogramTable, _ labels: (SeriesKey) -> LabelText) {
        for slot in table.sortedSlots {
            self.histogram(labels(table.index.keys[slot]), table, slot: slot)
        }
    }
}
