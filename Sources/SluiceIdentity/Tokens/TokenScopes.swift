import SluiceCore

/// What the words of a scope claim allow. Words that are not of these shapes are about other things.
///
/// - `sluice:admin`: everything at the admin API; `sluice:tenant-admin`: everything within the token's tenant.
/// - `model:gpt-*`: these models, and no others but those of further such words.
/// - `surface:chat`: this surface, by ``Surface/name``, and no others but those of further such words.
struct TokenScopes {
    /// How many words of a kind are looked at.
    private static let most = 256

    private(set) var isAdmin = false
    private(set) var isTenantAdmin = false
    private(set) var patterns: [ModelPattern]?
    private(set) var surfaces: Set<String>?

    init(_ words: [String] = []) {
        for word in words {
            if word == "sluice:admin" { self.isAdmin = true }
            if word == "sluice:tenant-admin" { self.isTenantAdmin = true }
            if word.hasPrefix("model:") {
                var patterns = self.patterns ?? []
                if patterns.count < Self.most, word.utf8.count <= 262 {
                    patterns.append(ModelPattern(String(word.dropFirst(6))))
                }
                self.patterns = patterns
            }
            if word.hasPrefix("surface:") {
                var surfaces = self.surfaces ?? []
                if surfaces.count < Self.most { surfaces.insert(String(word.dropFirst(8))) }
                self.surfaces = surfaces
            }
        }
    }

    /// The models that both the words and a configuration allow; `nil` when neither says anything.
    func models(within allowed: [ModelPattern]?) -> [ModelPattern]? {
        guard let patterns else { return allowed }
        guard let allowed else { return patterns }
        var result: [ModelPattern] = []
        for pattern in patterns {
            for other in allowed {
                // A pattern that matches the other's text, stars and all, matches whatever the other does.
                if other.matches(pattern.text) {
                    result.append(pattern)
                    break
                }
                if pattern.matches(other.text) { result.append(other) }
            }
        }
        return result
    }

    /// What may be administered by a token of a tenant.
    func admin(tenant: String?) -> KeyRecord.AdminScope {
        if self.isAdmin { return .deployment }
        return self.isTenantAdmin && tenant != nil ? .tenant : .none
    }
}
