import SluiceWire
import Testing

@Suite("ThinkingCarrier and ToolCallCarrier")
struct CarrierTests {
    private let seal = TestSeal()
    private static let signature = NeutralSignature(
        "EqoBCkgIBxABGAIiQL8/+=", origin: NeutralOrigin(.anthropic, model: "claude-opus-5"))

    private func isAlphabet(_ text: String) -> Bool {
        text.utf8.allSatisfy { ToolCallCarrier.isPlain($0) }
    }

    @Test("a signature comes back byte for byte")
    func signature() throws {
        let token = try #require(ThinkingCarrier.token(for: Self.signature, seal: self.seal))
        #expect(self.isAlphabet(token.text))
        let back = ThinkingCarrier.signature(from: token, origin: NeutralOrigin(.openAIChat), seal: self.seal)
        #expect(back == Self.signature)
    }

    @Test("a signature that is no token is the vendor's own")
    func foreign() {
        let own = ThinkingCarrier.signature(from: "abc", origin: NeutralOrigin(.anthropic), seal: self.seal)
        #expect(own == NeutralSignature("abc", origin: NeutralOrigin(.anthropic)))
    }

    @Test("every altered byte, every cut and another key make it no token")
    func tampering() throws {
        let token = try #require(ThinkingCarrier.token(for: Self.signature, seal: self.seal))
        let bytes = Array(token.escaped)
        for index in 5..<bytes.count {
            var altered = bytes
            altered[index] = altered[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(ThinkingCarrier.thoughts(in: JSONString(escaped: altered[...]), seal: self.seal) == nil)
            #expect(ThinkingCarrier.thoughts(in: JSONString(escaped: bytes[..<index]), seal: self.seal) == nil)
        }
        #expect(ThinkingCarrier.thoughts(in: token, seal: TestSeal(key: 18)) == nil)
        #expect(
            ThinkingCarrier.signature(from: token, origin: NeutralOrigin(.anthropic), seal: TestSeal(key: 18)) == nil)
    }

    @Test("a call's id carries thoughts and is itself again")
    func call() {
        let thoughts = [
            ThinkingCarrier.Thought(text: "I \"think\" é😀", signature: Self.signature),
            ThinkingCarrier.Thought(text: nil, isRedacted: true, signature: Self.signature, precedesText: false),
        ]
        var losses = ConversionLosses()
        let id = ToolCallCarrier.encode("toolu_01", thoughts: thoughts, seal: self.seal, losses: &losses)
        #expect(self.isAlphabet(id))
        let back = ToolCallCarrier.decode(JSONString(id), seal: self.seal, losses: &losses)
        #expect(back.id == "toolu_01")
        #expect(back.thoughts == thoughts)
        #expect(losses.isEmpty)
    }

    @Test(
        "ids of any alphabet come back", arguments: ["call_1", "functions.f:0", "", "sli1_x", "slc1_zzzz", "é\u{0}\""])
    func ids(id: String) {
        var losses = ConversionLosses()
        let encoded = ToolCallCarrier.encode(id, seal: self.seal, losses: &losses)
        #expect(self.isAlphabet(encoded))
        #expect(ToolCallCarrier.decode(JSONString(encoded), seal: self.seal, losses: &losses).id == id)
        #expect(losses.isEmpty)
    }

    @Test("thoughts too long to travel are a loss, and the id stays")
    func tooLong() {
        var losses = ConversionLosses()
        let text = JSONString(String(repeating: "x", count: ThinkingCarrier.limitBytes))
        let id = ToolCallCarrier.encode(
            "call_1", thoughts: [.init(text: text, signature: nil)], seal: self.seal, losses: &losses)
        #expect(id == "call_1")
        #expect(losses.header == "dropped thinking")
    }

    @Test("a token of another key is an id like any other, and a loss")
    func otherKey() {
        var losses = ConversionLosses()
        let id = ToolCallCarrier.encode(
            "call_1", thoughts: [.init(text: "t", signature: nil)], seal: self.seal, losses: &losses)
        let back = ToolCallCarrier.decode(JSONString(id), seal: TestSeal(key: 3), losses: &losses)
        #expect(back.id == id)
        #expect(back.thoughts.isEmpty)
        #expect(losses.header == "dropped thinking")
    }

    @Test("an id is fitted to a target, the same way each time, and only when it must be")
    func fit() {
        #expect(ToolCallCarrier.fit("call_1", limit: 40, allows: ToolCallCarrier.isPlain) == "call_1")
        let long = String(repeating: "a", count: 100)
        let fitted = ToolCallCarrier.fit(long, limit: 40, allows: ToolCallCarrier.isPlain)
        #expect(fitted.utf8.count <= 40 && self.isAlphabet(fitted))
        #expect(fitted == ToolCallCarrier.fit(long, limit: 40, allows: ToolCallCarrier.isPlain))
        #expect(fitted != ToolCallCarrier.fit(long + "b", limit: 40, allows: ToolCallCarrier.isPlain))
    }

    @Test("no token of random bytes traps")
    func random() {
        var generator = SystemRandomNumberGenerator()
        var losses = ConversionLosses()
        for _ in 0..<2000 {
            let tail = (0..<Int.random(in: 0...80, using: &generator)).map { _ in
                UInt8.random(in: 0x21...0x7E, using: &generator)
            }.filter { $0 != 0x22 && $0 != 0x5C }
            for prefix in ["slt1_", "slc1_", "sli1_"] {
                let token = JSONString(escaped: (Array(prefix.utf8) + tail)[...])
                #expect(ThinkingCarrier.thoughts(in: token, seal: self.seal) == nil)
                _ = ToolCallCarrier.decode(token, seal: self.seal, losses: &losses)
            }
        }
    }
}
