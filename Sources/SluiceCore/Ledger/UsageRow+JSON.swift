public import SluiceWire

extension TokenUsage {
    /// The classes by name, in the order in which answers have them.
    public var namedClasses: [(name: StaticString, count: Int)] {
        [
            ("input", self.uncachedInput), ("cache_read", self.cacheRead), ("cache_write_5m", self.cacheWrite5m),
            ("cache_write_1h", self.cacheWrite1h), ("audio_input", self.audioInput), ("output", self.output),
            ("reasoning", self.reasoning), ("audio_output", self.audioOutput),
        ]
    }

    /// Writes `"tokens":{...}` with every class, and the sums beside it.
    public func write(to json: inout JSONWriter) {
        json.key("prompt_tokens" as StaticString)
        json.integer(self.promptTokens)
        json.key("completion_tokens" as StaticString)
        json.integer(self.completionTokens)
        json.key("total_tokens" as StaticString)
        json.integer(self.totalTokens)
        json.key("tokens" as StaticString)
        json.beginObject()
        for (name, count) in self.namedClasses {
            json.key(name)
            json.integer(count)
        }
        json.endObject()
    }
}

extension UsageRow {
    /// Writes the row as an object: the beginning of its interval and the values of the query's dimensions, then the sums.
    ///
    /// Money is in US dollars, exact to the billionth.
    public func write(_ query: UsageQuery, to json: inout JSONWriter) {
        json.beginObject()
        if query.interval != nil {
            json.key("start" as StaticString)
            if let start = self.start {
                json.string(CivilTime(secondsSince1970: start.milliseconds / 1000).text)
            } else {
                json.null()
            }
        }
        for (dimension, value) in zip(query.dimensions, self.values) {
            json.key(dimension.text)
            if let value { json.string(value) } else { json.null() }
        }
        self.writeSums(to: &json)
        json.endObject()
    }

    /// Writes the members of the sums.
    public func writeSums(to json: inout JSONWriter) {
        json.key("requests" as StaticString)
        json.numberText(String(self.requests))
        json.key("failures" as StaticString)
        json.numberText(String(self.failures))
        json.key("attempts" as StaticString)
        json.numberText(String(self.attempts))
        self.tokens.write(to: &json)
        json.key("cost_usd" as StaticString)
        json.numberText(self.cost.description)
        json.key("cache_saving_usd" as StaticString)
        json.numberText(self.cacheSaving.description)
        json.key("cache_hit_rate" as StaticString)
        if let rate = self.cacheHitRate { json.double(rate) } else { json.null() }
        json.key("unpriced_attempts" as StaticString)
        json.numberText(String(self.unpricedAttempts))
        json.key("average_latency_ms" as StaticString)
        if self.requests > 0 {
            json.double(Double(self.durationNanoseconds / self.requests) / 1_000_000)
        } else {
            json.null()
        }
    }
}
