/// A moment as the stores keep it: milliseconds since 1970 in UTC, without leap seconds.
public struct UnixTime: Sendable, Hashable, Comparable {
    /// Milliseconds since 1970.
    public var milliseconds: Int64

    /// Makes a moment.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// The moment that is `duration` later, bounded by what the number can hold.
    public func advanced(by duration: Duration) -> UnixTime {
        let (seconds, attoseconds) = duration.components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        let (sum, carry) = self.milliseconds.addingReportingOverflow(whole)
        guard !overflow, !carry else { return UnixTime(milliseconds: seconds < 0 ? .min : .max) }
        let (result, last) = sum.addingReportingOverflow(attoseconds / 1_000_000_000_000_000)
        guard !last else { return UnixTime(milliseconds: seconds < 0 ? .min : .max) }
        return UnixTime(milliseconds: result)
    }

    public static func < (left: UnixTime, right: UnixTime) -> Bool {
        left.milliseconds < right.milliseconds
    }
}
