/// Lets a repeated warning through only so often: the first at once, then one for each interval, saying how many were left out.
///
/// It is a pure value: the caller says what time it is, and guards it with its own lock or loop. At most `limit` kinds of
/// warning are kept apart; beyond that, those whose interval has passed are forgotten, and if there are none the warning
/// is held back, so that a flood of kinds is no flood of lines.
public struct WarningThrottle<Kind: Hashable & Sendable, Instant: InstantProtocol>: Sendable
where Instant.Duration == Duration {
    /// What to do with a warning.
    public enum Decision: Sendable, Hashable {
        /// Log it; `suppressed` like it were left out since the last.
        case log(suppressed: Int)
        /// Leave it out.
        case suppress
    }

    private struct Entry {
        var lastLogged: Instant
        var suppressed = 0
    }

    private let interval: Duration
    private let limit: Int
    private var entries: [Kind: Entry] = [:]
    private var lastSwept: Instant?
    /// How many kinds are remembered.
    public var count: Int { self.entries.count }

    /// Makes a throttle that lets each kind through once per `interval`.
    public init(interval: Duration, limit: Int = 1024) {
        self.interval = interval
        self.limit = max(limit, 1)
    }

    /// Says whether a warning of this kind is logged now.
    public mutating func decide(_ kind: Kind, now: Instant) -> Decision {
        if var entry = self.entries[kind] {
            guard entry.lastLogged.duration(to: now) >= self.interval else {
                entry.suppressed += 1
                self.entries[kind] = entry
                return .suppress
            }
            self.entries[kind] = Entry(lastLogged: now)
            return .log(suppressed: entry.suppressed)
        }
        if self.entries.count >= self.limit {
            self.sweep(now: now)
            guard self.entries.count < self.limit else { return .suppress }
        }
        self.entries[kind] = Entry(lastLogged: now)
        return .log(suppressed: 0)
    }

    /// Forgets kinds whose interval has passed; once per interval, so that a flood does not pay for it each time.
    private mutating func sweep(now: Instant) {
        if let lastSwept, lastSwept.duration(to: now) < self.interval { return }
        self.lastSwept = now
        let interval = self.interval
        self.entries = self.entries.filter { $0.value.lastLogged.duration(to: now) < interval }
    }
}
