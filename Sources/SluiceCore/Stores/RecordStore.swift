/// Keeps the records of one kind.
///
/// Every change is one transaction with its row in the audit table and its number in the change feed: all of it is stored or
/// nothing. All methods throw ``StoreError``; beside the kinds named at each, ``StoreError/Kind/unavailable``,
/// ``StoreError/Kind/busy`` and ``StoreError/Kind/timeout`` can come from any. Records outside the scope do not exist.
public protocol RecordStore<Record>: Sendable {
    /// What is kept.
    associatedtype Record: StoredRecord

    /// Stores a new record and returns it with its revision.
    ///
    /// Throws `conflict` when its id, or what else must be unique, is taken; `notFound` when its tenant is outside the scope;
    /// `reference` when it names a team, user or tenant that does not exist in its tenant.
    func insert(_ record: Record, in scope: TenantScope, as act: AdministrativeAct) async throws(StoreError) -> Record

    /// Replaces a record as it was read. What the record's type declares with `let` is not written.
    ///
    /// Throws `conflict` when it was changed since it was read, `notFound`, or `reference`.
    func update(_ record: Record, in scope: TenantScope, as act: AdministrativeAct) async throws(StoreError) -> Record

    /// Removes a record. A key's row stays, marked as removed.
    ///
    /// Throws `notFound`, or `reference` when others refer to it.
    func remove(_ id: RecordID<Record>, in scope: TenantScope, as act: AdministrativeAct) async throws(StoreError)

    /// The record with this id, or `nil`. A removed key is found, since what refers to it needs its name.
    func record(_ id: RecordID<Record>, in scope: TenantScope) async throws(StoreError) -> Record?

    /// A page of the records, in the order of creation. Throws `invalid` for a cursor that no page gave.
    func records(in scope: TenantScope, where filter: Record.Filter, page: PageRequest) async throws(StoreError)
        -> Page<Record>
}

/// Keeps users, who are also found by their address.
public protocol UserStore: RecordStore where Record == UserRecord {
    /// The user with this address, in whatever upper and lower case.
    func user(email: String, in scope: TenantScope) async throws(StoreError) -> UserRecord?
}
