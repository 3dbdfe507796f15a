import SluiceCore
import SluiceWire
import Testing

@testable import SluiceStores

@Suite("A record as text")
struct JournalTextTests {
    @Test("everything comes back")
    func whole() throws {
        let exchange = LedgerSamples.exchange()
        let record = try #require(LedgerSamples.record(exchange, number: 42))
        #expect(record.id == LedgerRecord.ID(receivedAt: exchange.receivedAt, number: 42))
        #expect(record.requestID == "req-1")
        #expect(record.traceID == exchange.traceID)
        #expect(record.route == "/v1/chat/completions")
        #expect(record.dialect == "openai-chat")
        #expect(record.subject == exchange.principal.map(LedgerSubject.init))
        #expect(record.model == "gpt-5")
        #expect(record.isKnownModel && record.isStreamed && !record.isShortened)
        #expect(record.status == 200 && record.errorType == nil && record.fault == nil)
        #expect(record.requestBytes == 512 && record.responseBytes == 2048)
        #expect(record.durationNanoseconds == 3_000_000)
        #expect(record.attempts == exchange.earlierAttempts + [exchange.attempt])
        #expect(record.usage.promptTokens == 165 && record.usage.completionTokens == 26)
        #expect(record.cost == NanoUSD(4100))
    }

    @Test("a refusal has no attempt, and says whose fault it was")
    func refusal() throws {
        var exchange = ExchangeRecord()
        exchange.receivedAt = 7
        exchange.surface = .messages
        exchange.status = 401
        exchange.errorType = GatewayError.Kind.unauthenticated.rawValue
        let record = try #require(LedgerSamples.record(exchange))
        #expect(record.attempts.isEmpty)
        #expect(record.subject == LedgerSubject())
        #expect(record.errorType == "invalid_api_key" && record.fault == .client)
        exchange.errorType = GatewayError.Kind.upstreamTimeout.rawValue
        #expect(LedgerSamples.record(exchange)?.fault == .provider)
        exchange.errorType = GatewayError.Kind.overloaded.rawValue
        #expect(LedgerSamples.record(exchange)?.fault == .gateway)
    }

    @Test("names of any script and many lengths come back as they are")
    func names() throws {
        for name in ["", "模型", "نموذج", "💥🇨🇭", "a\"\\\n\u{1F}\u{2028}\u{7F}", String(repeating: "長", count: 5000)] {
            var exchange = LedgerSamples.exchange()
            exchange.model = name
            exchange.principal = LedgerSamples.principal("k", tenant: name, tags: [name: name])
            exchange.attempt.provider = name
            let record = try #require(LedgerSamples.record(exchange))
            #expect(record.model == name && record.subject.tenant == name && record.subject.tags == [name: name])
            #expect(record.attempts.last?.provider == name)
        }
    }

    @Test("a name beyond the bound is cut between characters, and a zero byte is another character")
    func bounds() throws {
        var exchange = LedgerSamples.exchange()
        exchange.model = "ab" + String(repeating: "語", count: 100_000)
        #expect(LedgerSamples.text(exchange).count < JournalBuffer.longestName + 2000)
        let model = try #require(LedgerSamples.record(exchange)?.model)
        #expect(model.utf8.count <= JournalBuffer.longestName && model.utf8.count > JournalBuffer.longestName - 4)
        #expect(model.unicodeScalars.last == "語")
        exchange.model = "a\0b"
        #expect(LedgerSamples.record(exchange)?.model == "a\u{FFFD}b")
    }

    @Test("a shortened record has all that usage is computed of")
    func shortened() throws {
        let exchange = LedgerSamples.exchange()
        let text = LedgerSamples.text(exchange, isShortened: true)
        let record = try #require(JournalRecordParser.record(text))
        let whole = try #require(LedgerSamples.record(exchange))
        #expect(record.isShortened)
        #expect(record.usage == whole.usage && record.cost == whole.cost && record.subject == whole.subject)
        #expect(record.status == whole.status && record.durationNanoseconds == whole.durationNanoseconds)
        #expect(record.attempts.map(\.provider) == ["openai", "azure"])
        #expect(record.requestID == "req-1" && record.traceID == nil && record.attempts.last?.losses.isEmpty == true)
    }

    @Test(
        "a text that is no record is none",
        arguments: ["", "{", "[]", "{}", #"{"at":1}"#, #"{"no":1}"#, #"{"at":"1","no":2}"#])
    func none(text: String) {
        #expect(JournalRecordParser.record(Array(text.utf8)) == nil)
    }

    @Test("members that are not known are left out")
    func newer() {
        let text =
            #"{"at":1,"no":2,"later":{"x":[1]},"attempts":[{"provider":"p","later":1,"tokens":[1,2,3,4,5,6,7,8,9]}]}"#
        #expect(JournalRecordParser.record(Array(text.utf8))?.attempts.first?.provider == "p")
    }
}
