import FoundationEssentials
import Glibc
import SluiceCore
import Testing

@testable import SluiceStores

/// The servers that `scripts/test-servers.sh run` started, as it says in the environment.
enum TestServers {
    /// Shown where tests are skipped.
    static let hint: Comment = "skipped: no test servers; run the tests by scripts/test-servers.sh run swift test"

    private static func variable(_ name: String) -> String? {
        ProcessInfo.processInfo.environment["SLUICE_TEST_\(name)"].flatMap { $0.isEmpty ? nil : $0 }
    }

    static var postgres: String? { self.variable("POSTGRES_URL") }
    static var unsteadyPostgres: String? { self.variable("POSTGRES_UNSTEADY_URL") }
    static var redis: String? { self.variable("REDIS_URL") }
    static var secureRedis: String? { self.variable("REDIS_TLS_URL") }
    static var unsteadyRedis: String? { self.variable("REDIS_UNSTEADY_URL") }
    static var authority: String? { self.variable("CA") }
    static var areRequired: Bool { self.variable("SERVERS_REQUIRED") == "1" }

    enum Act: String, Sendable {
        case stop
        case start
        case pause
        case resume
    }

    /// Stops, starts, pauses or resumes one of the unsteady servers, and returns when that is done.
    static func act(_ act: Act, on server: String) async throws {
        let script = try #require(self.variable("SERVERS_SCRIPT"))
        let status = await withCheckedContinuation { continuation in
            // Waiting for a process blocks, so it has a thread of its own.
            do {
                try BlockingThread.start("test-act") {
                    continuation.resume(returning: Self.run([script, act.rawValue, server]))
                }
            } catch {
                continuation.resume(returning: -1)
            }
        }
        try #require(status == 0)
    }

    private static func run(_ arguments: [String]) -> Int32 {
        let copies: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        let variables: [UnsafeMutablePointer<CChar>?] =
            ProcessInfo.processInfo.environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for copy in copies + variables { free(copy) } }
        var process = pid_t()
        guard posix_spawn(&process, arguments[0], nil, nil, copies, variables) == 0 else { return -1 }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 {
            guard errno == EINTR else { return -1 }
        }
        return status
    }
}

@Suite("Test servers")
struct TestServersTests {
    @Test("where all tests are asked for, the servers are there")
    func required() {
        guard TestServers.areRequired else { return }
        #expect(TestServers.postgres != nil && TestServers.unsteadyPostgres != nil)
        #expect(TestServers.redis != nil && TestServers.secureRedis != nil && TestServers.unsteadyRedis != nil)
    }

    @Test("PostgreSQL is part of the conformance tests", .enabled(if: TestServers.postgres != nil, TestServers.hint))
    func postgres() {
        #expect(TestDatabase.kinds == [.sqlite, .postgresql])
    }
}
