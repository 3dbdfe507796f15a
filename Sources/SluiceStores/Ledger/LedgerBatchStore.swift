import SluiceCore

/// What the shipper stores batches in: the ledger of a database, or a double of it in tests.
protocol LedgerBatchStore: Sendable {
    /// Adds records. One whose id is there already is left as it is and counts nowhere, so that a batch can be sent again.
    /// Returns how many were new. All are stored, or none.
    func append(_ batch: LedgerBatch) async throws(StoreError) -> Int

    /// Deletes records, see ``LedgerStore/deleteRecords(before:limit:)``.
    func deleteRecords(before time: UnixTime, limit: Int) async throws(StoreError) -> Int

    /// Deletes sums, see ``LedgerStore/deleteSums(before:)``.
    func deleteSums(before time: UnixTime) async throws(StoreError) -> Int

    /// Deletes the names of subjects and targets that nothing refers to any more. Returns how many. `time` is up to when sums
    /// were deleted.
    func deleteUnusedNames(sumsBefore time: UnixTime) async throws(StoreError) -> Int
}
