import SluiceConfig
import SluiceCore
import SluicePipeline
import SluiceStores
import Synchronization
import Testing

@testable import SluiceServer

@Suite("Opening the database, and how it is")
struct StoreOpeningTests {
    /// Fails with these errors, one after the other, and then succeeds.
    private final class Tries: Sendable {
        let errors: Mutex<[StoreError]>
        let count = Mutex(0)

        init(_ kinds: [StoreError.Kind]) {
            self.errors = Mutex(kinds.map { StoreError($0, "in words") })
        }

        func next() throws(StoreError) {
            self.count.withLock { $0 += 1 }
            let error = self.errors.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            if let error { throw error }
        }
    }

    private static func opening(_ tries: Tries, pauses: @escaping @Sendable (Duration) -> Void = { _ in })
        -> (StoreOpening, StoreHealth)
    {
        let health = StoreHealth(logger: TestStores.logger)
        let opening = StoreOpening(
            open: { () async throws(StoreError) in try tries.next() }, health: health, pause: { pauses($0) },
            logger: TestStores.logger)
        return (opening, health)
    }

    @Test("one that answers is open at once")
    func open() async throws {
        let tries = Tries([])
        let (opening, health) = Self.opening(tries)
        try await opening.begin()
        #expect(opening.isOpen)
        #expect(health.outage == nil)
        await opening.run()
        #expect(tries.count.withLock { $0 } == 1)
    }

    @Test("one that is away is tried again, with longer and longer pauses, until it is there")
    func away() async throws {
        let tries = Tries([.unavailable, .unavailable, .timeout, .busy, .unavailable])
        let waits = Mutex<[Duration]>([])
        let (opening, health) = Self.opening(tries) { wait in waits.withLock { $0.append(wait) } }
        try await opening.begin()
        #expect(!opening.isOpen)
        #expect(health.outage?.error.kind == .unavailable)
        await opening.run()
        #expect(opening.isOpen)
        #expect(health.outage == nil)
        #expect(tries.count.withLock { $0 } == 6)
        for (index, wait) in waits.withLock({ $0 }).enumerated() {
            let bound = Duration.milliseconds(100 * (1 << index))
            #expect(wait >= bound / 2 && wait <= bound)
        }
    }

    @Test(
        "what waiting does not mend ends the start",
        arguments: [StoreError.Kind.misconfigured, .newerSchema, .corrupt, .full])
    func fatal(kind: StoreError.Kind) async {
        let (opening, _) = Self.opening(Tries([kind]))
        let failure = await #expect(throws: StartFailure.self) { try await opening.begin() }
        #expect(failure?.description == "the database cannot be used: in words")
    }

    @Test("a location that cannot be used ends the start, without its password")
    func location() {
        let configuration = StorageConfiguration(database: Secret("postgresql+x://me:canary@db"))
        let failure = #expect(throws: StartFailure.self) {
            _ = try Storage(configuration, health: StoreHealth(logger: TestStores.logger))
        }
        #expect(failure?.description.contains("storage.database") == true)
        #expect(failure?.description.contains("canary") == false)
    }

    @Test("an outage has the moment of its first failure and the reason of its last")
    func outage() {
        let now = Mutex<Int64>(1)
        let health = StoreHealth(
            now: { MonotonicTime(nanoseconds: now.withLock { $0 }) }, logger: TestStores.logger)
        health.failed(StoreError(.unavailable, "first"))
        now.withLock { $0 = 2 }
        health.failed(StoreError(.timeout, "last"))
        #expect(health.outage?.since == MonotonicTime(nanoseconds: 1))
        #expect(health.outage?.error.message == "last")
        // That a caller gave up says nothing of the database.
        health.failed(StoreError(.cancelled, "left"))
        #expect(health.outage?.error.message == "last")
        health.succeeded()
        health.failed(StoreError(.cancelled, "left"))
        #expect(health.outage == nil)
    }

    @Test(
        "it is not ready before the database was there, nor once known keys are no longer valid",
        arguments: [
            (false, nil as Int64?, false, "the database has not been reached since the start" as String?),
            (true, nil, false, nil), (true, nil, true, nil), (true, 0, false, nil), (true, 59, false, nil),
            (true, 60, false, "the database has been out of reach for longer than known keys are valid"),
            (true, 0, true, "the database cannot be reached"),
        ]
    )
    func readiness(isOpen: Bool, seconds: Int64?, needsDatabase: Bool, reason: String?) {
        let readiness = StorageReadiness(knownKeys: .seconds(60), needsDatabase: needsDatabase)
        let outage = seconds.map { _ in
            StoreHealth.Outage(error: StoreError(.unavailable, "x"), since: MonotonicTime(nanoseconds: 1000))
        }
        let now = MonotonicTime(nanoseconds: 1000 + (seconds ?? 0) * 1_000_000_000)
        #expect(readiness.reason(isOpen: isOpen, outage: outage, now: now) == reason)
    }

    @Test("everybody may see the kind of an outage, and nothing else of it")
    func state() {
        let error = StoreError(.unavailable, "could not connect to db.internal as me")
        let outage = StoreHealth.Outage(error: error, since: MonotonicTime(nanoseconds: 0))
        #expect(DependencyState(outage: outage) == .down(reason: "unavailable"))
        #expect(DependencyState(outage: nil) == .up)
    }

    @Test("metrics say who waits and what failed")
    func metrics() {
        let text = String(
            decoding: StoreMetrics.text(waitingCalls: 3, failures: [.timeout: 2, .busy: 1]), as: UTF8.self)
        #expect(text.contains("\nsluice_database_waiting_calls 3\n"))
        #expect(
            text.hasSuffix(
                "sluice_database_failures_total{error=\"busy\"} 1\nsluice_database_failures_total{error=\"timeout\"} 2\n"
            ))
    }
}
