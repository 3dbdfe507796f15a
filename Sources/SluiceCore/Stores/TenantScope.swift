/// Whose records a call may see and change.
///
/// Every call that is made for somebody carries one, so that a forgotten condition does not compile.
public enum TenantScope: Sendable, Hashable {
    /// Everything: the operator of the deployment, and the gateway itself.
    case all
    /// The records of one tenant, as if there were no others.
    case tenant(TenantID)

    /// Whether a record of `tenant` is inside.
    public func holds(_ tenant: TenantID?) -> Bool {
        switch self {
        case .all: true
        case .tenant(let own): tenant == own
        }
    }
}
