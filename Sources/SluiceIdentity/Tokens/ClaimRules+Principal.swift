import Crypto
import SluiceCore
import SluiceWire

extension ClaimRules {
    /// The longest id of a principal, in bytes.
    private static let longestID = 160

    /// The principal of claims that were found good; `nil` when they do not say what they must.
    ///
    /// - Parameters:
    ///   - kind: what begins the id: `issuer`, `introspection`.
    ///   - issuer: who made the token, without `https://`.
    ///   - subject: whom the token is about.
    func principal(
        of claims: TokenClaims,
        kind: String,
        issuer: String,
        subject: String,
        whenClientLeaves: ClientLeavePolicy
    ) -> Principal? {
        for name in self.required where !Self.hasValue(claims, name) { return nil }
        var tenant = self.fixedTenant
        if let name = self.tenant {
            // Without it the request would belong to nobody, or to all.
            guard case .value(let text) = claims.text(name) else { return nil }
            tenant = text
        }
        var team: String?
        switch self.team.map({ claims.text($0) }) {
        case .value(let text): team = text
        case .unusable: return nil
        case .absent, nil: break
        }
        var user: String?
        switch claims.text(self.user) {
        case .value(let text): user = text
        case .unusable: return nil
        case .absent: break
        }
        let scopes = self.scopes.map { TokenScopes(claims.words($0)) } ?? TokenScopes()
        return Principal(
            proof: .token,
            keyID: Self.id(kind, issuer, subject),
            keyName: "\(kind):\(issuer)",
            tenant: tenant,
            team: team,
            user: user,
            models: scopes.models(within: self.models),
            surfaces: scopes.surfaces,
            admin: scopes.admin(tenant: tenant),
            whenClientLeaves: self.whenClientLeaves ?? whenClientLeaves
        )
    }

    private static func hasValue(_ claims: TokenClaims, _ name: String) -> Bool {
        guard let value = claims.value(name) else { return false }
        switch value.kind {
        case .string: return value.stringValue?.isEmpty == false
        case .array, .object: return value.count > 0
        case .false: return false
        default: return true
        }
    }

    /// `issuer:id.example.com:alice`: the same for each token of one subject. One that is long, or cannot stand in a log line, is
    /// told apart by its hash. The kind is no word that a credential's name ends with, or the log would mask what follows it.
    static func id(_ kind: String, _ issuer: String, _ subject: String) -> String {
        let id = "\(kind):\(issuer):\(subject)"
        if id.utf8.count <= Self.longestID, subject.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) { return id }
        let digits = Array("0123456789abcdef".utf8)
        let digest = SHA256.hash(data: Array("\(issuer)\n\(subject)".utf8)).prefix(20)
        let text = digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return "\(kind):\(Substring(issuer.utf8.prefix(80))):~\(String(decoding: text, as: UTF8.self))"
    }
}
