/// One row of the audit table.
public struct AuditEntry: Sendable, Equatable {
    /// Its place in the table, rising.
    public var number: Int64
    /// The tenant of what was changed; `nil` for what belongs to the deployment.
    public var tenant: TenantID?
    /// What was done: the kind of record, a dot, a verb, as in `key.rotate`.
    public var action: String
    /// The id of what was changed.
    public var subject: String
    /// Who did it, when, whence.
    public var act: AdministrativeAct

    /// Makes an entry.
    public init(number: Int64, tenant: TenantID?, action: String, subject: String, act: AdministrativeAct) {
        self.number = number
        self.tenant = tenant
        self.action = action
        self.subject = subject
        self.act = act
    }
}

/// Reads the audit table, and adds to it. There is no way to change or delete a row, and the database refuses it too.
public protocol AuditStore: Sendable {
    /// Adds an act that is not a change of a record, such as a refused attempt. Returns its number.
    func append(action: String, subject: String, tenant: TenantID?, act: AdministrativeAct) async throws(StoreError)
        -> Int64

    /// A page of entries, oldest first; of one subject, when it is named.
    func entries(in scope: TenantScope, subject: String?, page: PageRequest) async throws(StoreError)
        -> Page<AuditEntry>
}
