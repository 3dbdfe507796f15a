import SluiceCore
import SluiceIdentity
import Testing

@Suite("StaticKeyring and KeyGenerator")
struct StaticKeyringTests {
    private static func ring(_ keys: [(String, String)]) -> StaticKeyring {
        StaticKeyring(keys.map { (key: Secret($0.0), principal: Principal(keyID: $0.1, keyName: $0.1)) })
    }

    @Test("a key has its principal, and nothing like it has one")
    func lookup() {
        let ring = Self.ring([("sk-one", "one"), ("sk-two", "two")])
        #expect(ring.principal(for: "sk-one")?.keyID == "one")
        #expect(ring.principal(for: "sk-two")?.keyID == "two")
        #expect(ring.principal(for: "Bearer sk-two".dropFirst(7))?.keyID == "two")
        for other in ["", "sk-on", "sk-one ", " sk-one", "SK-ONE", "sk-onf", "sk-one\u{0}", "two"] {
            #expect(ring.principal(for: other[...]) == nil)
        }
    }

    @Test("of two equal keys the first counts, and an empty key is none")
    func duplicates() {
        let ring = Self.ring([("k", "first"), ("k", "second"), ("", "nobody")])
        #expect(ring.principal(for: "k")?.keyID == "first")
        #expect(ring.principal(for: "") == nil)
    }

    @Test("a key as long as a book is not looked up")
    func long() {
        let long = String(repeating: "x", count: 1024)
        let ring = Self.ring([(long, "long"), (long + "x", "longer")])
        #expect(ring.principal(for: long[...])?.keyID == "long")
        #expect(ring.principal(for: (long + "x")[...]) == nil)
    }

    @Test("many keys are all found")
    func many() {
        let ring = Self.ring((0..<1000).map { ("key-\($0)", "\($0)") })
        for index in 0..<1000 where ring.principal(for: "key-\(index)")?.keyID != "\(index)" {
            Issue.record("key-\(index) is not found")
        }
    }

    @Test("nothing that prints the ring shows a key")
    func printing() {
        var text = ""
        dump(Self.ring([("sk-very-secret", "one")]), to: &text)
        #expect(!text.contains("very"))
    }

    @Test("generated keys have their shape, and are not made twice")
    func generator() {
        let keys = (0..<1000).map { _ in KeyGenerator.make() }
        #expect(Set(keys).count == 1000)
        let isPlain = keys.allSatisfy { key in
            key.hasPrefix("sk-sl-") && key.utf8.count == keys[0].utf8.count
                && key.utf8.allSatisfy { byte in
                    (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
                        || byte == UInt8(ascii: "-")
                }
        }
        #expect(isPlain)
        // Enough of it for 160 random bits, in whatever letters.
        #expect(keys[0].utf8.count >= 38)
    }

    @Test("a generated key proves itself, and no key that differs in a letter does")
    func checksum() {
        let key = KeyGenerator.make()
        #expect(KeyGenerator.isGenuine(key))
        let letters = Array(key.utf8)
        for index in letters.indices {
            var changed = letters
            changed[index] = changed[index] == UInt8(ascii: "a") ? UInt8(ascii: "b") : UInt8(ascii: "a")
            #expect(!KeyGenerator.isGenuine(String(decoding: changed, as: UTF8.self)))
        }
        for other in ["", "sk-sl-", key + "a", String(key.dropLast()), String(repeating: "é", count: 29)] {
            #expect(!KeyGenerator.isGenuine(other))
        }
    }

    @Test("a principal's models say what it may use")
    func models() {
        #expect(Principal(keyID: "a", keyName: "a").mayUse(model: "anything"))
        let principal = Principal(keyID: "a", keyName: "a", models: ["gpt-*", "smart"].map { ModelPattern($0) })
        #expect(principal.mayUse(model: "gpt-4o"))
        #expect(principal.mayUse(model: "smart"))
        #expect(!principal.mayUse(model: "smarter"))
        #expect(!Principal(keyID: "a", keyName: "a", models: []).mayUse(model: "x"))
    }
}
