/// Keeps the ledger: the records, and beside them the sums of each hour and day, which are changed in the same transaction.
public protocol LedgerStore: Sendable {
    /// Adds records. One whose id is there already is left as it is and counts nowhere, so that a batch can be sent again.
    /// Returns how many were new. All are stored, or none.
    func append(_ records: [LedgerRecord]) async throws(StoreError) -> Int

    /// Deletes the records that were received before `time`, at most `limit` of them, the oldest first; their sums stay.
    /// Returns how many.
    func deleteRecords(before time: UnixTime, limit: Int) async throws(StoreError) -> Int

    /// Deletes the sums of whole hours and days before `time`. Returns how many rows.
    func deleteSums(before time: UnixTime) async throws(StoreError) -> Int

    /// Computes what the attempts of a period cost anew of their tokens, and the sums of its hours and days with it.
    ///
    /// Hours of which records were deleted already keep what they have: of a period, only what lies behind the retention of the
    /// records can be priced anew. Done in steps that each are one transaction; when one fails, the same call goes on.
    ///
    /// - Parameters:
    ///   - from: the beginning, moved back to a whole hour.
    ///   - to: the end, which is not part of it, moved on to a whole hour.
    ///   - price: what an attempt with usage costs; `nil` where the price is not known.
    /// - Returns: how many records were changed, and by how much the cost of all of them.
    func reprice(
        from: UnixTime,
        to: UnixTime,
        with price: @escaping @Sendable (_ record: LedgerRecord, _ attempt: AttemptRecord) -> AttemptCost?
    ) async throws(StoreError) -> Repricing
}

/// What computing costs anew changed.
public struct Repricing: Sendable, Equatable {
    /// How many records were looked at.
    public var records = 0
    /// How many of them cost something else now.
    public var changed = 0
    /// What they cost now less what they cost before.
    public var difference = NanoUSD.zero

    /// Makes a change of nothing.
    public init() {}
}
