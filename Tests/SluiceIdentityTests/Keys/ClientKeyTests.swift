import SluiceCore
import SluiceIdentity
import Testing

@Suite("ClientKey")
struct ClientKeyTests {
    /// Numbers that come again.
    private struct Counting: RandomNumberGenerator {
        var state: UInt64 = 1
        mutating func next() -> UInt64 {
            self.state = self.state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return self.state
        }
    }

    @Test("made keys have their shape, are read back, and are not made twice")
    func generator() throws {
        var generator = SystemRandomNumberGenerator()
        var texts: Set<String> = []
        for _ in 0..<1000 {
            let made = try #require(ClientKey.make(using: &generator))
            let text = made.text.expose()
            texts.insert(text)
            let key = try #require(ClientKey(text))
            #expect(text.utf8.count == ClientKey.length)
            #expect(text.hasPrefix("sk-sl-\(key.id.text)-\(key.secret.expose())"))
            #expect(key.id.text.utf8.count == 12)
            // 32 letters of five bits: 160 random bits.
            #expect(key.secret.count == 32)
        }
        #expect(texts.count == 1000)
    }

    @Test("the checksum is zlib's CRC-32 in base 32, by an example that was computed elsewhere")
    func example() throws {
        // python3: n = zlib.crc32(b"sk-sl-aaaaaaaaaaaa-" + b"a" * 32) << 3; seven letters of five bits, the highest first.
        let text = "sk-sl-aaaaaaaaaaaa-" + String(repeating: "a", count: 32) + "sxovmva"
        let key = try #require(ClientKey(text))
        #expect(key.id.text == "aaaaaaaaaaaa")
    }

    @Test("a key proves itself, and no key that differs in one letter does")
    func checksum() {
        let key = KeyGenerator.make()
        #expect(ClientKey(key) != nil)
        let letters = Array(key.utf8)
        for index in letters.indices {
            for other in [UInt8(ascii: "a"), UInt8(ascii: "b"), UInt8(ascii: "7"), 0, 0xFF]
            where other != letters[index] {
                var changed = letters
                changed[index] = other
                #expect(ClientKey(String(decoding: changed, as: UTF8.self)) == nil)
            }
        }
        for other in [
            "", "sk-sl-", key + "a", String(key.dropLast()), String(repeating: "é", count: 29), key.uppercased(),
        ] {
            #expect(ClientKey(other) == nil)
        }
        #expect(ClientKey("Bearer \(key)".dropFirst(7)) != nil)
    }

    @Test("a new secret keeps the id, and an id that is none makes no key")
    func rotation() throws {
        var generator = Counting()
        let first = try #require(ClientKey.make(using: &generator))
        let second = try #require(ClientKey.make(id: first.key.id, using: &generator))
        #expect(first.key.id == second.key.id)
        #expect(first.key.secret != second.key.secret)
        for id in ["", "short", "ABCDEFGHIJKL", "abcdefghijk-", "abcdefghijklm"] {
            #expect(ClientKey.make(id: KeyID(id), using: &generator) == nil)
        }
    }

    @Test("what begins as a key is meant to be one")
    func meant() {
        #expect(ClientKey.isMeant(by: "sk-sl-x"))
        #expect(!ClientKey.isMeant(by: "sk-proj-x"))
        #expect(!ClientKey.isMeant(by: ""))
    }

    @Test("a minted key is stored as a hash that its secret matches")
    func mint() async throws {
        let hasher = SecretHasher.forKeys(threads: 1)
        let mint = KeyMint(hasher: hasher)
        let minted = try await mint.mint(id: nil)
        let key = try #require(ClientKey(minted.key.expose()))
        #expect(key.id == minted.id)
        #expect(minted.hash.expose().hasPrefix("$argon2id$v=19$m=1024,t=1,p=1$"))
        #expect(try await hasher.matches(key.secret, hash: minted.hash))
        let rotated = try await mint.mint(id: minted.id)
        #expect(rotated.id == minted.id)
        #expect(try await !hasher.matches(key.secret, hash: rotated.hash))
        let error = await #expect(throws: GatewayError.self) { try await mint.mint(id: KeyID("no")) }
        #expect(error?.kind == .invalidParameter)
    }
}
