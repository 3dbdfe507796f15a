import SluiceCore
import SluiceWire

extension ExchangeRecord {
    /// A streamed chat exchange that went well: 812.345678 ms in all, the first byte after 212.345678 ms.
    static func chat(
        model: String? = "gpt-4o",
        isKnownModel: Bool = true,
        provider: String? = "openai",
        status: Int = 200,
        isStreamed: Bool = true
    ) -> ExchangeRecord {
        var record = ExchangeRecord()
        record.receivedAt = 1_795_251_600_123_456_789
        record.requestID = "req-1"
        record.method = "POST"
        record.surface = .chat
        record.status = status
        record.principal = Principal(keyID: "k7f3a9c2", keyName: "ci", tenant: "acme")
        record.model = model
        record.isKnownModel = isKnownModel
        record.provider = provider
        record.targetModel = model
        record.attempts = provider == nil ? 0 : 1
        record.upstreamStatus = provider == nil ? 0 : status
        record.durationNanoseconds = 812_345_678
        record.timeToFirstByteNanoseconds = 212_345_678
        record.upstreamNanoseconds = provider == nil ? nil : 201_000_000
        record.usage = TokenUsage(uncachedInput: 1000, cacheRead: 234, output: 61)
        record.isStreamed = isStreamed
        record.streamEvents = isStreamed ? 63 : 0
        record.streamBytes = isStreamed ? 9000 : 0
        record.finishReason = "stop"
        return record
    }

    /// A request that was refused before a provider was chosen.
    static func refused(status: Int, errorType: String, surface: Surface = .chat) -> ExchangeRecord {
        var record = ExchangeRecord()
        record.receivedAt = 1_795_251_600_000_000_000
        record.requestID = "req-2"
        record.method = "POST"
        record.surface = surface
        record.status = status
        record.durationNanoseconds = 150_000
        record.errorType = errorType
        return record
    }
}
