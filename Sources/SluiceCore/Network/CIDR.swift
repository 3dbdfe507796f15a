/// A range of addresses: `10.0.0.0/8`, `2001:db8::/32`, or one address.
public struct CIDR: Sendable, Hashable, CustomStringConvertible {
    /// The range as written.
    public let description: String
    private let network: UInt128
    private let mask: UInt128
    private let isIPv4: Bool

    /// Reads `address` or `address/prefix`. Bits beyond the prefix do not count. `nil` if `text` is no range.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(String(first)) else { return nil }
        // `::ffff:10.0.0.0/104` is written with the prefix of IPv6, and is 10.0.0.0/8.
        let isMapped = address.isIPv4 && first.utf8.contains(UInt8(ascii: ":"))
        let width = address.isIPv4 ? 32 : 128
        var prefix = width
        if parts.count == 2 {
            guard (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int(parts[1])
            else { return nil }
            prefix = isMapped ? number - 96 : number
            guard (0...width).contains(prefix) else { return nil }
        }
        let all: UInt128 = address.isIPv4 ? 0xFFFF_FFFF : .max
        self.mask = all & (all << UInt128(width - prefix))
        self.network = address.bits & mask
        self.isIPv4 = address.isIPv4
        self.description = text
    }

    /// Whether `address` lies in the range.
    public func contains(_ address: IPAddress) -> Bool {
        address.isIPv4 == isIPv4 && address.bits & mask == network
    }

    public static func == (left: CIDR, right: CIDR) -> Bool {
        left.network == right.network && left.mask == right.mask && left.isIPv4 == right.isIPv4
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(network)
        hasher.combine(mask)
        hasher.combine(isIPv4)
    }
}
