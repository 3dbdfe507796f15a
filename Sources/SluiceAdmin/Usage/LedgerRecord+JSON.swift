import SluiceCore
import SluiceWire

extension LedgerRecord {
    /// Writes the record as an object that begins with `request_id`.
    func write(to json: inout JSONWriter) {
        let answer = self.attempts.last
        json.beginObject()
        json.member("request_id", self.requestID)
        json.member("id", self.id.description)
        json.member("trace_id", self.traceID)
        json.member("received_at", UnixTime(milliseconds: self.id.receivedAt / 1_000_000))
        json.member("duration_ms", milliseconds: self.durationNanoseconds)
        json.member("first_byte_ms", milliseconds: answer?.timeToFirstByteNanoseconds)
        json.member("route", self.route)
        json.member("dialect", self.dialect)
        json.member("key_id", self.subject.keyID)
        json.member("key_name", self.subject.keyName)
        json.member("user", self.subject.user)
        json.member("team", self.subject.team)
        json.member("tenant", self.subject.tenant)
        json.member("tags", self.subject.tags)
        json.member("model", self.model)
        json.member("provider", answer?.provider)
        json.member("target_model", answer?.targetModel)
        json.member("status", Int64(self.status))
        json.member("finish_reason", answer?.finishReason)
        json.member("error_type", self.errorType)
        json.member("fault", self.fault?.rawValue)
        json.member("streamed", self.isStreamed)
        json.member("request_bytes", self.requestBytes)
        json.member("response_bytes", self.responseBytes)
        self.usage.write(to: &json)
        json.member("usage_source", answer?.usageSource?.rawValue)
        json.key("cost_usd" as StaticString)
        json.numberText(self.cost.description)
        json.member("price_unknown", self.isPriceUnknown)
        json.key("attempts" as StaticString)
        json.beginArray()
        for attempt in self.attempts { attempt.write(to: &json) }
        json.endArray()
        json.endObject()
    }
}

extension AttemptRecord {
    /// Writes the attempt as an object. Times are milliseconds; `start_ms` is that after the first byte of the request.
    fileprivate func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("provider", self.provider)
        json.member("target_model", self.targetModel)
        json.member("dialect", self.dialect?.rawValue)
        json.member("reason", self.reason.rawValue)
        json.member("outcome", self.outcome?.rawValue)
        json.key("status" as StaticString)
        if self.upstreamStatus == 0 { json.null() } else { json.integer(self.upstreamStatus) }
        json.member("error_type", self.upstreamErrorType)
        json.member("start_ms", milliseconds: self.startNanoseconds)
        json.member("duration_ms", milliseconds: self.durationNanoseconds)
        json.member("upstream_ms", milliseconds: self.upstreamNanoseconds)
        json.member("first_byte_ms", milliseconds: self.timeToFirstByteNanoseconds)
        json.member("finish_reason", self.finishReason)
        json.member("drained", self.isDrained)
        json.member("conversion_loss", self.losses.log)
        json.member("usage_source", self.usageSource?.rawValue)
        (self.usage ?? TokenUsage()).write(to: &json)
        json.key("cost" as StaticString)
        if let cost = self.cost { cost.write(to: &json) } else { json.null() }
        json.member("price_unknown", self.isPriceUnknown)
        json.endObject()
    }
}

extension AttemptCost {
    /// Writes the amounts by class, in US dollars.
    fileprivate func write(to json: inout JSONWriter) {
        json.beginObject()
        let amounts: [(name: StaticString, amount: NanoUSD)] = [
            ("input", self.input), ("cache_read", self.cacheRead), ("cache_write_5m", self.cacheWrite5m),
            ("cache_write_1h", self.cacheWrite1h), ("audio_input", self.audioInput), ("output", self.output),
            ("reasoning", self.reasoning), ("audio_output", self.audioOutput), ("other", self.other),
            ("total", self.total), ("cache_saving", self.cacheSaving),
        ]
        for (name, amount) in amounts {
            json.key(name)
            json.numberText(amount.description)
        }
        json.member("price_version", self.priceVersion)
        json.endObject()
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ name: StaticString, milliseconds nanoseconds: Int64?) {
        self.key(name)
        guard let nanoseconds else { return self.null() }
        self.double(Double(nanoseconds / 1000) / 1000)
    }
}
