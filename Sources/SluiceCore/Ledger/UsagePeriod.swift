import SluiceWire

/// The period that a query of usage is about.
public enum UsagePeriod {
    /// How far back a query looks that does not say.
    public static let usual = Duration.seconds(30 * 86_400)

    /// Reads `from` and `to`, or `since`; what is left out is now, and ``usual`` before the end.
    ///
    /// - Parameters:
    ///   - from: a time as RFC 3339 has it, or a day, `2026-11-05`, which begins at midnight UTC.
    ///   - to: the same; not part of the period.
    ///   - since: how long before the end, `90m`, `24h`, `7d`, `4w`; not together with `from`.
    public static func read(
        from: String?,
        to: String?,
        since: String?,
        now: UnixTime
    ) throws(UsageFault) -> Range<UnixTime> {
        let end = try to.map { (text) throws(UsageFault) in try self.time(text, "to") } ?? now
        var start = end.advanced(by: .zero - self.usual)
        if let from {
            guard since == nil else { throw UsageFault("since", "from and since cannot stand together.") }
            start = try self.time(from, "from")
        } else if let since {
            guard let duration = self.duration(since) else {
                throw UsageFault("since", "since: expected a number and m, h, d or w, like 24h or 7d.")
            }
            start = end.advanced(by: .zero - duration)
        }
        guard start < end else { throw UsageFault("from", "The period ends before it begins.") }
        return start..<end
    }

    /// Reads a time or a day.
    public static func time(_ text: String) -> UnixTime? {
        // A day is its midnight.
        let full = PriceDate(text) == nil ? text : "\(text)T00:00:00Z"
        return CivilTime.seconds(ofRFC3339: full).map { UnixTime(milliseconds: $0 * 1000) }
    }

    private static func time(_ text: String, _ parameter: String) throws(UsageFault) -> UnixTime {
        guard let time = self.time(text) else {
            throw UsageFault(
                parameter, "\(parameter): expected a time like 2026-11-05T12:00:00Z, or a day like 2026-11-05.")
        }
        return time
    }

    /// Reads `90m`, `24h`, `7d` or `4w`: at most a hundred years.
    static func duration(_ text: String) -> Duration? {
        let seconds: Int64
        switch text.last {
        case "m": seconds = 60
        case "h": seconds = 3600
        case "d": seconds = 86_400
        case "w": seconds = 7 * 86_400
        default: return nil
        }
        guard let count = Int64(text.dropLast()), (1...52_560_000).contains(count), count * seconds <= 3_155_760_000
        else { return nil }
        return .seconds(count * seconds)
    }
}

/// Why a query of usage cannot be read.
public struct UsageFault: Error, Sendable, Equatable {
    /// The parameter that is at fault.
    public var parameter: String
    /// One sentence.
    public var message: String

    /// Makes a fault.
    public init(_ parameter: String, _ message: String) {
        self.parameter = parameter
        self.message = message
    }
}
