/// An amount of money in billionths of a US dollar.
///
/// A token of the cheapest models costs some ten of them, and 64 bits hold nine billion dollars. Sums and differences
/// stop at the ends of the range instead of trapping, so that a bill can be wrong only where it is absurd already.
public struct NanoUSD: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Nothing.
    public static let zero = NanoUSD(0)
    /// The most that can be held.
    public static let max = NanoUSD(Int64.max)

    /// The number of billionths.
    public let amount: Int64

    /// Makes an amount of `amount` billionths of a dollar.
    public init(_ amount: Int64) {
        self.amount = amount
    }

    /// Reads dollars as decimal text: `25`, `0.25`, `0.000000001`. `nil` for anything else, more than nine digits after
    /// the point, and what is too large.
    public init?(dollars text: String) {
        guard let amount = DecimalText.parse(text, digits: 9) else { return nil }
        self.init(amount)
    }

    /// Decimal dollars, as short as they can be: `0.0025`. Reads back as the same by ``init(dollars:)`` unless negative.
    public var description: String { DecimalText.format(self.amount, digits: 9) }

    public static func < (left: NanoUSD, right: NanoUSD) -> Bool { left.amount < right.amount }

    /// The sum, stopping at the ends of the range.
    public static func + (left: NanoUSD, right: NanoUSD) -> NanoUSD {
        let (sum, overflow) = left.amount.addingReportingOverflow(right.amount)
        return overflow ? NanoUSD(right.amount < 0 ? .min : .max) : NanoUSD(sum)
    }

    /// The difference, stopping at the ends of the range.
    public static func - (left: NanoUSD, right: NanoUSD) -> NanoUSD {
        let (difference, overflow) = left.amount.subtractingReportingOverflow(right.amount)
        return overflow ? NanoUSD(right.amount < 0 ? .max : .min) : NanoUSD(difference)
    }

    public static func += (left: inout NanoUSD, right: NanoUSD) {
        left = left + right
    }

    /// The amount `count` times, stopping at the ends of the range; a negative count is none.
    public static func * (amount: NanoUSD, count: Int) -> NanoUSD {
        let (product, overflow) = amount.amount.multipliedReportingOverflow(by: Int64(Swift.max(0, count)))
        return overflow ? NanoUSD(amount.amount < 0 ? .min : .max) : NanoUSD(product)
    }

    /// The sum, or `nil` where it cannot be held.
    public func adding(_ other: NanoUSD) -> NanoUSD? {
        let (sum, overflow) = self.amount.addingReportingOverflow(other.amount)
        return overflow ? nil : NanoUSD(sum)
    }
}
