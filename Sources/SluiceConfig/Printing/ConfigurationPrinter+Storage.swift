import SluiceCore

extension ConfigurationPrinter {
    func storage(_ storage: StorageConfiguration, _ text: inout YAMLText) {
        text.entry("database", storage.database.map { StorageText.masked($0.expose()) } ?? "off")
        text.entry("redis", storage.redis.map { StorageText.masked($0.expose()) } ?? "off")
        // What needs Redis would be without effect, and a warning where it is read again.
        if storage.redis != nil {
            text.entry("when_redis_fails", storage.whenRedisFails.rawValue)
            text.entry("redis_share", storage.redisShare.map(PercentageText.format) ?? "off")
            text.entry("redis_lease", DurationText.format(storage.redisLease))
            text.entry("deployment", storage.deployment)
        }
        if storage.redis == nil || storage.whenRedisFails == .local { text.line("replicas: \(storage.replicas)") }
        if storage.database != nil { text.entry("known_keys", DurationText.format(storage.knownKeys)) }
    }

    func registration(_ policy: RegistrationPolicy, _ text: inout YAMLText) {
        switch policy {
        case .off: text.line("registration: off")
        case .open: text.line("registration: open")
        case .domains(let domains):
            if domains.allSatisfy({ $0.tenant == nil }) {
                text.list("registration", domains.map(\.name))
            } else {
                text.section("registration") {
                    for domain in domains { $0.entry(domain.name, domain.tenant ?? "default") }
                }
            }
        }
    }
}
