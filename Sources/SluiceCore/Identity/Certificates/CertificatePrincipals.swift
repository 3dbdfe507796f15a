import Synchronization

/// The principals of client certificates, by the rules of a configuration; the first rule that fits counts.
///
/// The same name gets the same principal each time, as long as no more than ``capacity`` are remembered.
public final class CertificatePrincipals: Sendable {
    private struct Key: Hashable {
        var rule: Int
        var name: String
    }

    /// How many principals are remembered.
    private static let capacity = 4096
    /// The longest name that is part of a key's id, in bytes.
    private static let longestName = 200

    private let rules: [CertificateRule]
    private let whenClientLeaves: ClientLeavePolicy
    private let known = Mutex<[Key: Principal]>([:])

    /// Makes the principals of rules.
    public init(_ rules: [CertificateRule], whenClientLeaves: ClientLeavePolicy) {
        self.rules = rules
        self.whenClientLeaves = whenClientLeaves
    }

    /// Who has a certificate; `nil` when no rule is about it, or it is valid no longer.
    public func principal(for peer: PeerIdentity, at now: UnixTime) -> Principal? {
        guard now < peer.validUntil else { return nil }
        for (index, rule) in self.rules.enumerated() {
            guard let name = rule.match(peer) else { continue }
            // A name that is too long for the ledger is no principal, rather than a part of one that others share.
            guard name.utf8.count <= Self.longestName, name.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
                return nil
            }
            return self.known.withLock { known in
                let key = Key(rule: index, name: rule.pattern.isExact ? "" : name)
                if let principal = known[key] { return principal }
                let principal = self.make(rule, name)
                if known.count < Self.capacity { known[key] = principal }
                return principal
            }
        }
        return nil
    }

    private func make(_ rule: CertificateRule, _ name: String) -> Principal {
        Principal(
            proof: .certificate,
            keyID: rule.pattern.isExact ? "certificate:\(rule.name)" : "certificate:\(rule.name):\(name)",
            keyName: rule.name,
            tenant: rule.tenant,
            team: rule.team,
            user: rule.user ?? (rule.pattern.isExact ? nil : name),
            models: rule.models,
            admin: rule.admin,
            whenClientLeaves: self.whenClientLeaves
        )
    }
}
