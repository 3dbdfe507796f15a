/// Who asked, as the ledger keeps it: the names of the time of the request, which later changes do not touch.
public struct LedgerSubject: Sendable, Hashable {
    /// The key's public id or, for a key from the file, its name.
    public var keyID: String?
    /// The name that an operator gave the key.
    public var keyName: String?
    /// The user that the key belonged to.
    public var user: String?
    /// The team that the key belonged to.
    public var team: String?
    /// The tenant that the key belonged to.
    public var tenant: String?
    /// What an operator had attached to the key.
    public var tags: [String: String] = [:]

    /// Makes a subject without any name.
    public init() {}

    /// The names of a principal.
    public init(_ principal: Principal) {
        self.keyID = principal.keyID
        self.keyName = principal.keyName
        self.user = principal.user
        self.team = principal.team
        self.tenant = principal.tenant
        self.tags = principal.tags
    }

    /// Tells subjects apart by their key and user, which differ in nearly all of them; the rest is for `==`.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(self.keyID)
        hasher.combine(self.user)
    }
}
