public import SluiceCore

/// Leaves alone what fails: counts failures, keeps attempts away for a while, then lets a single one find out.
///
/// A value without clock. What holds it reports every attempt that it let pass exactly once: succeeded, failed or abandoned.
public struct CircuitBreaker: Sendable {
    /// Where it stands.
    public enum State: Sendable, Hashable {
        /// All attempts pass and are counted. Leads to `open`.
        case closed
        /// No attempt passes until then; the first one after it is the probe. Leads to `halfOpen`.
        case open(until: MonotonicTime)
        /// The probe runs and no other attempt passes. Leads to `closed` when it succeeds, to `open` when it fails; when it is
        /// abandoned to `open` with the cool-down over, so that the next attempt is the probe.
        case halfOpen
    }

    /// What changed, for the log and for counters.
    public enum Transition: Sendable, Hashable {
        /// It has opened, or stays open after a failed probe.
        case opened(until: MonotonicTime)
        /// It has closed.
        case closed
    }

    /// How an attempt passes.
    enum Passage: Sendable, Hashable {
        case ordinary
        /// As the one that finds out.
        case probe
        case refused
    }

    /// Where it stands.
    public private(set) var state = State.closed
    private var counts = SlidingCounts()
    private var failuresInRow = 0
    /// How often it was opened without a quiet window in between.
    private var openings = 0
    private var closedAt: MonotonicTime?

    /// Makes a closed breaker.
    public init() {}

    /// Lets an attempt pass or not.
    ///
    /// - Parameter isLastResort: whether it shall pass though the cool-down is not over.
    mutating func pass(now: MonotonicTime, isLastResort: Bool = false) -> Passage {
        switch self.state {
        case .closed:
            return .ordinary
        case .open(let until):
            guard now >= until || isLastResort else { return .refused }
            self.state = .halfOpen
            return .probe
        case .halfOpen:
            return isLastResort ? .ordinary : .refused
        }
    }

    /// An attempt succeeded. What an attempt says that passed before the breaker opened, and is no probe, changes nothing then.
    mutating func succeeded(isProbe: Bool, now: MonotonicTime, _ settings: BreakerSettings) -> Transition? {
        switch self.state {
        case .closed:
            self.failuresInRow = 0
            self.counts.add(first: 1, second: 0, now: now, windowNanoseconds: settings.windowNanoseconds)
            return nil
        case .halfOpen where isProbe:
            self.state = .closed
            self.counts = SlidingCounts()
            self.failuresInRow = 0
            self.closedAt = now
            return .closed
        case .halfOpen, .open:
            return nil
        }
    }

    /// An attempt failed by the fault of what the breaker guards.
    mutating func failed(isProbe: Bool, now: MonotonicTime, _ settings: BreakerSettings) -> Transition? {
        switch self.state {
        case .closed:
            guard settings.isOn else { return nil }
            self.failuresInRow += 1
            self.counts.add(first: 1, second: 1, now: now, windowNanoseconds: settings.windowNanoseconds)
            guard self.trips(now: now, settings) else { return nil }
            // What opens again soon after it closed is not well yet.
            let isRelapse = self.closedAt.map { now - $0 < settings.windowNanoseconds } ?? false
            self.openings = isRelapse ? self.openings + 1 : 0
            return self.open(now: now, settings)
        case .halfOpen where isProbe:
            self.openings += 1
            return self.open(now: now, settings)
        case .halfOpen, .open:
            return nil
        }
    }

    /// An attempt ended and says nothing of what the breaker guards: a probe's place is free again.
    mutating func abandoned(isProbe: Bool, now: MonotonicTime) {
        guard isProbe, case .halfOpen = self.state else { return }
        self.state = .open(until: now)
    }

    private func trips(now: MonotonicTime, _ settings: BreakerSettings) -> Bool {
        if settings.consecutiveFailures > 0, self.failuresInRow >= settings.consecutiveFailures { return true }
        var counts = self.counts
        let sums = counts.sums(now: now, windowNanoseconds: settings.windowNanoseconds)
        return sums.first >= max(1, settings.minimumVolume)
            && Double(sums.second) >= settings.failureRatio * Double(sums.first)
    }

    private mutating func open(now: MonotonicTime, _ settings: BreakerSettings) -> Transition {
        let until = now + settings.coolDown(failedProbes: self.openings)
        self.state = .open(until: until)
        self.closedAt = nil
        return .opened(until: until)
    }
}

extension CircuitBreaker {
    /// The moment from which an attempt may pass, for a look without a lock: 0 when it is closed, the end of time while a
    /// probe runs.
    var gate: Int64 {
        switch self.state {
        case .closed: 0
        case .open(let until): max(1, until.nanoseconds)
        case .halfOpen: .max
        }
    }
}
