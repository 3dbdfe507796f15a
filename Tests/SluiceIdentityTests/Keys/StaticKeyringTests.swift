import SluiceCore
import SluiceIdentity
import Testing

@Suite("StaticKeyring")
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
