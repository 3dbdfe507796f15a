import SluiceCore
import Testing

@Suite("ModelPattern")
struct ModelPatternTests {
    @Test(
        "names and patterns",
        arguments: [
            ("gpt-4o", "gpt-4o", true), ("gpt-4o", "gpt-4o-mini", false), ("gpt-4o", "GPT-4o", false),
            ("gpt-*", "gpt-", true), ("gpt-*", "gpt-4o", true), ("gpt-*", "gpt", false), ("*", "", true),
            ("*", "x", true),
            ("**", "x", true), ("*-mini", "gpt-4o-mini", true), ("*-mini", "gpt-4o-minis", false),
            ("a*b*c", "abc", true),
            ("a*b*c", "a-b-b-c", true), ("a*b*c", "acb", false), ("*a*", "bab", true), ("", "", true), ("", "x", false),
            ("a*a", "a", false), ("*.gguf", "model.gguf.gguf", true), ("é*", "éa", true), ("a?c", "abc", false),
        ])
    func table(pattern: String, name: String, matches: Bool) {
        #expect(ModelPattern(pattern).matches(name) == matches)
    }

    @Test("what a pattern says of itself")
    func facts() {
        #expect(ModelPattern("gpt-4o").isExact)
        #expect(!ModelPattern("gpt-*").isExact)
        #expect(ModelPattern("g*t-*").literalCount == 3)
        #expect(ModelPattern("gpt-*").description == "gpt-*")
    }

    /// The plainest matcher there is.
    private static func naive(_ pattern: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
        guard let first = pattern.first else { return name.isEmpty }
        if first == UInt8(ascii: "*") {
            return self.naive(pattern.dropFirst(), name) || (!name.isEmpty && self.naive(pattern, name.dropFirst()))
        }
        return name.first == first && self.naive(pattern.dropFirst(), name.dropFirst())
    }

    @Test("agrees with the plainest matcher on everything short")
    func property() {
        func texts(_ alphabet: [UInt8], upTo length: Int) -> [[UInt8]] {
            var all: [[UInt8]] = [[]]
            var last = all
            for _ in 0..<length {
                last = last.flatMap { text in alphabet.map { text + [$0] } }
                all += last
            }
            return all
        }
        let patterns = texts(Array("ab*".utf8), upTo: 5)
        let names = texts(Array("ab".utf8), upTo: 5)
        var differences: [String] = []
        for pattern in patterns {
            let text = String(decoding: pattern, as: UTF8.self)
            let matcher = ModelPattern(text)
            for name in names
            where matcher.matches(String(decoding: name, as: UTF8.self)) != Self.naive(pattern[...], name[...]) {
                differences.append("\(text) on \(String(decoding: name, as: UTF8.self))")
            }
        }
        #expect(differences.isEmpty)
    }

    @Test("a pattern made to be slow is not", .timeLimit(.minutes(1)))
    func slow() {
        let pattern = ModelPattern(String(repeating: "*a", count: 200) + "b")
        #expect(!pattern.matches(String(repeating: "a", count: 5000)))
    }
}
