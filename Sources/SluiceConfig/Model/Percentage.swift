/// A share of a whole: `20%`, `0.5%`. Kept exactly, in hundredths of a percent; never negative.
public struct Percentage: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Nothing of it.
    public static let zero = Percentage(basisPoints: 0)
    /// All of it.
    public static let all = Percentage(basisPoints: 10_000)

    /// Hundredths of a percent: 2,000 is 20 %.
    public let basisPoints: Int

    /// Makes a share of `basisPoints` hundredths of a percent; a negative number counts as none.
    public init(basisPoints: Int) {
        self.basisPoints = max(0, basisPoints)
    }

    /// `percent` percent. Traps on overflow: for constants in code, not for input.
    public static func percent(_ percent: Int) -> Percentage { Percentage(basisPoints: percent * 100) }

    /// The share as a factor: 0.2 for 20 %.
    public var fraction: Double { Double(basisPoints) / 10_000 }

    /// As it is written: `20%`.
    public var description: String { PercentageText.format(self) }

    public static func < (left: Percentage, right: Percentage) -> Bool { left.basisPoints < right.basisPoints }
}
