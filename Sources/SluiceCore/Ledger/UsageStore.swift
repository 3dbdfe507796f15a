/// Reads the ledger.
///
/// Answers see what was shipped; the journal's last second or so is not among it.
public protocol UsageStore: Sendable {
    /// Sums, one row for each group that has any. Without dimensions and interval it is one row, or none.
    ///
    /// Whole hours are read from the sums that the ledger keeps, what is left at the edges of the range from the records.
    func usage(_ query: UsageQuery, in scope: TenantScope) async throws(StoreError) -> [UsageRow]

    /// The records of a range, in the order of their ids. For a page after another, the cursor is ``Page/next``.
    func records(_ range: Range<UnixTime>, where filter: UsageFilter, in scope: TenantScope, page: PageRequest)
        async throws(StoreError) -> Page<LedgerRecord>

    /// The exchanges with a request id, the newest first, at most 100: clients may choose an id, and choose it twice.
    func exchanges(requestID: String, in scope: TenantScope) async throws(StoreError) -> [LedgerRecord]
}

extension UsageStore {
    /// The sums of a range without groups.
    public func totals(_ range: Range<UnixTime>, where filter: UsageFilter, in scope: TenantScope)
        async throws(StoreError) -> UsageRow
    {
        try await self.usage(UsageQuery(range: range, filter: filter), in: scope).first ?? UsageRow()
    }
}
