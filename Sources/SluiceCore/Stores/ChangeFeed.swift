/// That a record was made, replaced or removed.
public struct Change: Sendable, Equatable {
    /// Its place in the feed. Numbers rise in the order in which changes became visible: who has seen a number has seen, or
    /// could have seen, all below it.
    public var number: Int64
    /// The kind of record.
    public var kind: RecordKind
    /// The id of the record.
    public var id: String
    /// The tenant of the record; `nil` for what belongs to the deployment.
    public var tenant: TenantID?

    /// Makes a change.
    public init(number: Int64, kind: RecordKind, id: String, tenant: TenantID?) {
        self.number = number
        self.kind = kind
        self.id = id
        self.tenant = tenant
    }
}

/// What changed since a number.
public enum ChangesSince: Sendable, Equatable {
    /// These, in order; empty when nothing did.
    case changes([Change])
    /// So much, or so long ago, that the feed no longer has it: everything is to be read anew, and the feed followed from this number.
    case tooOld(latest: Int64)
}

/// The feed by which replicas learn what to read anew.
public protocol ChangeFeed: Sendable {
    /// The number of the newest change; 0 when there was none.
    func latest() async throws(StoreError) -> Int64
    /// The next changes after a number, at most `limit`.
    func changes(after number: Int64, limit: Int) async throws(StoreError) -> ChangesSince
    /// A tick whenever something may have changed: on a notice from the database, after each change by this process, and at
    /// the latest after the poll interval. Ticks that nobody takes become one. For one reader at a time.
    var ticks: AsyncStream<Void> { get }
    /// Deletes what is older than `time`, except the newest. Returns how many.
    func prune(before time: UnixTime) async throws(StoreError) -> Int
}
