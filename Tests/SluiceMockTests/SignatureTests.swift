import SluiceWire
import Testing

@testable import SluiceMock

@Suite("Signatures")
struct SignatureTests {
    private let signature = ContentSignature(family: "opus-5-5", seed: 7, prefix: 9)

    @Test("a signature is verified, and tells who made it")
    func verified() throws {
        let text = signature.sign("hello".utf8, as: .thinking)
        #expect(text == signature.sign("hello".utf8, as: .thinking))
        #expect(ContentSignature.verify(text, of: "hello".utf8, as: .thinking) == signature)
        #expect(ContentSignature.verify(text, of: "hello!".utf8, as: .thinking) == nil)
        #expect(ContentSignature.verify(text, of: "hello".utf8, as: .thought) == nil)
    }

    @Test("any altered byte of a signature is found")
    func altered() throws {
        let bytes = try #require(Base64.decode(signature.sign("x".utf8, as: .thinking)))
        for index in bytes.indices {
            var other = bytes
            other[index] ^= 0x10
            #expect(ContentSignature.verify(Base64.encode(other), of: "x".utf8, as: .thinking) == nil)
        }
        for text in ["", "AAAA", "not base64!", "AQ=="] {
            #expect(ContentSignature.verify(text, of: "x".utf8, as: .thinking) == nil)
        }
    }

    @Test("both alphabets of base64 are read, and nothing else")
    func base64() {
        let bytes = (0..<64).map { UInt8($0 * 4 + 3) }
        let text = Base64.encode(bytes)
        let other = String(text.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
        #expect(Base64.decode(text) == bytes)
        #expect(Base64.decode(other) == bytes)
        #expect(Base64.decode("Zg") == Array("f".utf8))
        #expect(Base64.decode("Zg==") == Array("f".utf8))
        for wrong in ["Z", "Zg=", "Zg===", "Zh", "Zg==Zg==", "Z g=", "data:image/png;base64,Zg=="] {
            #expect(Base64.decode(wrong) == nil, "\(wrong)")
        }
    }

    @Test("one spelling for JSON that means the same")
    func canonical() throws {
        let first = try JSONDocument(parsing: Array(#"{ "b": [1.0, "\u0041"], "a": {"x":null} }"#.utf8)).root
        let second = try JSONDocument(parsing: Array(#"{"a":{"x":null},"b":[1,"A"]}"#.utf8)).root
        #expect(CanonicalJSON.bytes(first) == CanonicalJSON.bytes(second))
        #expect(String(decoding: CanonicalJSON.bytes(first, ignoring: ["a"]), as: UTF8.self) == #"{"b":[1,"A"]}"#)
    }

    @Test(
        "a name is split into the vendor's and what the mock is to do",
        arguments: [
            ("claude-opus-5-5+mock-tool-calls-2", "claude-opus-5-5", "mock-tool-calls-2"), ("gpt-5", "gpt-5", nil),
            ("mock-429", "mock", "mock-429"), ("mock", "mock", "mock"), ("llama3:8b+mock", "llama3:8b", "mock"),
            ("a+mockingbird", "a+mockingbird", nil), ("mockingbird", "mockingbird", nil),
        ])
    func names(_ name: String, _ base: String, _ behaviour: String?) throws {
        #expect(ModelName(name).base == base)
        #expect(ModelName(name).behaviour.map(String.init) == behaviour)
        let asked = try Behaviour(model: name, headers: [])
        #expect(asked.toolCalls == (name.hasSuffix("tool-calls-2") ? 2 : nil))
    }
}
