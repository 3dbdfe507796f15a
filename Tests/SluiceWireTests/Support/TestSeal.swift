import SluiceWire

/// A seal for tests: a checksum of 16 bytes, keyed by a number.
struct TestSeal: CarrierSeal {
    var key: UInt64 = 17

    func tag(over bytes: Span<UInt8>) -> [UInt8] {
        var hash = 0xCBF2_9CE4_8422_2325 ^ key
        for index in bytes.indices { hash = (hash ^ UInt64(bytes[index])) &* 0x0000_0100_0000_01B3 }
        return (0..<16).map { UInt8(truncatingIfNeeded: hash >> (UInt64($0 % 8) * 8)) ^ UInt8($0) }
    }
}
