import SluiceCore

extension DocumentDecoder {
    mutating func storage(_ section: Section) -> StorageConfiguration {
        var result = StorageConfiguration()
        result.database = location(
            "database", of: section, "off, sqlite:PATH or postgres://user:password@host/name", default: result.database,
            StorageText.isDatabase)
        result.redis = location(
            "redis", of: section, "off, redis://host:6379/0 or rediss://host:6379/0", default: result.redis,
            StorageText.isRedis)
        result.whenRedisFails = choice("when_redis_fails", of: section) ?? result.whenRedisFails
        result.replicas = count("replicas", of: section, 1...10_000) ?? result.replicas
        result.redisShare = switchable(
            "redis_share", of: section, "off, or a percentage from 1% to 50%", default: result.redisShare
        ) { text in
            PercentageText.parse(text).flatMap { (100...5000).contains($0.basisPoints) ? $0 : nil }
        }
        let lease = value("redis_lease", of: section, "a duration from 3s to 1h, like 1m") { text in
            DurationText.parse(text).flatMap { (.seconds(3)...(.seconds(3600))).contains($0) ? $0 : nil }
        }
        result.redisLease = lease ?? result.redisLease
        // The name is part of every key in Redis, within the braces that say which node has it.
        let name = value("deployment", of: section, "a name of letters, digits, ., _ and -, like sluice") { text in
            let isName = text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
            return isName && (1...64).contains(text.utf8.count) ? text : nil
        }
        result.deployment = name ?? result.deployment
        // The change feed is read twice a second; a time that is hardly longer would forget keys for a slow answer.
        let known = value("known_keys", of: section, "a duration of at least 5s, like 1h") { text in
            DurationText.parse(text).flatMap { $0 >= .seconds(5) ? $0 : nil }
        }
        result.knownKeys = known ?? result.knownKeys
        return result
    }

    /// Where a store is, which may hold a password: no message says any of it but for the scheme.
    private mutating func location(
        _ key: String,
        of section: Section,
        _ expected: String,
        default fallback: Secret?,
        _ isLocation: (String) -> Bool
    ) -> Secret? {
        guard let node = section.node?[key], let text = node.scalar?.text else { return fallback }
        let path = section.path.key(key)
        if Self.isOff(text) { return nil }
        guard !StorageText.holdsMask(text) else {
            problems.warning(
                "\(Self.mask) stands for a hidden password, so this is not used; write the password", at: path,
                node.location)
            return fallback
        }
        guard Self.isLine(text), isLocation(text) else {
            // What is no location may be a password that was put in the wrong place.
            let scheme = text.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "+") }
            let hasScheme = text.dropFirst(scheme.count).hasPrefix("://")
            problems.error(
                "expected \(expected), found \(hasScheme ? "\(FoundText.sanitized(String(scheme)))://..." : "something else")",
                at: path, node.location)
            return fallback
        }
        return Secret(text)
    }

    /// Warnings about what has no effect for want of a database or of Redis.
    mutating func checkStorage(_ result: GatewayConfiguration, _ document: Section) {
        let section = document.section("storage")
        let storage = result.storage
        func warn(_ key: String, _ message: String) {
            guard let node = section.node?[key] else { return }
            problems.warning(message, at: section.path.key(key), node.location)
        }
        if storage.redis == nil {
            for key in ["when_redis_fails", "redis_share", "redis_lease", "deployment"] {
                warn(key, "without effect, since there is no Redis; set storage.redis")
            }
        } else if storage.whenRedisFails != .local {
            warn("replicas", "without effect but with when_redis_fails: local")
        }
        if storage.database == nil {
            warn("known_keys", "without effect, since there is no database")
            if result.server.readyNeedsDatabase {
                let server = document.section("server")
                problems.warning(
                    "without effect, since there is no database", at: server.path.key("ready_needs_database"),
                    server.node?["ready_needs_database"]?.location)
            }
        } else if storage.replicas > 1, storage.database.map({ StorageText.isFile($0.expose()) }) ?? false {
            problems.warning(
                "each replica has keys of its own, since the database is a file; replicas share them in PostgreSQL",
                at: section.path.key("database"), (section.node?["database"] ?? section.node?["replicas"])?.location)
        }
        if result.auth.registration != .off, storage.database == nil {
            let auth = document.section("auth")
            problems.error(
                "users are kept in the database, and storage.database is off", at: auth.path.key("registration"),
                auth.node?["registration"]?.location)
        }
    }
}
