import SluiceCore
import SluiceWire
import Testing

@testable import SluiceStores

@Suite("Batches of the ledger")
struct LedgerBatchTests {
    /// Exchanges with and without everything that they can have.
    private var exchanges: [ExchangeRecord] {
        var all = [LedgerSamples.exchange("plain")]
        for name in ["", "模型", "a\"\\\n\u{1}\u{7F}", "a\0b", String(repeating: "長", count: 6000)] {
            var exchange = LedgerSamples.exchange("named \(name.prefix(3))")
            exchange.model = name
            exchange.principal = LedgerSamples.principal(name, tenant: name, tags: [name: name])
            exchange.attempt.provider = name
            exchange.attempt.targetModel = name
            all.append(exchange)
        }
        var refused = ExchangeRecord()
        refused.receivedAt = 7
        refused.surface = .messages
        refused.status = 401
        refused.errorType = GatewayError.Kind.unauthenticated.rawValue
        all.append(refused)
        var invented = LedgerSamples.exchange("invented")
        invented.isKnownModel = false
        invented.model = "nobody's"
        invented.earlierAttempts = []
        invented.attempt.usage = nil
        all.append(invented)
        var lost = LedgerSamples.exchange("lost")
        lost.attempt = AttemptRecord()
        all.append(lost)
        return all
    }

    @Test("what is handed on is what is read of the line", arguments: [false, true])
    func same(isShortened: Bool) throws {
        let batch = LedgerSamples.batch(self.exchanges, isShortened: isShortened)
        var decoded = batch
        decoded.decode()
        for index in 0..<batch.count {
            let line = Array(batch.line(index))
            #expect(Array(decoded.line(index)) == line)
            let record = try #require(JournalRecordParser.record(line))
            var read = LedgerBatch()
            var buffer = JournalBuffer()
            read.append(record, line: line, &buffer)
            #expect(Array(read.line(0)) == line)
            read.decode()
            for (batch, index) in [(decoded, index), (read, 0)] {
                let outline = batch.outlines[index]
                func text(_ part: RecordOutline.Part) -> String? {
                    batch.text(part, of: index).map { String(decoding: $0, as: UTF8.self) }
                }
                #expect(outline.id == record.id && outline.status == Int64(record.status))
                #expect(outline.duration == record.durationNanoseconds)
                #expect(outline.requestBytes == record.requestBytes && outline.responseBytes == record.responseBytes)
                #expect((outline.flags & RecordOutline.Flag.streamed != 0) == record.isStreamed)
                #expect((outline.flags & RecordOutline.Flag.known != 0) == record.isKnownModel)
                #expect((outline.flags & RecordOutline.Flag.shortened != 0) == isShortened)
                #expect(outline.attemptCount == record.attempts.count)
                #expect(outline.amounts == record.attempts.last.map { LedgerAmounts($0) } ?? LedgerAmounts())
                #expect(text(outline.request) == record.requestID && text(outline.route) == record.route)
                #expect(text(outline.model) == record.model && text(outline.trace) == record.traceID)
                #expect(text(outline.dialect) == record.dialect)
                #expect(text(outline.error) == record.errorType && text(outline.fault) == record.fault?.rawValue)
                #expect(text(outline.provider) == record.attempts.last?.provider)
                #expect(text(outline.targetModel) == record.attempts.last?.targetModel)
                let subject = batch.text(outline.subject, of: index).flatMap { JournalRecordParser.subject($0) }
                #expect(subject == record.subject)
                let attempts = batch.text(outline.attempts, of: index).flatMap { JournalRecordParser.attempts($0) }
                #expect(attempts ?? [] == record.attempts)
            }
        }
    }

    @Test("parts of batches, and batches put together, have the same records")
    func parts() {
        let batch = LedgerSamples.batch((0..<9).map { LedgerSamples.exchange("r\($0)") })
        var all = LedgerBatch()
        for range in [0..<2, 2..<2, 2..<7, 7..<9] { all.append(batch, range) }
        #expect(all.count == 9 && all.bytes == batch.bytes)
        for index in 0..<9 { #expect(all.line(index) == batch.line(index)) }
        let part = all.part(3..<5)
        #expect(part.count == 2 && part.line(1) == batch.line(4))
    }

    @Test("numbers of all lengths are written as they are")
    func numbers() {
        var powers: [Int64] = [0, -1, .max, .min]
        var power: Int64 = 1
        for _ in 0..<18 {
            power *= 10
            powers += [power - 1, power, power + 1, -power]
        }
        for number in powers {
            var buffer = JournalBuffer(capacity: 1)
            buffer.integer(number)
            #expect(String(decoding: buffer.bytes, as: UTF8.self) == "\(number)")
        }
    }

    @Test("texts are escaped as the JSON writer does it, wherever the escape stands")
    func escapes() {
        for length in 0..<40 {
            for place in 0...length {
                for byte in ["\"", "\\", "\u{1F}", "\n", "é", "\u{7F}"] {
                    let text =
                        String(repeating: "x", count: place) + byte + String(repeating: "y", count: length - place)
                    var buffer = JournalBuffer(capacity: 1)
                    let part = buffer.string(text)
                    let document = try? JSONDocument(parsing: Array(buffer.bytes))
                    #expect(document?.root.stringValue == text)
                    #expect(Int(part.start) == 1 && Int(part.end) == buffer.count - 1)
                }
            }
        }
    }
}
