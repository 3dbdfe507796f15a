#if canImport(Glibc)
    import Glibc
#endif

/// The header that a load balancer puts before a connection's bytes to say whom it speaks for.
///
/// Shape, version 1: `PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n`, at most 107 bytes. Version 2: twelve bytes of
/// signature, version and command, family, length, addresses. Source: the PROXY protocol, 2020-03-05, sections 2.1 and 2.2.
enum ProxyHeader {
    enum Outcome: Equatable {
        case needsMore
        case invalid
        /// The header is `length` bytes long; `address` is nil where the balancer speaks for itself.
        case header(length: Int, address: String?)
    }

    private static let signature: [UInt8] = [
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
    ]
    private static let longestVersion1 = 107
    private static let longestVersion2 = 16 + 2048

    static func parse(_ bytes: Span<UInt8>) -> Outcome {
        guard bytes.count > 0 else { return .needsMore }
        return bytes[0] == 0x0D ? self.parseVersion2(bytes) : self.parseVersion1(bytes)
    }

    private static func parseVersion1(_ bytes: Span<UInt8>) -> Outcome {
        let prefix = Array("PROXY ".utf8)
        for index in 0..<min(bytes.count, prefix.count) where bytes[index] != prefix[index] { return .invalid }
        var line: [UInt8] = []
        for index in 0..<min(bytes.count, Self.longestVersion1) {
            if bytes[index] == 0x0A {
                guard line.last == 0x0D else { return .invalid }
                line.removeLast()
                return self.version1(String(decoding: line, as: UTF8.self), length: index + 1)
            }
            line.append(bytes[index])
        }
        return bytes.count >= Self.longestVersion1 ? .invalid : .needsMore
    }

    private static func version1(_ line: String, length: Int) -> Outcome {
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count >= 2 else { return .invalid }
        if words[1] == "UNKNOWN" { return .header(length: length, address: nil) }
        guard words.count == 6, UInt16(words[4]) != nil, UInt16(words[5]) != nil else { return .invalid }
        let address = String(words[2])
        var storage = [UInt8](repeating: 0, count: 16)
        let family = words[1] == "TCP4" ? AF_INET : words[1] == "TCP6" ? AF_INET6 : -1
        guard family != -1, inet_pton(family, address, &storage) == 1 else { return .invalid }
        return .header(length: length, address: address)
    }

    private static func parseVersion2(_ bytes: Span<UInt8>) -> Outcome {
        for index in 0..<min(bytes.count, Self.signature.count) where bytes[index] != Self.signature[index] {
            return .invalid
        }
        guard bytes.count >= 16 else { return .needsMore }
        guard bytes[12] >> 4 == 2 else { return .invalid }
        let length = 16 + Int(bytes[14]) << 8 + Int(bytes[15])
        let command = bytes[12] & 0x0F
        guard command <= 1, length <= Self.longestVersion2 else { return .invalid }
        guard bytes.count >= length else { return .needsMore }
        if command == 0 { return .header(length: length, address: nil) }
        switch bytes[13] >> 4 {
        case 1 where length >= 16 + 12: return .header(length: length, address: Self.text(bytes, AF_INET, 4))
        case 2 where length >= 16 + 36: return .header(length: length, address: Self.text(bytes, AF_INET6, 16))
        case 1, 2: return .invalid
        default: return .header(length: length, address: nil)
        }
    }

    private static func text(_ bytes: Span<UInt8>, _ family: Int32, _ size: Int) -> String? {
        var raw: [UInt8] = []
        for index in 16..<(16 + size) { raw.append(bytes[index]) }
        var output = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(family, raw, &output, socklen_t(INET6_ADDRSTRLEN)) != nil else { return nil }
        return String(decoding: output.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
