import SluiceCore
import SluiceWire

/// What is summed up of attempts: tokens by class, money, and attempts without a price. The order is that of the columns.
struct LedgerAmounts: Sendable, Equatable {
    /// The columns of it.
    static let columns = [
        "uncached_input", "output", "cache_read", "reasoning", "cache_write_5m", "cache_write_1h", "audio_input",
        "audio_output", "cost", "saving", "unpriced",
    ]
    /// No attempt counts more tokens of a class than this, and costs more than 10^16 billionths of a dollar: some millions of
    /// such attempts still can be added.
    private static let mostTokens = 1_000_000_000_000
    private static let mostMoney: Int64 = 10_000_000_000_000_000

    private(set) var values = InlineArray<11, Int64>(repeating: 0)

    /// Nothing.
    init() {}

    /// What one attempt used.
    init(_ attempt: borrowing AttemptRecord) {
        if let usage = attempt.usage {
            self.values[0] = Self.tokens(usage.uncachedInput)
            self.values[1] = Self.tokens(usage.output)
            self.values[2] = Self.tokens(usage.cacheRead)
            self.values[3] = Self.tokens(usage.reasoning)
            self.values[4] = Self.tokens(usage.cacheWrite5m)
            self.values[5] = Self.tokens(usage.cacheWrite1h)
            self.values[6] = Self.tokens(usage.audioInput)
            self.values[7] = Self.tokens(usage.audioOutput)
        }
        if let cost = attempt.cost {
            self.values[8] = Self.money(cost.total)
            self.values[9] = Self.money(cost.cacheSaving)
        }
        self.values[10] = attempt.isPriceUnknown ? 1 : 0
    }

    /// Adds others.
    mutating func add(_ other: LedgerAmounts) {
        for index in self.values.indices { self.values[index] &+= other.values[index] }
    }

    /// Takes others away.
    mutating func subtract(_ other: LedgerAmounts) {
        for index in self.values.indices { self.values[index] &-= other.values[index] }
    }

    /// As values of a statement.
    func append(to values: inout [SQLValue]) {
        for index in self.values.indices { values.append(.integer(self.values[index])) }
    }

    /// As values of a row.
    func append(to row: inout [SQLCell]) {
        for index in self.values.indices { row.append(.integer(self.values[index])) }
    }

    /// What it costs.
    var cost: Int64 { self.values[8] }

    static func == (left: LedgerAmounts, right: LedgerAmounts) -> Bool {
        left.values.indices.allSatisfy { left.values[$0] == right.values[$0] }
    }

    private static func tokens(_ count: Int) -> Int64 { Int64(min(count, Self.mostTokens)) }
    private static func money(_ amount: NanoUSD) -> Int64 {
        min(max(amount.amount, -Self.mostMoney), Self.mostMoney)
    }
}
