import SluiceCore
import Synchronization

/// What is known of one target, shared by all loops and snapshots: its breaker, how many exchanges run on it, how fast it is, and
/// which credentials it limits.
///
/// What a choice looks at are atomics; what the end of an attempt changes is behind a lock that is held for nanoseconds.
final class TargetHealth: Sendable {
    private struct State {
        var breaker = CircuitBreaker()
        var firstToken = LatencyAverage()
        var perToken = LatencyAverage()
        var limits: [UInt64: Limit] = [:]
    }

    /// A credential's limit on this target.
    private struct Limit {
        var until: MonotonicTime
        var times: Int
    }

    /// A target that said nothing for this long, and for this many times its average, is behind all that answer.
    private static let silenceNanoseconds: Int64 = 2_000_000_000
    private static let silenceFactor = 4.0

    /// A number of its own in this process; never 0.
    let id: UInt32
    /// A number that is the same in every process.
    let seed: UInt64
    private let gate = Atomic<Int64>(0)
    private let limitedUntil = Atomic<Int64>(0)
    private let live = Atomic<Int>(0)
    private let waiting = Atomic<Int>(0)
    private let answeredAt = Atomic<Int64>(0)
    private let firstTokenBits = Atomic<UInt64>((-1.0).bitPattern)
    private let perTokenBits = Atomic<UInt64>((-1.0).bitPattern)
    // After what choices read, so that those lie close together.
    private let state = Mutex(State())

    init(id: UInt32, seed: UInt64) {
        self.id = id
        self.seed = seed
    }

    /// The exchanges that run.
    var liveCount: Int { self.live.load(ordering: .relaxed) }

    /// Where the breaker stands.
    var breakerState: CircuitBreaker.State { self.state.withLock { $0.breaker.state } }

    /// The moment from which an attempt may pass the breaker: see ``CircuitBreaker/gate``.
    var opensAt: Int64 { self.gate.load(ordering: .relaxed) }

    /// Whether no credential is limited here.
    func hasNoLimits(now: MonotonicTime) -> Bool { self.limitedUntil.load(ordering: .relaxed) <= now.nanoseconds }

    /// Until when a credential is limited here.
    func limit(of credential: UInt64) -> MonotonicTime? { self.state.withLock { $0.limits[credential]?.until } }

    /// The average that counts for a request, in nanoseconds; less than zero when nothing was measured, more than any average
    /// when exchanges wait and the target has said nothing for long.
    func time(usesFirstToken: Bool, now: MonotonicTime) -> Double {
        let first = Double(bitPattern: self.firstTokenBits.load(ordering: .relaxed))
        let value = usesFirstToken ? first : Double(bitPattern: self.perTokenBits.load(ordering: .relaxed))
        guard self.waiting.load(ordering: .relaxed) > 0 else { return value }
        let silence = now.nanoseconds &- self.answeredAt.load(ordering: .relaxed)
        guard silence > Self.silenceNanoseconds, Double(silence) > Self.silenceFactor * first else { return value }
        return Double(silence) + 1e15
    }

    /// Lets an attempt pass the breaker, and counts it as running when it does.
    func begin(now: MonotonicTime, isLastResort: Bool, _ settings: BreakerSettings) -> CircuitBreaker.Passage {
        var passage = CircuitBreaker.Passage.ordinary
        if self.opensAt != 0, settings.isOn {
            passage = self.state.withLock { state in
                let passage = state.breaker.pass(now: now, isLastResort: isLastResort)
                self.gate.store(state.breaker.gate, ordering: .relaxed)
                return passage
            }
        }
        guard passage != .refused else { return .refused }
        self.live.wrappingAdd(1, ordering: .relaxed)
        if self.waiting.wrappingAdd(1, ordering: .relaxed).oldValue == 0 {
            self.answeredAt.store(now.nanoseconds, ordering: .relaxed)
        }
        return passage
    }

    /// The answer has begun.
    func answered(
        isProbe: Bool,
        firstTokenNanoseconds: Int64?,
        now: MonotonicTime,
        _ settings: HealthSettings
    ) -> CircuitBreaker.Transition? {
        self.waiting.wrappingSubtract(1, ordering: .relaxed)
        self.answeredAt.store(now.nanoseconds, ordering: .relaxed)
        return self.state.withLock { state in
            if let firstTokenNanoseconds { self.addFirstToken(firstTokenNanoseconds, now, &state) }
            let transition = state.breaker.succeeded(isProbe: isProbe, now: now, settings.breaker)
            self.gate.store(state.breaker.gate, ordering: .relaxed)
            return transition
        }
    }

    /// How long each token of an answer took.
    func measured(perOutputTokenNanoseconds: Int64, now: MonotonicTime) {
        self.state.withLock { state in
            state.perToken.add(perOutputTokenNanoseconds, now: now)
            self.perTokenBits.store(state.perToken.value.bitPattern, ordering: .relaxed)
        }
    }

    /// The attempt failed by the target's fault.
    ///
    /// - Parameter waitedNanoseconds: how long it waited in vain for the answer to begin, if it timed out.
    func failed(
        isProbe: Bool,
        waitedNanoseconds: Int64?,
        now: MonotonicTime,
        _ settings: HealthSettings
    ) -> CircuitBreaker.Transition? {
        self.state.withLock { state in
            if let waitedNanoseconds { self.addFirstToken(waitedNanoseconds, now, &state) }
            let transition = state.breaker.failed(isProbe: isProbe, now: now, settings.breaker)
            self.gate.store(state.breaker.gate, ordering: .relaxed)
            return transition
        }
    }

    /// The probe was answered by a refusal that is not the target's fault: it is alive.
    func revived(now: MonotonicTime, _ settings: HealthSettings) -> CircuitBreaker.Transition? {
        self.state.withLock { state in
            let transition = state.breaker.succeeded(isProbe: true, now: now, settings.breaker)
            self.gate.store(state.breaker.gate, ordering: .relaxed)
            return transition
        }
    }

    /// The attempt ended without saying anything of the target but this: the answer had not begun after so long.
    func abandoned(isProbe: Bool, waitedNanoseconds: Int64?, now: MonotonicTime) {
        let isWorse = waitedNanoseconds.map {
            Double($0) > Double(bitPattern: self.firstTokenBits.load(ordering: .relaxed))
        }
        guard isProbe || isWorse == true else { return }
        self.state.withLock { state in
            if isWorse == true, state.firstToken.value >= 0, let waitedNanoseconds {
                self.addFirstToken(waitedNanoseconds, now, &state)
            }
            state.breaker.abandoned(isProbe: isProbe, now: now)
            self.gate.store(state.breaker.gate, ordering: .relaxed)
        }
    }

    /// The attempt is over, however it went.
    func end(hadAnswered: Bool) {
        self.live.wrappingSubtract(1, ordering: .relaxed)
        if !hadAnswered { self.waiting.wrappingSubtract(1, ordering: .relaxed) }
    }

    /// The target limits a credential. Returns until when it is left alone.
    func limited(
        _ credential: UInt64,
        retryAfterNanoseconds: Int64?,
        now: MonotonicTime,
        _ settings: BenchSettings
    ) -> MonotonicTime {
        self.state.withLock { state in
            let known = state.limits[credential]
            // Attempts that ran side by side are limited together: that is once.
            let times = known.map { $0.until > now ? $0.times : min($0.times + 1, 64) } ?? 0
            let time = min(retryAfterNanoseconds ?? settings.limited(times: times), settings.limitedLimitNanoseconds)
            let limit = Limit(until: max(known?.until ?? now, now + max(0, time)), times: times)
            state.limits[credential] = limit
            self.raise(limit.until)
            // Credentials that were replaced leave their limits behind.
            if state.limits.count > 64 { state.limits = state.limits.filter { $0.value.until > now } }
            return limit.until
        }
    }

    /// A credential worked here: its next limit begins short again.
    func worked(_ credential: UInt64, now: MonotonicTime) {
        // Nothing was ever limited: the common case takes no lock.
        guard self.limitedUntil.load(ordering: .relaxed) != 0 else { return }
        self.state.withLock { state in
            if let limit = state.limits[credential], limit.until <= now { state.limits[credential] = nil }
            if state.limits.isEmpty { self.limitedUntil.store(0, ordering: .relaxed) }
        }
    }

    /// Averages in nanoseconds; `nil` where nothing was measured.
    var averages: (firstToken: Int64?, perToken: Int64?) {
        func value(_ bits: UInt64) -> Int64? {
            let value = Double(bitPattern: bits)
            return value < 0 ? nil : Int64(min(value, 1e18))
        }
        return (
            value(self.firstTokenBits.load(ordering: .relaxed)), value(self.perTokenBits.load(ordering: .relaxed))
        )
    }

    private func addFirstToken(_ nanoseconds: Int64, _ now: MonotonicTime, _ state: inout State) {
        state.firstToken.add(nanoseconds, now: now)
        self.firstTokenBits.store(state.firstToken.value.bitPattern, ordering: .relaxed)
    }

    /// Under the lock.
    private func raise(_ until: MonotonicTime) {
        if until.nanoseconds > self.limitedUntil.load(ordering: .relaxed) {
            self.limitedUntil.store(until.nanoseconds, ordering: .relaxed)
        }
    }
}
