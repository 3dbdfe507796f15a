import SluiceCore
import Testing

@testable import SluiceIdentity

@Suite("When an issuer's keys are fetched")
struct JWKSStateTests {
    /// A state in a reference, so that expectations can advance it.
    private final class Machine {
        private(set) var state: JWKSState

        init(keepSeconds: Int) { self.state = JWKSState(keepKeys: .seconds(keepSeconds)) }

        func begin(at now: UnixTime) -> Bool { self.state.begin(at: now) }
        func search(at now: UnixTime) -> Bool { self.state.search(at: now) }
        func fail(at now: UnixTime, jitter: Double) { self.state.fail(at: now, jitter: jitter) }

        func succeed(_ keys: KeySet, maxAgeSeconds: Int?, at now: UnixTime) {
            self.state.succeed(keys, maxAgeSeconds: maxAgeSeconds, at: now)
        }
    }

    private let now = TestIssuer.now

    private func keys() async throws -> KeySet {
        try #require(await KeySet(TestIssuer.keySet([TestIssuer.ellipticCurve(.es256)])))
    }

    private func isGood(_ machine: Machine, _ time: UnixTime) -> Bool {
        if case .keys = machine.state.answer(at: time) { true } else { false }
    }

    private func isUnavailable(_ machine: Machine, _ time: UnixTime) -> Bool {
        if case .unavailable = machine.state.answer(at: time) { true } else { false }
    }

    @Test("keys are pending until the first fetch has ended, and then there or unavailable")
    func first() async throws {
        let state = Machine(keepSeconds: 3600)
        #expect(!self.isGood(state, self.now) && !self.isUnavailable(state, self.now))
        #expect(state.begin(at: self.now))
        #expect(!state.begin(at: self.now))
        let failed = Machine(keepSeconds: 3600)
        #expect(failed.begin(at: self.now))
        failed.fail(at: self.now, jitter: 1)
        #expect(self.isUnavailable(failed, self.now))
        state.succeed(try await self.keys(), maxAgeSeconds: nil, at: self.now)
        #expect(self.isGood(state, self.now))
    }

    @Test(
        "keys are fetched anew when the issuer's word ends, within bounds",
        arguments: [(nil, 900), (0, 300), (600, 600), (1 << 40, 86_400)] as [(Int?, Int)])
    func freshness(age: Int?, seconds: Int) async throws {
        let state = Machine(keepSeconds: 1_000_000)
        _ = state.begin(at: self.now)
        state.succeed(try await self.keys(), maxAgeSeconds: age, at: self.now)
        #expect(!state.begin(at: self.now.advanced(by: .milliseconds(seconds * 1000 - 1))))
        #expect(state.begin(at: self.now + seconds))
    }

    @Test("keys outlive an outage of the issuer for the stated time, and not longer")
    func outage() async throws {
        let state = Machine(keepSeconds: 3600)
        _ = state.begin(at: self.now)
        state.succeed(try await self.keys(), maxAgeSeconds: nil, at: self.now)
        var time = self.now + 900
        var attempts = 0
        while time < self.now + 3600 {
            if state.begin(at: time) {
                attempts += 1
                state.fail(at: time, jitter: 1)
            }
            #expect(self.isGood(state, time))
            time = time + 1
        }
        // Pauses of 2, 4, 8 seconds and so on, up to five minutes.
        #expect((12...18).contains(attempts), "\(attempts)")
        #expect(self.isUnavailable(state, self.now + 3600))
        _ = state.begin(at: self.now + 4000)
        state.succeed(try await self.keys(), maxAgeSeconds: nil, at: self.now + 4000)
        #expect(self.isGood(state, self.now + 4001))
    }

    @Test("keys that nobody knows are looked for once in a while")
    func search() async throws {
        let state = Machine(keepSeconds: 3600)
        _ = state.begin(at: self.now)
        state.succeed(try await self.keys(), maxAgeSeconds: nil, at: self.now)
        #expect(!state.begin(at: self.now))
        #expect(state.search(at: self.now))
        // All that come before the fetch has ended wait for the same one.
        #expect(state.search(at: self.now))
        #expect(state.begin(at: self.now))
        #expect(state.search(at: self.now))
        state.succeed(try await self.keys(), maxAgeSeconds: nil, at: self.now)
        #expect(!state.search(at: self.now + 29))
        #expect(!state.begin(at: self.now + 29))
        #expect(state.search(at: self.now + 30))
        // A clock that was set back does not end it.
        _ = state.begin(at: self.now + 30)
        state.fail(at: self.now + 30, jitter: 0)
        #expect(state.search(at: self.now))
    }
}
