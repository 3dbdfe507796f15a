extension Migration {
    /// All steps, in order. Each is in a file of its own.
    static let all: [Migration] = [.changes, .identities, .rules, .balances, .ledger, .prices, .capture]
}
