import FoundationEssentials
import SluiceCore
import SluiceWire

@testable import SluiceStores

/// Exchanges and records of the ledger.
enum LedgerSamples {
    /// Eight in the evening of 2 November 2026, in milliseconds since 1970.
    static let start: Int64 = 1_793_649_600_000

    static func time(hours: Int = 0, minutes: Int = 0) -> UnixTime {
        UnixTime(milliseconds: Self.start + Int64(hours) * LedgerSums.hour + Int64(minutes) * 60_000)
    }

    static func principal(_ name: String, tenant: String = "a", tags: [String: String] = [:]) -> Principal {
        Principal(
            proof: .storedKey, keyID: name, keyName: "Key \(name)", tenant: tenant, team: "team-\(tenant)",
            user: "user-\(name)", tags: tags)
    }

    static func attempt(_ provider: String, _ model: String, input: Int, output: Int, cost: Int64? = nil)
        -> AttemptRecord
    {
        var attempt = AttemptRecord()
        attempt.provider = provider
        attempt.targetModel = model
        attempt.dialect = .openAIChat
        attempt.outcome = .answered
        attempt.startNanoseconds = 1000
        attempt.durationNanoseconds = 2_000_000
        attempt.upstreamStatus = 200
        attempt.upstreamNanoseconds = 1_500_000
        attempt.timeToFirstByteNanoseconds = 1_700_000
        attempt.usage = TokenUsage(uncachedInput: input, cacheRead: input / 2, output: output, reasoning: 3)
        attempt.usageSource = .vendor
        attempt.finishReason = "stop"
        if let cost {
            var costs = AttemptCost(priceVersion: "v1")
            costs.input = NanoUSD(cost)
            costs.cacheSaving = NanoUSD(cost / 10)
            attempt.cost = costs
        } else {
            attempt.isPriceUnknown = true
        }
        return attempt
    }

    /// An exchange with everything that it can have.
    static func exchange(_ request: String = "req-1", at time: UnixTime = Self.time()) -> ExchangeRecord {
        var record = ExchangeRecord()
        record.receivedAt = time.milliseconds * 1_000_000 + 123_456
        record.requestID = request
        record.traceID = "4bf92f3577b34da6a3ce929d0e0e4736"
        record.surface = .chat
        record.principal = Self.principal("k1", tags: ["Kostenstelle": "Zürich \"1\"", "环境": "生产"])
        record.model = "gpt-5"
        record.isKnownModel = true
        record.status = 200
        record.requestBytes = 512
        record.responseBytes = 2048
        record.durationNanoseconds = 3_000_000
        record.isStreamed = true
        var failed = Self.attempt("openai", "gpt-5-2026", input: 10, output: 0, cost: 100)
        failed.outcome = .failed
        failed.upstreamStatus = 529
        failed.upstreamErrorType = "overloaded"
        record.earlierAttempts = [failed]
        record.attempt = Self.attempt("azure", "gpt-5", input: 100, output: 20, cost: 4000)
        record.attempt.reason = .fallback
        record.attempt.isStreamed = true
        record.attempt.streamEvents = 7
        record.attempt.streamBytes = 2000
        record.attempt.losses.drop("seed")
        record.attempt.losses.adapt("temperature")
        record.attempts = 2
        return record
    }

    /// What the journal gives back of an exchange.
    static func record(_ exchange: ExchangeRecord, number: Int64 = 1) -> LedgerRecord? {
        JournalRecordParser.record(Self.text(exchange, number: number))
    }

    static func text(_ exchange: ExchangeRecord, number: Int64 = 1, isShortened: Bool = false) -> [UInt8] {
        var buffer = JournalBuffer()
        _ = JournalText.append(exchange, number: number, isShortened: isShortened, to: &buffer)
        return Array(buffer.text)
    }

    /// A batch as an event loop hands it over.
    static func batch(_ exchanges: [ExchangeRecord], isShortened: Bool = false) -> LedgerBatch {
        var batch = LedgerBatch()
        var buffer = JournalBuffer()
        for (number, exchange) in exchanges.enumerated() {
            buffer.removeAll()
            JournalLine.begin(&buffer)
            let outline = JournalText.append(
                exchange, number: Int64(number), isShortened: isShortened, to: &buffer)
            batch.append(buffer.text, outline)
        }
        return batch
    }

    static func line(_ text: [UInt8]) -> [UInt8] {
        var buffer = JournalBuffer()
        JournalLine.begin(&buffer)
        buffer.beginText()
        for byte in text { buffer.append(byte) }
        JournalLine.end(&buffer)
        return Array(buffer.bytes)
    }

    /// A record of the database's tests.
    static func record(
        _ number: Int64,
        key: String? = "k1",
        tenant: String = "a",
        model: String? = "gpt-5",
        provider: String? = "openai",
        status: Int = 200,
        at time: UnixTime = Self.time(),
        cost: Int64? = 100,
        tags: [String: String] = [:]
    ) -> LedgerRecord {
        var record = LedgerRecord(
            id: LedgerRecord.ID(receivedAt: time.milliseconds * 1_000_000 + number % 1000, number: number))
        record.requestID = "req-\(number)"
        record.route = "/v1/chat/completions"
        record.dialect = "openai-chat"
        if let key { record.subject = LedgerSubject(Self.principal(key, tenant: tenant, tags: tags)) }
        record.model = model
        record.isKnownModel = true
        record.status = status
        record.durationNanoseconds = 1_000_000
        if let provider {
            record.attempts = [Self.attempt(provider, "\(provider)-\(model ?? "")", input: 10, output: 5, cost: cost)]
        }
        return record
    }

    /// A folder of its own for one test.
    static func folder() -> String {
        FileManager.default.temporaryDirectory.path + "/sluice-journal-" + UUID().uuidString
    }

    static func remove(_ folder: String) {
        try? FileManager.default.removeItem(atPath: folder)
    }
}
