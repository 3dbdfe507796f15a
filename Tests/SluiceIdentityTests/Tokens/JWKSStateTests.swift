import SluiceCore
import Testing

@testable import SluiceIdentity

@Suite("When an issuer's keys are fetched")
struct JWKSStateTests {
    private let now = TestIssuer.now

    private func keys() async throws -> KeySet {
        try #require(await KeySet(TestIssuer.keySet([TestIssuer.ellipticCurve(.es256)])))
    }

    private func isGood(_ state: JWKSState, _ time: UnixTime) -> Bool {
        if case .keys = state.answer(at: time) { true } else { false }
    }

    private func isUnavailable(_ state: JWKSState, _ time: UnixTime) -> Bool {
        if case .unavailable = state.answer(at: time) { true } else { false }
    }

    @Test("keys are pending until the first fetch has ended, and then there or unavailable")
    func first() async throws {
        var state = JWKSState(keepKeys: .seconds(3600))
        #expect(!self.isGood(state, self.now) && !self.isUnavailable(state, self.now))
        #expect(state.begin(at: self.now))
        #expect(!state.begin(at: self.now))
        var failed = state
        failed.fail(at: self.now, jitter: 1)
        #expect(self.isUnavailable(failed, self.now))
        state.succeed(try await self.keys(), maxAgeSeconds: nil, at: self.now)
        #expect(self.isGood(state, self.now))
    }

    @Test(
        "keys are fetched anew when the issuer's word ends, within bounds",
        arguments: [(nil, 900), (0, 300), (600, 600), (1 << 40, 86_400)] as [(Int?, Int)])
    func freshness(age: Int?, seconds: Int) async throws {
        var state = JWKSState(keepKeys: .seconds(1_000_000))
        _ = state.begin(at: self.now)
        state.succeed(try await self.keys(), maxAgeSeconds: age, at: self.now)
        #expect(!state.begin(at: self.now.advanced(by: .milliseconds(seconds * 1000 - 1))))
        #expect(state.begin(at: self.now + seconds))
    }

    @Test("keys outlive an outage of the issuer for the stated time, and not longer")
    func outage() async throws {
        var state = JWKSState(keepKeys: .seconds(3600))
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
        var state = JWKSState(keepKeys: .seconds(3600))
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
