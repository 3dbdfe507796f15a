/// A moment as limits count it: whole microseconds since 1970 in UTC.
///
/// Microseconds, because a script in Redis counts in floating point, which is exact up to 2^53. Callers make moments
/// from a clock that does not go back; where one does, each meter stays at the latest moment that it has seen.
public struct Moment: Sendable, Hashable, Comparable {
    /// The latest moment there is, in the year 2223: all sums with it stay below 2^53.
    public static let latest = Moment(microsecondsSince1970: 8_000_000_000_000_000)

    /// Microseconds since 1970, from 0 to those of ``latest``.
    public let microseconds: Int64

    /// The moment `microseconds` after 1970 began; what is outside of the range becomes its nearest end.
    public init(microsecondsSince1970 microseconds: Int64) {
        self.microseconds = min(max(0, microseconds), 8_000_000_000_000_000)
    }

    /// The microsecond in which a moment lies that is given in nanoseconds since 1970.
    public init(nanosecondsSince1970 nanoseconds: Int64) {
        self.init(microsecondsSince1970: nanoseconds / 1000)
    }

    public static func < (left: Moment, right: Moment) -> Bool { left.microseconds < right.microseconds }
}
