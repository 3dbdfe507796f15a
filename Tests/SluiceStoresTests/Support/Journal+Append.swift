import SluiceCore

@testable import SluiceStores

extension LedgerJournal {
    /// Writes one record at once, as a turn does in which one exchange is settled.
    func append(_ record: borrowing ExchangeRecord, loop: Int) {
        self.add(record, loop: loop)
        self.commit(loop: loop)
    }
}

extension LoopJournal {
    /// The same. Returns whether the thread has something to do.
    func append(_ record: borrowing ExchangeRecord, isShortened: Bool) -> Bool {
        let wakes = self.add(record, isShortened: isShortened)
        return self.commit() || wakes
    }
}
