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

    /// Computes what the attempts of some exchanges of a period cost anew of their tokens, and the sums of its hours and days with it.
    /// One step of many, and one transaction: doing it again changes nothing.
    ///
    /// Hours of which records were deleted already keep what they have: of a period, only what lies behind the retention of the
    /// records can be priced anew.
    ///
    /// - Parameters:
    ///   - period: the beginning is moved back to a whole hour, the end, which is not part of it, on to one.
    ///   - place: the ``RepricingStep/last`` of the step before; `nil`: from the beginning. One before the period is its beginning.
    ///   - isTrial: whether nothing is to be changed.
    ///   - price: what an attempt with usage costs.
    func reprice(
        _ period: Range<UnixTime>,
        after place: LedgerRecord.ID?,
        isTrial: Bool,
        with price: @escaping @Sendable (_ record: LedgerRecord, _ attempt: AttemptRecord) -> AttemptCharge
    ) async throws(StoreError) -> RepricingStep
}

/// What an attempt costs by the prices of now.
public struct AttemptCharge: Sendable, Equatable {
    /// The cost; `nil` where nobody knows.
    public var cost: AttemptCost?
    /// Whether nobody knows the price, also where the highest stands in for it.
    public var isPriceUnknown: Bool

    /// Makes a charge.
    public init(cost: AttemptCost?, isPriceUnknown: Bool) {
        self.cost = cost
        self.isPriceUnknown = isPriceUnknown
    }
}

/// What computing costs anew changed.
public struct Repricing: Sendable, Equatable {
    /// How many records were looked at.
    public var records = 0
    /// How many of them cost something else now, or are priced by another price.
    public var changed = 0
    /// How many of them have a price that nobody knows, still.
    public var unpriced = 0
    /// What they cost now less what they cost before.
    public var difference = NanoUSD.zero

    /// Makes a change of nothing.
    public init() {}

    /// Adds what was changed besides.
    public static func += (left: inout Repricing, right: Repricing) {
        left.records += right.records
        left.changed += right.changed
        left.unpriced += right.unpriced
        left.difference += right.difference
    }
}

/// One step of pricing a period anew.
public struct RepricingStep: Sendable, Equatable {
    /// What it changed.
    public var result: Repricing
    /// The last record that was looked at; `nil` where there was none.
    public var last: LedgerRecord.ID?
    /// Whether the period has more behind it.
    public var hasMore: Bool

    /// Makes a step.
    public init(result: Repricing, last: LedgerRecord.ID?, hasMore: Bool) {
        self.result = result
        self.last = last
        self.hasMore = hasMore
    }
}
