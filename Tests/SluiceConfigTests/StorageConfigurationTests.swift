import SluiceConfig
import SluiceCore
import Testing

@Suite("Where things are kept")
struct StorageConfigurationTests {
    private func storage(_ text: String, environment: [String: String] = [:]) throws -> StorageConfiguration {
        let result = loadYAML(text, environment: environment)
        return try #require(result.configuration, "\(result.report)").storage
    }

    @Test("nothing written is a file in the working directory, and no Redis")
    func defaults() throws {
        let storage = try storage("")
        #expect(storage == StorageConfiguration())
        #expect(storage.database?.expose() == "sqlite:./data/sluice.db")
        #expect(storage.redis == nil)
    }

    @Test("every key is read")
    func everyKey() throws {
        let storage = try storage(
            """
            storage:
              database: postgres://sluice:secret@db/sluice?sslmode=require
              redis: rediss://:secret@cache:6380/1
              when_redis_fails: local
              replicas: 3
              redis_share: 10%
              redis_lease: 30s
              deployment: eu-1
              known_keys: 10m
            """
        )
        #expect(
            storage
                == StorageConfiguration(
                    database: Secret("postgres://sluice:secret@db/sluice?sslmode=require"),
                    redis: Secret("rediss://:secret@cache:6380/1"), whenRedisFails: .local, replicas: 3,
                    redisShare: Percentage(basisPoints: 1000), redisLease: .seconds(30), deployment: "eu-1",
                    knownKeys: .seconds(600)))
    }

    @Test("both can be off", arguments: ["off", "Off", "no", "false"])
    func off(word: String) throws {
        let storage = try storage("storage: { database: \(word), redis: \(word) }")
        #expect(storage.database == nil)
        #expect(storage.redis == nil)
    }

    @Test("shared variables fill what the file leaves out, and those with the prefix win over it")
    func environment() throws {
        let shared = ["DATABASE_URL": "postgresql://db/a", "REDIS_URL": "redis://cache"]
        #expect(try storage("", environment: shared).database == Secret("postgresql://db/a"))
        #expect(try storage("", environment: shared).redis == Secret("redis://cache"))
        let written = "storage: { database: sqlite:a.db, redis: redis://b }"
        #expect(try storage(written, environment: shared).database == Secret("sqlite:a.db"))
        #expect(try storage(written, environment: shared).redis == Secret("redis://b"))
        let own = ["SLUICE_STORAGE_DATABASE": "host=db dbname=c", "SLUICE_STORAGE_KNOWN_KEYS": "5s"]
        #expect(try storage(written, environment: own).database == Secret("host=db dbname=c"))
        #expect(try storage(written, environment: own).knownKeys == .seconds(5))
    }

    @Test(
        "what is no location is an error that says none of it",
        arguments: [
            ("database: mysql://root:canary@db/x", "mysql://..."), ("database: canary", "something else"),
            ("database: 'sqlite:'", "something else"), ("database: postgres://", "postgres://..."),
            ("database: password=canary host=x", "something else"), ("redis: http://canary@x", "http://..."),
            ("redis: localhost:6379", "something else"),
        ]
    )
    func noLocation(line: String, found: String) {
        let result = loadYAML("storage: { \(line) }")
        #expect(result.configuration == nil)
        #expect(result.report.contains("found \(found)"), "\(result.report)")
        #expect(!result.report.contains("canary"), "\(result.report)")
    }

    @Test(
        "values out of bounds are errors",
        arguments: [
            "replicas: 0", "redis_share: 51%", "redis_share: 0.5%", "redis_lease: 1s", "redis_lease: 2h",
            "deployment: 'a{b}'", "deployment: ''", "known_keys: 4s",
        ]
    )
    func bounds(line: String) {
        #expect(loadYAML("storage: { \(line) }").configuration == nil)
    }

    @Test(
        "what has no effect is a warning",
        arguments: [
            ("storage: { when_redis_fails: deny }", "storage.when_redis_fails"),
            ("storage: { redis_share: 5% }", "storage.redis_share"),
            ("storage: { redis_lease: 10s }", "storage.redis_lease"),
            ("storage: { deployment: x }", "storage.deployment"),
            ("storage: { redis: redis://x, replicas: 2 }", "storage.replicas"),
            ("storage: { database: off, known_keys: 1m }", "storage.known_keys"),
            ("storage: { database: off }\nserver: { ready_needs_database: on }", "server.ready_needs_database"),
            ("storage: { replicas: 2 }", "storage.database"),
        ]
    )
    func withoutEffect(text: String, path: String) {
        let result = loadYAML(text)
        #expect(result.configuration != nil, "\(result.report)")
        #expect(result.warnings.contains { $0.path == path }, "\(result.report)")
    }

    @Test("what has an effect is none")
    func withEffect() {
        let result = loadYAML(
            """
            storage: { database: postgres://db/x, redis: redis://x, when_redis_fails: local, replicas: 2, redis_share: 5% }
            server: { ready_needs_database: true }
            """
        )
        #expect(result.warnings.isEmpty, "\(result.report)")
    }

    @Test(
        "passwords are hidden where a location is printed",
        arguments: [
            ("postgres://me:canary@db:5432/x?sslmode=require", "postgres://me:***@db:5432/x?sslmode=require"),
            ("postgres://me:can@ary/x@db/x", "postgres://me:***@db/x"),
            ("postgres://db/x?password=canary&user=a", "postgres://db/x?password=***&user=a"),
            ("postgres://db/x?p%61ssword=canary", "postgres://db/x?p%61ssword=***"),
            ("postgres://me@db/x", "postgres://me@db/x"), ("host=db password='canary'", "***"),
            ("host=db dbname=x", "host=db dbname=x"), ("sqlite:/a/b@c:d.db", "sqlite:/a/b@c:d.db"),
        ]
    )
    func masked(location: String, shown: String) throws {
        let configuration = try #require(loadYAML("storage: { database: \"\(location)\" }").configuration)
        let text = ConfigurationPrinter().yaml(configuration)
        #expect(!text.contains("canary"))
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("  database:") })
        #expect(line.dropFirst("  database: ".count).replacing("\"", with: "") == shown)
    }

    @Test("a hidden password is never taken for a password")
    func maskIsNoPassword() throws {
        let result = loadYAML("storage: { database: 'postgres://me:***@db/x', redis: 'redis://:***@x' }")
        #expect(try #require(result.configuration).storage == StorageConfiguration())
        #expect(result.warnings.count == 2, "\(result.report)")
    }
}

@Suite("Who may make an account")
struct RegistrationConfigurationTests {
    private func registration(_ text: String, environment: [String: String] = [:]) throws -> RegistrationPolicy {
        let result = loadYAML("auth: { registration: \(text) }", environment: environment)
        return try #require(result.configuration, "\(result.report)").auth.registration
    }

    @Test("off, open, domains, and domains with tenants")
    func forms() throws {
        #expect(try registration("off") == .off)
        #expect(try registration("open") == .open)
        #expect(
            try registration("[Example.com, b.org]") == .domains([.init(name: "example.com"), .init(name: "b.org")]))
        #expect(try registration("example.com") == .domains([.init(name: "example.com")]))
        #expect(try registration("{ example.com: acme }") == .domains([.init(name: "example.com", tenant: "acme")]))
        let variable = ["SLUICE_AUTH_REGISTRATION": "a.com, b.com"]
        #expect(
            try registration("off", environment: variable) == .domains([.init(name: "a.com"), .init(name: "b.com")]))
    }

    @Test(
        "what is no domain is an error",
        arguments: ["'*.example.com'", "com", "[a.com, '']", "{ a.com: '' }", "''", "[]", "a@b.com"])
    func errors(text: String) {
        #expect(loadYAML("auth: { registration: \(text) }").configuration == nil)
    }

    @Test("it needs a database")
    func needsDatabase() {
        #expect(loadYAML("auth: { registration: open }\nstorage: { database: off }").configuration == nil)
    }

    @Test("a domain is that of the whole address")
    func tenants() {
        let domains = RegistrationPolicy.domains([.init(name: "a.com"), .init(name: "b.com", tenant: "b")])
        #expect(domains.tenant(of: "x@a.com") == .some(nil))
        #expect(domains.tenant(of: "x@b.com") == .some("b"))
        #expect(domains.tenant(of: "x@sub.a.com") == nil)
        #expect(domains.tenant(of: "a.com") == nil)
        #expect(domains.tenant(of: "x@a.com@evil.com") == nil)
        #expect(RegistrationPolicy.off.tenant(of: "x@a.com") == nil)
        #expect(RegistrationPolicy.open.tenant(of: "x@a.com") == .some(nil))
    }
}
