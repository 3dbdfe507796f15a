import SluiceCore
import SluicePolicies
import SluiceWire
import Testing

@testable import SluiceServer

@Suite("What an exchange is charged")
struct SettlementTests {
    private static func attempt(
        _ outcome: AttemptOutcome,
        _ usage: TokenUsage? = nil,
        wasSent: Bool = true,
        hasBegun: Bool = false
    ) -> AttemptRecord {
        var record = AttemptRecord()
        record.provider = "openai"
        record.targetModel = "gpt-4o"
        record.outcome = outcome
        record.usage = usage
        record.wasSent = wasSent
        record.timeToFirstByteNanoseconds = hasBegun ? 1 : nil
        return record
    }

    private static func settlement(_ attempts: AttemptRecord...) -> String {
        var record = ExchangeRecord()
        record.earlierAttempts = Array(attempts.dropLast())
        if let last = attempts.last { record.attempt = last }
        switch Settlement(record) {
        case .used(let usage, _): return "\(usage.promptTokens)+\(usage.completionTokens)"
        case .asReserved: return "as reserved"
        case .nothing: return "nothing"
        }
    }

    @Test("what providers report of all attempts is charged together")
    func usage() {
        let some = TokenUsage(uncachedInput: 10, output: 1)
        #expect(Self.settlement(Self.attempt(.answered, some)) == "10+1")
        #expect(Self.settlement(Self.attempt(.overtaken, some), Self.attempt(.answered, some)) == "20+2")
        #expect(Self.settlement(Self.attempt(.failed, hasBegun: true), Self.attempt(.answered, some)) == "10+1")
    }

    @Test("where nobody says what an answer took, what was reserved counts")
    func asReserved() {
        #expect(Self.settlement(Self.attempt(.answered)) == "as reserved")
        #expect(Self.settlement(Self.attempt(.abandoned)) == "as reserved")
        #expect(Self.settlement(Self.attempt(.failed, hasBegun: true)) == "as reserved")
    }

    @Test("where no provider worked, nothing counts")
    func nothing() {
        #expect(Self.settlement() == "nothing")
        #expect(Self.settlement(Self.attempt(.refused), Self.attempt(.failed)) == "nothing")
        #expect(Self.settlement(Self.attempt(.abandoned, wasSent: false)) == "nothing")
    }
}
