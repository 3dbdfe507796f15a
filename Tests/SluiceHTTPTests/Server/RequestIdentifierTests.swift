import Testing

@testable import SluiceHTTP

@Suite("RequestIdentifier")
struct RequestIdentifierTests {
    private struct Fixed: RandomNumberGenerator {
        var values: [UInt64]
        mutating func next() -> UInt64 { self.values.isEmpty ? 0 : self.values.removeFirst() }
    }

    @Test("is req_ and 24 characters, all of which are sane")
    func shape() {
        var seen: Set<String> = []
        for _ in 0..<1000 {
            let id = RequestIdentifier.make()
            #expect(id.hasPrefix("req_"))
            #expect(id.utf8.count == 28)
            #expect(RequestIdentifier.isSane(id))
            seen.insert(id)
        }
        #expect(seen.count == 1000)
    }

    @Test("is made of the numbers that it is given")
    func deterministic() {
        var zero = Fixed(values: [0, 0])
        #expect(RequestIdentifier.make(using: &zero) == "req_" + String(repeating: "0", count: 24))
        var ones = Fixed(values: [.max, 0])
        #expect(
            RequestIdentifier.make(using: &ones) == "req_" + String(repeating: "z", count: 12)
                + String(repeating: "0", count: 12))
        var one = Fixed(values: [1, 32])
        #expect(RequestIdentifier.make(using: &one) == "req_100000000000010000000000")
    }

    @Test(
        "what comes from outside is kept or not",
        arguments: [
            ("a", true), ("req-1_2.3:4", true), (String(repeating: "x", count: 128), true),
            (String(repeating: "x", count: 129), false), ("", false), ("a b", false), ("a\r\nb", false),
            ("a\"b", false),
            ("ü", false), ("a/b", false), ("a,b", false), ("a\u{0}", false),
        ])
    func sane(text: String, isSane: Bool) {
        #expect(RequestIdentifier.isSane(text) == isSane)
    }
}
