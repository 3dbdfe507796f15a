/// A moment on the monotonic clock, in nanoseconds since an origin that only its owner knows.
///
/// Sums and differences do not trap: they stop at the ends of the range.
@frozen
public struct MonotonicTime: Sendable, Hashable, Comparable {
    /// Nanoseconds since the origin.
    public var nanoseconds: Int64

    /// Makes a moment.
    @inlinable
    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// Later than all others: no deadline.
    @inlinable public static var distantFuture: Self { Self(nanoseconds: .max) }

    @inlinable
    public static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The moment so many nanoseconds later.
    @inlinable
    public static func + (time: Self, nanoseconds: Int64) -> Self {
        let (sum, overflows) = time.nanoseconds.addingReportingOverflow(nanoseconds)
        return Self(nanoseconds: overflows ? (nanoseconds > 0 ? .max : .min) : sum)
    }

    /// The nanoseconds from one moment to another.
    @inlinable
    public static func - (later: Self, earlier: Self) -> Int64 {
        let (difference, overflows) = later.nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
        return overflows ? (later > earlier ? .max : .min) : difference
    }
}
