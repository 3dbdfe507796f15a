/// What a limit counts.
public enum LimitMeasure: Sendable, Hashable {
    /// Requests that were admitted within a window.
    case requests(per: LimitWindow)
    /// Tokens that were admitted within a window.
    case tokens(TokenMeasure, per: LimitWindow)
    /// Requests that run at the same time.
    case concurrency
}

/// So many requests or tokens in a sliding window, or so many requests at once.
///
/// Requests in windows of up to a minute are counted exactly, up to ``exactRequests`` of them. All others are counted
/// in sixtieths of the window, rounded so that no window ever holds more than ``amount``: what was taken is free again
/// at most one sixtieth later than it could be.
public struct LimitRule: Sendable, Hashable {
    /// The most requests whose moments are kept, eight bytes each.
    public static let exactRequests: Int64 = 10_000

    /// What it is counted by.
    public let level: LimitLevel
    /// What it counts.
    public let measure: LimitMeasure
    /// How much it allows. Zero refuses everything.
    public let amount: Int64
    /// What it meters, as part of a ``LimitKey``: `requests.log/60000000`. Rules whose counts have another form never
    /// meet.
    public let meter: String
    let meterHash: Int

    /// Makes a limit; `amount` is kept within 0 to ``LimitAmount/largest``.
    public init(_ amount: Int64, _ measure: LimitMeasure, level: LimitLevel) {
        self.level = level
        self.measure = measure
        self.amount = LimitAmount.clamped(amount)
        self.meter =
            switch measure {
            case .requests(let window):
                Self.isExact(self.amount, per: window)
                    ? "requests.log/\(window.microseconds)" : "requests/\(window.microseconds)"
            case .tokens(let measure, let window): "\(measure.name)/\(window.microseconds)"
            case .concurrency: "concurrency"
            }
        self.meterHash = self.meter.hashValue
    }

    /// The same limit with another amount.
    func with(amount: Int64) -> LimitRule {
        LimitRule(amount, self.measure, level: self.level)
    }

    /// Whether the moments themselves are kept.
    var isExact: Bool {
        if case .requests(let window) = self.measure { Self.isExact(self.amount, per: window) } else { false }
    }

    private static func isExact(_ amount: Int64, per window: LimitWindow) -> Bool {
        window.microseconds <= LimitWindow.minute.microseconds && amount <= Self.exactRequests
    }
}

extension LimitRule: CustomStringConvertible {
    /// `60 requests per minute`, `100000 tokens per 10 seconds`, `20 concurrent requests`.
    public var description: String {
        let plural = self.amount == 1 ? "" : "s"
        return switch self.measure {
        case .requests(let window): "\(self.amount) request\(plural) per \(window)"
        case .tokens(let measure, let window):
            switch measure.direction {
            case .total: "\(self.amount) token\(plural) per \(window)"
            default: "\(self.amount) \(measure.direction.rawValue) token\(plural) per \(window)"
            }
        case .concurrency: "\(self.amount) concurrent request\(plural)"
        }
    }
}
