import SluiceCore
import Testing

@testable import SluiceStores

@Suite("Locations and names of Redis")
struct RedisLocationTests {
    @Test("all parts are read")
    func parts() throws {
        let location = try RedisLocation("rediss://us%3Aer:p%40ss%2F@cache.example.com:7000/3")
        #expect(location.isSecure && location.host == "cache.example.com" && location.port == 7000)
        #expect(location.user == "us:er" && location.password == Secret("p@ss/") && location.database == 3)
        #expect("\(location)" == "rediss://cache.example.com:7000/3")
        let plain = try RedisLocation("redis://[::1]")
        #expect(!plain.isSecure && plain.host == "::1" && plain.port == 6379 && plain.user == nil)
        let secret = try RedisLocation("redis://:only@h/")
        #expect(secret.user == nil && secret.password == Secret("only") && secret.database == 0)
    }

    @Test(
        "all else is refused, and not repeated",
        arguments: [
            "", "redis://", "http://h", "redis://s3cret@h", "redis://h:0", "redis://h:x", "redis://h/x", "redis://h/-1",
            "redis://u:%zz@h", "redis://h?x=1",
        ])
    func refused(text: String) {
        let error = #expect(throws: StoreError.self) { try RedisLocation(text) }
        #expect(error?.kind == .misconfigured && error?.message.contains("s3cret") == false)
    }

    @Test("all keys of a deployment have its hash tag, and a name cannot end it")
    func keyspace() throws {
        let keyspace = try RedisKeyspace(deployment: "eu-1")
        #expect(keyspace.key("limit", "a", "b") == "{sluice:eu-1}:limit:a:b")
        for bad in ["", "a}", "{", "a b", String(repeating: "x", count: 65)] {
            #expect(throws: StoreError.self) { try RedisKeyspace(deployment: bad) }
        }
    }

    @Test("commands are written with lengths in bytes")
    func command() {
        #expect(RedisCommand("SET", "é", "").encoded == Array("*3\r\n$3\r\nSET\r\n$2\r\né\r\n$0\r\n\r\n".utf8))
    }

    @Test("a script is known by its SHA-1")
    func script() {
        #expect(RedisScript("return 1").digest == "e0e1f9fabfc9d4800c877a703b823ac0578ff8db")
    }
}
