import NIOCore
import NIOPosix
import SluiceCore
import Testing

@testable import SluiceStores

@Suite("Redis", .enabled(if: TestServers.redis != nil, TestServers.hint), .timeLimit(.minutes(2)))
struct RedisClientTests {
    private static let script = RedisScript(
        "local n = redis.call('INCRBY', KEYS[1], ARGV[1]); redis.call('INCRBY', KEYS[2], ARGV[1]); return {n, 'done'}")

    @discardableResult
    static func withClient<Value>(
        _ text: String?,
        _ settings: RedisSettings = RedisSettings(),
        _ body: (RedisClient) async throws -> Value
    ) async throws -> Value {
        var settings = settings
        if settings.commandTimeout == RedisSettings().commandTimeout { settings.commandTimeout = .seconds(10) }
        let location = try RedisLocation(try #require(text))
        let client = try RedisClient(location, settings: settings, group: MultiThreadedEventLoopGroup.singleton)
        do {
            let value = try await body(client)
            await client.close()
            return value
        } catch {
            await client.close()
            throw error
        }
    }

    private func keyspace() throws -> RedisKeyspace {
        try RedisKeyspace(deployment: "t\(UInt64.random(in: 0 ... .max))")
    }

    @Test("values come back as they went")
    func values() async throws {
        let keyspace = try self.keyspace()
        try await Self.withClient(TestServers.redis) { client async throws in
            let text = "日本\r\n\0 $5"
            #expect(try await client.send(["SET", keyspace.key("a"), text]) == .text("OK"))
            #expect(try await client.send(["GET", keyspace.key("a")]) == .bytes(Array(text.utf8)))
            #expect(try await client.send(["GET", keyspace.key("none")]) == .null)
            #expect(try await client.send(["INCR", keyspace.key("n")]) == .integer(1))
            #expect(
                try await client.send(["MGET", keyspace.key("a"), keyspace.key("none")])
                    == .list([.bytes(Array(text.utf8)), .null]))
            let large = String(repeating: "x", count: 3 << 20)
            _ = try await client.send(["SET", keyspace.key("large"), large])
            #expect(try await client.send(["GET", keyspace.key("large")]).textValue == large)
        }
    }

    @Test("a thousand commands at once are answered each with its own answer")
    func pipelining() async throws {
        let keyspace = try self.keyspace()
        try await Self.withClient(TestServers.redis) { client async throws in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<1000 {
                    group.addTask {
                        #expect(try await client.send(["ECHO", "\(index)"]).textValue == "\(index)")
                        _ = try await client.send(["INCR", keyspace.key("n")])
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await client.send(["GET", keyspace.key("n")]).integerValue == 1000)
        }
    }

    @Test("a script is sent once, and again after the server forgot it")
    func scripts() async throws {
        let keyspace = try self.keyspace()
        let keys = [keyspace.key("a"), keyspace.key("b")]
        try await Self.withClient(TestServers.redis) { client async throws in
            for total in 1...3 {
                let reply = try await client.evaluate(Self.script, keys: keys, arguments: ["1"])
                #expect(reply.elements?.first?.integerValue == Int64(total))
                #expect(reply.elements?.last?.textValue == "done")
                if total == 2 { _ = try await client.send(["SCRIPT", "FLUSH", "SYNC"]) }
            }
            await expectStoreError(.internal) { () async throws(StoreError) in
                try await client.evaluate(RedisScript("return nonsense("), keys: [], arguments: [])
            }
        }
    }

    @Test("an error reply has its kind, and none of the arguments")
    func errors() async throws {
        let keyspace = try self.keyspace()
        try await Self.withClient(TestServers.redis) { client async throws in
            let unknown = await expectStoreError(.internal) { () async throws(StoreError) in
                try await client.send(["NONSENSE", "s3cret"])
            }
            #expect(unknown?.description.contains("s3cret") == false)
            _ = try await client.send(["LPUSH", keyspace.key("list"), "x"])
            await expectStoreError(.corrupt) { () async throws(StoreError) in
                try await client.send(["INCR", keyspace.key("list")])
            }
        }
    }

    @Test("user, password and database of the location are used")
    func authentication() async throws {
        let server = try #require(TestServers.redis)
        let keyspace = try self.keyspace()
        try await Self.withClient(server.replacing("redis://", with: "redis://tester:a%25secret@") + "/5") {
            client async throws in
            #expect(try await client.send(["ACL", "WHOAMI"]).textValue == "tester")
            _ = try await client.send(["SET", keyspace.key("a"), "1"])
        }
        try await Self.withClient(server) { client async throws in
            #expect(try await client.send(["GET", keyspace.key("a")]) == .null)
            _ = try await client.send(["SELECT", "5"])
        }
        try await Self.withClient(server.replacing("redis://", with: "redis://tester:wrong@")) { client async throws in
            let error = await expectStoreError(.misconfigured) { () async throws(StoreError) in
                try await client.send(["PING"])
            }
            #expect(error?.description.contains("wrong") == false)
        }
    }

    @Test("TLS, with a certificate that is checked")
    func tls() async throws {
        var settings = RedisSettings()
        settings.authorityFile = TestServers.authority
        try await Self.withClient(TestServers.secureRedis, settings) { client async throws in
            #expect(try await client.send(["PING"]) == .text("PONG"))
        }
        // The system's authorities do not know the test server.
        try await Self.withClient(TestServers.secureRedis) { client async throws in
            await expectStoreError(.unavailable) { () async throws(StoreError) in try await client.send(["PING"]) }
        }
    }

    @Test("no more are on their way than may be")
    func bounded() async throws {
        var settings = RedisSettings()
        settings.commandsInFlight = 3
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let client = try RedisClient(
            try RedisLocation(try #require(TestServers.redis)), settings: settings, group: group)
        let kinds = await withTaskGroup(of: StoreError.Kind?.self, returning: [StoreError.Kind?: Int].self) { tasks in
            for _ in 0..<200 {
                tasks.addTask {
                    do throws(StoreError) {
                        _ = try await client.send(["PING"])
                        return nil
                    } catch {
                        return error.kind
                    }
                }
            }
            return await tasks.reduce(into: [:]) { counts, kind in counts[kind, default: 0] += 1 }
        }
        #expect(Set(kinds.keys).isSubset(of: [nil, .busy]))
        #expect((kinds[nil] ?? 0) >= 3)
        await client.close()
        await expectStoreError(.unavailable) { () async throws(StoreError) in try await client.send(["PING"]) }
        try await group.shutdownGracefully()
    }
}

@Suite(
    "Redis that goes away and comes back", .serialized,
    .enabled(if: TestServers.unsteadyRedis != nil, TestServers.hint), .timeLimit(.minutes(2)))
struct RedisOutageTests {
    private static let name = "redis-unsteady"

    private func untilItWorks(_ client: RedisClient) async {
        while true {
            do throws(StoreError) {
                _ = try await client.send(["PING"])
                return
            } catch {
                #expect(error.isRetryable, "\(error)")
                await Task.yield()
            }
        }
    }

    @Test("stopped and started: commands fail, then work again")
    func restart() async throws {
        try await RedisClientTests.withClient(TestServers.unsteadyRedis) { client async throws in
            _ = try await client.send(["PING"])
            try await TestServers.act(.stop, on: Self.name)
            for _ in 0..<20 {
                await expectStoreError(.unavailable) { () async throws(StoreError) in try await client.send(["PING"]) }
            }
            #expect(await client.failure()?.kind == .unavailable)
            try await TestServers.act(.start, on: Self.name)
            await self.untilItWorks(client)
        }
    }

    @Test("hung: commands end within their time, and work again when it wakes up")
    func pause() async throws {
        var settings = RedisSettings()
        settings.commandTimeout = .milliseconds(200)
        settings.connectTimeout = .milliseconds(300)
        try await RedisClientTests.withClient(TestServers.unsteadyRedis, settings) { client async throws in
            await self.untilItWorks(client)
            try await TestServers.act(.pause, on: Self.name)
            let clock = ContinuousClock()
            let started = clock.now
            await withTaskGroup(of: StoreError.Kind?.self) { group in
                for _ in 0..<30 {
                    group.addTask {
                        do throws(StoreError) {
                            _ = try await client.send(["PING"])
                            return nil
                        } catch {
                            return error.kind
                        }
                    }
                }
                for await kind in group { #expect(kind == .timeout || kind == .unavailable) }
            }
            #expect(started.duration(to: clock.now) < .seconds(5))
            try await TestServers.act(.resume, on: Self.name)
            await self.untilItWorks(client)
        }
    }
}
