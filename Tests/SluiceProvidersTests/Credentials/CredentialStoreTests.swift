import SluiceCore
import Synchronization
import Testing

@testable import SluiceProviders

@Suite("Credentials that are kept fresh", .timeLimit(.minutes(1)))
struct CredentialStoreTests {
    private static let start: Int64 = 1_800_000_000

    private static func store() throws -> CredentialStore {
        let source = try CredentialSource.googleMetadata(#require(GoogleMetadataSource("h")))
        return CredentialStore(name: "p", source: source)
    }

    private static func value(_ text: String, until end: Int64?) -> Result<ExpiringCredential, CredentialError> {
        .success(ExpiringCredential(.bearer(Secret(text)), expiresAt: end))
    }

    /// Begins to wait, and returns once the store knows.
    private static func waiting(_ store: CredentialStore) async -> Task<GatewayError?, Never> {
        await withCheckedContinuation { continuation in
            let once = Mutex<CheckedContinuation<Task<GatewayError?, Never>, Never>?>(continuation)
            let started = Mutex<Task<GatewayError?, Never>?>(nil)
            _ = started
            let box = WakeBox()
            store.setWake { box.fire() }
            let task = Task<GatewayError?, Never> {
                do throws(GatewayError) {
                    try await store.prepare()
                    return nil
                } catch {
                    return error
                }
            }
            box.set { once.withLock { $0.take() }?.resume(returning: task) }
        }
    }

    /// Calls a closure once, when both it and the signal are there.
    private final class WakeBox: Sendable {
        private let state = Mutex<(hasFired: Bool, action: (@Sendable () -> Void)?)>((false, nil))

        func fire() {
            let action = self.state.withLock { state in
                state.hasFired = true
                return state.action
            }
            action?()
        }

        func set(_ action: @escaping @Sendable () -> Void) {
            let isDue = self.state.withLock { state in
                state.action = action
                return state.hasFired
            }
            if isDue { action() }
        }
    }

    @Test("what is fixed is there at once, and what is missing is refused at once")
    func fixed() async throws {
        let fixed = CredentialStore(name: "p", source: .fixed(.bearer(Secret("t"))))
        try await fixed.prepare()
        #expect(fixed.value == .bearer(Secret("t")))
        #expect(fixed.poll(now: Self.start) == nil)
        let missing = CredentialStore(name: "p", source: .missing(CredentialError("why")))
        let error = await #expect(throws: GatewayError.self) { try await missing.prepare() }
        #expect(error?.message == "No credentials for the provider p; the gateway's log says why.")
        #expect(missing.poll(now: Self.start) == nil)
    }

    @Test("one refresh at a time; those who wait get its value")
    func first() async throws {
        let store = try Self.store()
        #expect(store.poll(now: Self.start) != nil)
        #expect(store.poll(now: Self.start) == nil)
        let waiters = [await Self.waiting(store), await Self.waiting(store)]
        store.finish(Self.value("t", until: Self.start + 3600), now: Self.start, jitter: 0)
        for waiter in waiters { #expect(await waiter.value == nil) }
        try await store.prepare()
        #expect(store.value == .bearer(Secret("t")))
    }

    @Test("a failure ends all waits with its reason; until the next attempt nobody waits again")
    func failure() async throws {
        let store = try Self.store()
        #expect(store.poll(now: Self.start) != nil)
        let waiter = await Self.waiting(store)
        store.finish(.failure(CredentialError("no route")), now: Self.start, jitter: 1)
        #expect(await waiter.value?.message == "No credentials for the provider p; the gateway's log says why.")
        await #expect(throws: GatewayError.self) { try await store.prepare() }
        #expect(store.poll(now: Self.start + 1) == nil)
        #expect(store.poll(now: Self.start + 2) != nil)
        store.finish(Self.value("t", until: nil), now: Self.start + 2, jitter: 0)
        try await store.prepare()
    }

    @Test("the pause after failures grows, and is bounded", arguments: [0, 0.5, 1, -7, 7, .nan] as [Double])
    func backoff(jitter: Double) throws {
        let store = try Self.store()
        var now = Self.start
        var pauses: [Int64] = []
        for _ in 0..<12 {
            var waited: Int64 = 0
            while store.poll(now: now) == nil {
                now += 1
                waited += 1
                try #require(waited <= 60)
            }
            pauses.append(waited)
            store.finish(.failure(CredentialError("x")), now: now, jitter: jitter)
        }
        #expect(pauses == pauses.sorted())
        #expect((pauses.last ?? 0) >= 30)
    }

    @Test("a value is replaced before its end, and stays in force when that fails")
    func refresh() async throws {
        let store = try Self.store()
        _ = store.poll(now: Self.start)
        store.finish(Self.value("old", until: Self.start + 3600), now: Self.start, jitter: 0)
        var now = Self.start
        while store.poll(now: now) == nil { now += 1 }
        // Google's server has no other before.
        #expect(now == Self.start + 3600 - 225)
        store.finish(.failure(CredentialError("x")), now: now, jitter: 0)
        #expect(store.value == .bearer(Secret("old")))
        try await store.prepare()
        while store.poll(now: now) == nil { now += 1 }
        store.finish(Self.value("new", until: now + 3600), now: now, jitter: 1)
        #expect(store.value == .bearer(Secret("new")))
    }

    @Test("a value that has ended is gone")
    func expiry() async throws {
        let store = try Self.store()
        _ = store.poll(now: Self.start)
        store.finish(Self.value("t", until: Self.start + 100), now: Self.start, jitter: 0)
        _ = store.poll(now: Self.start + 99)
        #expect(store.value != nil)
        _ = store.poll(now: Self.start + 100)
        #expect(store.value == nil)
    }

    @Test("who hands out the same value again is not asked all the time")
    func same() throws {
        let store = try Self.store()
        _ = store.poll(now: Self.start)
        store.finish(Self.value("t", until: Self.start + 35), now: Self.start, jitter: 1)
        #expect(store.poll(now: Self.start + 29) == nil)
        #expect(store.poll(now: Self.start + 30) != nil)
    }

    @Test("a wait ends after its limit")
    func limit() async throws {
        let store = try Self.store()
        _ = store.poll(now: Self.start)
        let waiter = await Self.waiting(store)
        _ = store.poll(now: Self.start + CredentialStore.waitLimitSeconds - 1)
        _ = store.poll(now: Self.start + CredentialStore.waitLimitSeconds)
        #expect(await waiter.value?.message == "No credentials for the provider p; the gateway's log says why.")
    }

    @Test("a request that is given up waits no longer")
    func cancelled() async throws {
        let store = try Self.store()
        _ = store.poll(now: Self.start)
        let waiter = await Self.waiting(store)
        waiter.cancel()
        #expect(await waiter.value?.kind == .upstreamCredentials)
        store.finish(Self.value("t", until: nil), now: Self.start, jitter: 0)
    }

    @Test("the end of the process ends all waits")
    func close() async throws {
        let store = try Self.store()
        _ = store.poll(now: Self.start)
        let waiter = await Self.waiting(store)
        store.close()
        #expect(await waiter.value?.message == "No credentials for the provider p; the gateway's log says why.")
    }

    @Test("the number of those who wait is bounded")
    func waiters() throws {
        var state = CredentialState(source: try CredentialSource.googleMetadata(#require(GoogleMetadataSource("h"))))
        _ = state.poll(now: Self.start)
        for _ in 0..<CredentialStore.waiterLimit {
            guard case .wait = state.enter() else {
                Issue.record("refused too early")
                return
            }
        }
        guard case .refused = state.enter() else {
            Issue.record("not bounded")
            return
        }
    }

    @Test("a value that comes between taking a place and waiting there is not missed")
    func race() throws {
        var state = CredentialState(source: try CredentialSource.googleMetadata(#require(GoogleMetadataSource("h"))))
        _ = state.poll(now: Self.start)
        guard case .wait = state.enter() else {
            Issue.record("no place")
            return
        }
        #expect(state.finish(Self.value("t", until: nil), now: Self.start, jitter: 0).isEmpty)
        guard case .ready = state.enter() else {
            Issue.record("the value is not seen")
            return
        }
    }

    @Test("many wait on many threads while values come", .timeLimit(.minutes(1)))
    func concurrent() async throws {
        let store = try Self.store()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<64 {
                group.addTask { for _ in 0..<50 { try? await store.prepare() } }
            }
            group.addTask {
                for step in 0..<400 {
                    let now = Self.start + Int64(step)
                    if store.poll(now: now) != nil {
                        store.finish(
                            step % 3 == 0 ? .failure(CredentialError("x")) : Self.value("t", until: now + 1), now: now,
                            jitter: 0)
                    }
                    await Task.yield()
                }
                store.close()
                _ = store.poll(now: Self.start + 1_000_000)
                store.finish(Self.value("t", until: nil), now: Self.start + 1_000_000, jitter: 0)
            }
        }
        #expect(store.value == .bearer(Secret("t")))
    }
}
