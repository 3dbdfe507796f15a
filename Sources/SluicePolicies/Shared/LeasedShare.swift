/// A node's share of one rate, taken from Redis in advance, so that most requests need no round trip.
///
/// A node holds at most `size` at any moment. Redis counts what it hands out by the rule itself, so the requests that
/// all nodes admit within one window are at most what was handed out in that window, which is the limit, and what the
/// nodes held when it began: **at most `nodes * size` over the limit**, in any window. A share that was not used in
/// time is dropped, which only makes the count stricter.
///
/// It holds for rates of requests, and of tokens as they are reserved; concurrency and budgets are not shared out.
public struct LeasedShare: Sendable {
    /// What becomes of a request.
    public enum Answer: Sendable, Hashable {
        /// It is within the share. The share is to be filled up by `refill` meanwhile, unless that is 0.
        case granted(refill: Int64)
        /// Ask for so much by ``LeasedShare/ask(_:now:)``, then try again; where that is refused, ask for the request
        /// alone.
        case empty(ask: Int64)
        /// It is larger than any share: ask for it alone.
        case tooLarge
    }

    /// The most that is held.
    public let size: Int64
    /// How long what is held is good for.
    public let validity: LimitWindow
    /// What is held.
    public private(set) var held: Int64 = 0
    private var goodUntil: Int64 = 0
    /// What was asked for and not answered.
    private var asked: Int64 = 0

    /// A share of a rule: `permille` thousandths of its amount, at least 1. `nil` for concurrency.
    public init?(of rule: LimitRule, permille: Int = 10) {
        switch rule.measure {
        case .requests(let window), .tokens(_, let window): self.validity = window
        case .concurrency: return nil
        }
        self.size = max(1, LimitAmount.share(permille, of: rule.amount))
    }

    /// Takes `cost` for a request.
    public mutating func take(_ cost: Int64, now: Moment) -> Answer {
        self.expire(now)
        let cost = LimitAmount.clamped(cost)
        guard cost <= self.size else { return .tooLarge }
        guard cost <= self.held else { return .empty(ask: self.size - self.held) }
        self.held -= cost
        guard self.asked == 0, self.held < self.size / 2 else { return .granted(refill: 0) }
        return .granted(refill: self.size - self.held)
    }

    /// Notes that `amount` was asked for. Returns how much may be asked for, so that no more than ``size`` is ever
    /// held.
    public mutating func ask(_ amount: Int64, now: Moment) -> Int64 {
        self.expire(now)
        let allowed = max(0, min(amount, self.size - self.held - self.asked))
        self.asked += allowed
        return allowed
    }

    /// Takes over the answer to what was asked for: all of it, or nothing where it was refused.
    public mutating func receive(_ amount: Int64, isGranted: Bool, now: Moment) {
        self.expire(now)
        let amount = max(0, min(amount, self.asked))
        self.asked -= amount
        guard isGranted, amount > 0 else { return }
        // One time for all that is held: the bound does not depend on it.
        self.goodUntil = now.microseconds + self.validity.microseconds
        self.held += amount
    }

    /// Holds what another state of the same share held, where what was taken since is not needed.
    mutating func restoreHeld(of other: LeasedShare) {
        self.held = other.held
        self.goodUntil = other.goodUntil
    }

    private mutating func expire(_ now: Moment) {
        if self.held > 0, now.microseconds >= self.goodUntil { self.held = 0 }
    }
}
