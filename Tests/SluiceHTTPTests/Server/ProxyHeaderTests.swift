import Testing

@testable import SluiceHTTP

@Suite("ProxyHeader")
struct ProxyHeaderTests {
    static let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]

    static func version2(_ command: UInt8, _ family: UInt8, _ payload: [UInt8]) -> [UInt8] {
        self.signature + [0x20 | command, family, UInt8(payload.count >> 8), UInt8(payload.count & 255)] + payload
    }

    static let ipv4: [UInt8] = [192, 0, 2, 1, 198, 51, 100, 1, 0xDC, 0x04, 0x01, 0xBB]
    static let ipv6: [UInt8] =
        [0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [1]
        + [UInt8](repeating: 0, count: 16) + [0xDC, 0x04, 0x01, 0xBB]

    struct Header: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let address: String?
        var testDescription: String { self.name }
    }

    static let headers: [Header] = [
        Header(
            name: "v1 TCP4", bytes: Array("PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n".utf8), address: "192.0.2.1"),
        Header(
            name: "v1 TCP6", bytes: Array("PROXY TCP6 2001:db8::1 2001:db8::2 56324 443\r\n".utf8),
            address: "2001:db8::1"),
        Header(name: "v1 UNKNOWN", bytes: Array("PROXY UNKNOWN\r\n".utf8), address: nil),
        Header(name: "v1 UNKNOWN with words", bytes: Array("PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n".utf8), address: nil),
        Header(name: "v2 TCP4", bytes: Self.version2(1, 0x11, Self.ipv4), address: "192.0.2.1"),
        Header(name: "v2 UDP4", bytes: Self.version2(1, 0x12, Self.ipv4), address: "192.0.2.1"),
        Header(name: "v2 TCP6", bytes: Self.version2(1, 0x21, Self.ipv6), address: "2001:db8::1"),
        Header(
            name: "v2 TCP4 with TLVs", bytes: Self.version2(1, 0x11, Self.ipv4 + [1, 0, 2, 0x68, 0x32]),
            address: "192.0.2.1"),
        Header(name: "v2 LOCAL", bytes: Self.version2(0, 0x00, []), address: nil),
        Header(name: "v2 LOCAL with addresses", bytes: Self.version2(0, 0x11, Self.ipv4), address: nil),
        Header(name: "v2 unspecified", bytes: Self.version2(1, 0x00, []), address: nil),
        Header(name: "v2 UNIX", bytes: Self.version2(1, 0x31, [UInt8](repeating: 0, count: 216)), address: nil),
    ]

    @Test("is read whole, and nothing behind it", arguments: Self.headers)
    func whole(header: Header) {
        let expected = ProxyHeader.Outcome.header(length: header.bytes.count, address: header.address)
        #expect(ProxyHeader.parse(header.bytes.span) == expected)
        #expect(ProxyHeader.parse((header.bytes + Array("GET / HTTP/1.1\r\n".utf8)).span) == expected)
    }

    @Test("asks for more at every split", arguments: Self.headers)
    func everySplit(header: Header) {
        for length in 0..<header.bytes.count {
            #expect(ProxyHeader.parse(Array(header.bytes[..<length]).span) == .needsMore, "after \(length) bytes")
        }
    }

    static let invalid: [Header] = [
        Header(name: "HTTP", bytes: Array("GET / HTTP/1.1\r\n".utf8), address: nil),
        Header(name: "lower case", bytes: Array("proxy TCP4 1.2.3.4 1.2.3.4 1 2\r\n".utf8), address: nil),
        Header(name: "bare LF", bytes: Array("PROXY TCP4 1.2.3.4 1.2.3.4 1 2\n".utf8), address: nil),
        Header(name: "two spaces", bytes: Array("PROXY TCP4  1.2.3.4 1.2.3.4 1 2\r\n".utf8), address: nil),
        Header(name: "no ports", bytes: Array("PROXY TCP4 1.2.3.4 1.2.3.4\r\n".utf8), address: nil),
        Header(name: "a port too high", bytes: Array("PROXY TCP4 1.2.3.4 1.2.3.4 65536 2\r\n".utf8), address: nil),
        Header(name: "no address", bytes: Array("PROXY TCP4 localhost 1.2.3.4 1 2\r\n".utf8), address: nil),
        Header(name: "the other family", bytes: Array("PROXY TCP4 ::1 ::1 1 2\r\n".utf8), address: nil),
        Header(name: "an unknown protocol", bytes: Array("PROXY UDP4 1.2.3.4 1.2.3.4 1 2\r\n".utf8), address: nil),
        Header(name: "a word too many", bytes: Array("PROXY TCP4 1.2.3.4 1.2.3.4 1 2 3\r\n".utf8), address: nil),
        Header(name: "no protocol", bytes: Array("PROXY \r\n".utf8), address: nil),
        Header(
            name: "a line too long", bytes: Array(("PROXY UNKNOWN " + String(repeating: "x", count: 100)).utf8),
            address: nil),
        Header(name: "v2 of version 1", bytes: Self.signature + [0x11, 0x11, 0, 12] + Self.ipv4, address: nil),
        Header(name: "v2 with an unknown command", bytes: Self.version2(2, 0x11, Self.ipv4), address: nil),
        Header(name: "v2 TCP4 too short", bytes: Self.version2(1, 0x11, [1, 2, 3]), address: nil),
        Header(name: "v2 TCP6 too short", bytes: Self.version2(1, 0x21, Self.ipv4), address: nil),
        Header(name: "v2 too long", bytes: Self.signature + [0x21, 0x11, 0xFF, 0xFF], address: nil),
        Header(name: "v2 signature broken", bytes: [0x0D, 0x0A, 0x0D, 0x0A, 1], address: nil),
    ]

    @Test("is refused", arguments: Self.invalid)
    func refused(header: Header) {
        #expect(ProxyHeader.parse(header.bytes.span) == .invalid)
    }

    @Test("no bytes make it read past its end")
    func random() {
        var state: UInt64 = 7
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        for _ in 0..<2000 {
            let start = next(2) == 0 ? Self.signature : Array("PROXY TCP".utf8)
            let bytes = start + (0..<next(61)).map { _ in UInt8(next(256)) }
            if case .header(let length, _) = ProxyHeader.parse(bytes.span) { #expect(length <= bytes.count) }
        }
    }
}
