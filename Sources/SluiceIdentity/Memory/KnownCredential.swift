import SluiceCore

/// A credential that was verified, as it is kept in memory.
final class KnownCredential: Sendable {
    /// Who has it.
    let principal: Principal
    /// When it ceases to be good by itself.
    let until: UnixTime?
    /// Where it may come from; `nil` means from everywhere.
    let networks: [CIDR]?
    /// The set of verifiers that accepted it; 0 for a stored key, which no other set would judge otherwise.
    let generation: Int

    init(principal: Principal, until: UnixTime?, networks: [CIDR]?, generation: Int) {
        self.principal = principal
        self.until = until
        self.networks = networks
        self.generation = principal.proof == .storedKey ? 0 : generation
    }

    /// The records on which it depends.
    var subjects: [ChangeTrail.Subject] {
        var subjects = [ChangeTrail.Subject(kind: .key, id: self.principal.keyID)]
        if let user = self.principal.user { subjects.append(.init(kind: .user, id: user)) }
        if let team = self.principal.team { subjects.append(.init(kind: .team, id: team)) }
        if let tenant = self.principal.tenant { subjects.append(.init(kind: .tenant, id: tenant)) }
        return subjects
    }

    /// Whether it is good at a moment, of its own.
    func isGood(at now: UnixTime) -> Bool {
        guard let until = self.until else { return true }
        return now < until
    }

    /// Whether it may come from an address. What may come from some networks alone may not come from an address that is not known.
    func isWelcome(from source: String?) -> Bool {
        guard let networks = self.networks else { return true }
        guard let address = source.flatMap({ IPAddress($0) }) else { return false }
        return networks.contains { $0.contains(address) }
    }
}
