import Glibc

/// An IPv4 or IPv6 address. One that is IPv4 inside IPv6 (`::ffff:10.0.0.1`) counts as the IPv4 address that it is.
public struct IPAddress: Sendable, Hashable {
    /// The address in the low bits: 32 of them for IPv4, 128 for IPv6.
    let bits: UInt128
    /// Whether it is an IPv4 address.
    public let isIPv4: Bool

    /// 127.0.0.0/8 or `::1`.
    public var isLoopback: Bool { isIPv4 ? bits >> 24 == 127 : bits == 1 }

    /// What one subscriber has: the address itself of IPv4, the first address of its /64 of IPv6. Source: RFC 6177, section 2.
    public var subscriber: IPAddress {
        self.isIPv4 ? self : IPAddress(bits: (self.bits >> 64) << 64, isIPv4: false)
    }

    /// Reads an address in text form, without zone or brackets. `nil` if `text` is none.
    public init?(_ text: String) {
        guard (2...45).contains(text.utf8.count), !text.utf8.contains(0) else { return nil }
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            self.init(ipv4: UInt32(bigEndian: four.s_addr))
            return
        }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
        self.init(ipv6: withUnsafeBytes(of: six) { $0.reduce(into: 0) { $0 = $0 << 8 | UInt128($1) } })
    }

    /// Makes an address of its number in host order: 0x7F000001 is 127.0.0.1.
    public init(ipv4 number: UInt32) {
        self.init(bits: UInt128(number), isIPv4: true)
    }

    /// Makes an address of its number in host order: 1 is `::1`.
    public init(ipv6 number: UInt128) {
        if number >> 32 == 0xFFFF {
            self.init(ipv4: UInt32(truncatingIfNeeded: number))
        } else {
            self.init(bits: number, isIPv4: false)
        }
    }

    private init(bits: UInt128, isIPv4: Bool) {
        self.bits = bits
        self.isIPv4 = isIPv4
    }

    /// Makes an address of its 4 or 16 bytes in network order, as a socket address holds them. `nil` for another count.
    public init?(bytes: some Collection<UInt8>) {
        let number = bytes.prefix(16).reduce(into: UInt128(0)) { $0 = $0 << 8 | UInt128($1) }
        switch bytes.count {
        case 4: self.init(ipv4: UInt32(truncatingIfNeeded: number))
        case 16: self.init(ipv6: number)
        default: return nil
        }
    }
}
