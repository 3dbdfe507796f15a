/// The length of a sliding window: a millisecond to 31 days.
public struct LimitWindow: Sendable, Hashable {
    /// A second.
    public static let second = LimitWindow(unchecked: 1_000_000)
    /// A minute.
    public static let minute = LimitWindow(unchecked: 60_000_000)
    /// An hour.
    public static let hour = LimitWindow(unchecked: 3_600_000_000)
    /// A day of 24 hours, which ends when it ends: budgets have calendar days.
    public static let day = LimitWindow(unchecked: 86_400_000_000)

    /// The length in microseconds.
    public let microseconds: Int64

    /// A window of `microseconds`; `nil` where that is shorter than a millisecond or longer than 31 days.
    public init?(microseconds: Int64) {
        guard (1000...2_678_400_000_000).contains(microseconds) else { return nil }
        self.microseconds = microseconds
    }

    /// A window of a duration, in whole microseconds; `nil` as for ``init(microseconds:)``.
    public init?(_ duration: Duration) {
        guard duration > .zero, duration <= .seconds(2_678_400) else { return nil }
        let (seconds, attoseconds) = duration.components
        self.init(microseconds: seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
    }

    private init(unchecked microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// Reads `second`, `minute`, `hour`, `day`, or a number of milliseconds, seconds, minutes, hours or days as `10s`.
    public init?(_ text: some StringProtocol) {
        switch text {
        case "second": self = .second
        case "minute": self = .minute
        case "hour": self = .hour
        case "day": self = .day
        default:
            let digits = text.prefix { $0.isASCII && $0.isNumber }
            let units: [String: Int64] = [
                "ms": 1000, "s": 1_000_000, "m": 60_000_000, "h": 3_600_000_000, "d": 86_400_000_000,
            ]
            guard let count = Int64(digits), let unit = units[String(text.dropFirst(digits.count))] else { return nil }
            let (length, overflow) = count.multipliedReportingOverflow(by: unit)
            guard !overflow else { return nil }
            self.init(microseconds: length)
        }
    }

    /// A sixtieth of the window, rounded up: sixty of them cover it.
    var subWindow: Int64 { (self.microseconds + 59) / 60 }
}

extension LimitWindow: CustomStringConvertible {
    /// `minute`, or `10 seconds` where it has no name of its own.
    public var description: String {
        let units: [(Int64, String)] = [
            (86_400_000_000, "day"), (3_600_000_000, "hour"), (60_000_000, "minute"), (1_000_000, "second"),
        ]
        for (length, name) in units where self.microseconds % length == 0 {
            let count = self.microseconds / length
            return count == 1 ? name : "\(count) \(name)s"
        }
        return self.microseconds % 1000 == 0 ? "\(self.microseconds / 1000) ms" : "\(self.microseconds) us"
    }
}
