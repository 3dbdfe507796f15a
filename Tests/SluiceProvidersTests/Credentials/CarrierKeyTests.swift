import SluiceCore
import SluiceProviders
import Testing

@Suite("What seals carried thoughts")
struct CarrierKeyTests {
    private static let bytes = Array("thoughts".utf8)

    private static func tag(_ key: CarrierKey, _ bytes: [UInt8] = bytes) -> [UInt8] { key.tag(over: bytes.span) }

    @Test("the same key at every replica makes the same tag of 16 bytes, another key another")
    func configured() {
        let key = CarrierKey(Secret("0123456789abcdef"))
        #expect(Self.tag(key).count == 16)
        #expect(Self.tag(key) == Self.tag(CarrierKey(Secret("0123456789abcdef"))))
        #expect(Self.tag(key) != Self.tag(CarrierKey(Secret("0123456789abcdeg"))))
        #expect(Self.tag(key) != Self.tag(key, Array("thoughtz".utf8)))
        #expect(Self.tag(key, []).count == 16)
    }

    @Test("a key that is made of credentials does not depend on their order, and on nothing else")
    func derived() throws {
        let key = try #require(CarrierKey(derivedFrom: [Secret("a"), Secret("bc")]))
        #expect(
            try Self.tag(key) == Self.tag(#require(CarrierKey(derivedFrom: [Secret("bc"), Secret("a"), Secret("a")]))))
        #expect(try Self.tag(key) != Self.tag(#require(CarrierKey(derivedFrom: [Secret("ab"), Secret("c")]))))
        #expect(try Self.tag(key) != Self.tag(#require(CarrierKey(derivedFrom: [Secret("abc")]))))
        #expect(try Self.tag(CarrierKey(Secret("x"))) != Self.tag(#require(CarrierKey(derivedFrom: [Secret("x")]))))
        #expect(CarrierKey(derivedFrom: [Secret("")]) == nil)
        #expect(CarrierKey(derivedFrom: []) == nil)
    }

    @Test("a random key is its process's own")
    func random() {
        #expect(Self.tag(.random()) != Self.tag(.random()))
    }
}
