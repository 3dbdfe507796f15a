import Testing

@testable import SluiceConfig

@Suite("YAML")
struct YAMLReaderTests {
    private func read(_ text: String) -> (node: ConfigurationNode?, problems: [String]) {
        let (node, problems) = YAMLReader.read(Array(text.utf8), source: "f.yaml")
        return (node, problems.items.map(\.description))
    }

    @Test("every value knows its line and column")
    func places() throws {
        let node = try #require(read("a: 1\nb:\n  - x\n  - { c: \"y\" }\n").node)
        #expect(node["a"]?.location.description == "f.yaml:1:4")
        #expect(node["b"]?.list?.first?.location.description == "f.yaml:3:5")
        #expect(node["b"]?.list?.last?["c"]?.location.description == "f.yaml:4:10")
        #expect(node["b"]?.list?.last?.entries?.first?.keyLocation.description == "f.yaml:4:7")
    }

    @Test("quoted text, plain text and null are told apart")
    func kinds() throws {
        let node = try #require(read("a: \"1\"\nb: 1\nc:\nd: ~\ne: !!str 1\nf: |\n  x\n").node)
        #expect(node["a"]?.scalar?.kind == .text)
        #expect(node["b"]?.scalar?.kind == .plain)
        #expect(node["c"]?.isNull == true)
        #expect(node["d"]?.isNull == true)
        #expect(node["e"]?.scalar?.kind == .text)
        #expect(node["f"]?.scalar?.text == "x\n")
    }

    @Test("an empty text is an empty map", arguments: ["", "\n", "# only a comment\n", "---\n...\n"])
    func empty(text: String) throws {
        let node = try #require(read(text).node)
        #expect(node.entries?.isEmpty == true || node.isNull)
    }

    @Test(
        "what cannot be read is refused with its place",
        arguments: [
            ("a: 1\na: 2", "\"a\" is written twice; the first one is in line 1 (f.yaml:2:1)"),
            ("a: 1\n---\nb: 2", "only one document is read; remove everything from this --- on (f.yaml:2:1)"),
            ("1: a", "a key must be text, found 1; write \"1\" in quotes (f.yaml:1:1)"),
            ("true: a", "a key must be text, found true; write \"true\" in quotes (f.yaml:1:1)"),
            ("1.5: a", "a key must be text, found 1.5; write \"1.5\" in quotes (f.yaml:1:1)"),
            ("~: a", "a key must be text, found nothing before the colon (f.yaml:1:1)"),
            ("? [a]\n: b", "a key must be text, found a list (f.yaml:1:3)"),
            ("a: *b", "*b stands for nothing: there is no &anchor of that name above (f.yaml:1:4)"),
            ("a: !secret b", "the tag !secret is not supported; remove it (f.yaml:1:4)"),
            ("<<: 1", "<< merges a map or a list of maps, found a single value (f.yaml:1:5)"),
        ]
    )
    func refused(text: String, message: String) {
        #expect(read(text).problems == [message])
    }

    @Test(
        "what is no YAML says so with its line",
        arguments: [
            ("a: [1\nb: 2\n", 2), ("a: 1\n  b: 2\n", 2), ("a: \"x\n", 2), ("a:\n\t- b\n", 2), ("}", 1), ("a: \u{1}", 1),
        ]
    )
    func broken(text: String, line: Int) {
        let problems = YAMLReader.read(Array(text.utf8), source: "f.yaml").problems.items
        #expect(problems.count == 1)
        #expect(problems.first?.message.hasPrefix("this is not YAML") == true)
        #expect(problems.first?.location?.line == line, "\(problems)")
    }

    @Test("a tab as indentation is named")
    func tab() {
        #expect(read("a:\n\tb: 1\n").problems.first?.contains("here is a tab") == true)
    }

    @Test("bytes that are no UTF-8 are refused")
    func notUTF8() {
        let result = YAMLReader.read([0x61, 0x3A, 0x20, 0xFF, 0xFE], source: "f.yaml")
        #expect(result.node == nil)
        #expect(result.problems.hasErrors)
    }

    @Test("words that YAML 1.1 took for booleans are keys")
    func words() throws {
        let node = try #require(read("on: 1\noff: 2\nyes: 3\nn: 4\n").node)
        #expect(node.entries?.map(\.key) == ["on", "off", "yes", "n"])
    }

    @Test("aliases and merge keys work; what a map says itself wins")
    func aliases() throws {
        let node = try #require(
            read("a: &x { p: 1, q: 2 }\nb: { <<: *x, q: 3 }\nc: *x\nd: { <<: [{ p: 9 }, *x] }\n").node)
        #expect(node["b"]?["p"]?.scalar?.text == "1")
        #expect(node["b"]?["q"]?.scalar?.text == "3")
        #expect(node["c"]?["q"]?.scalar?.text == "2")
        #expect(node["d"]?["p"]?.scalar?.text == "9")
        #expect(node["d"]?["q"]?.scalar?.text == "2")
    }

    @Test("aliases of aliases cannot grow without bound", .timeLimit(.minutes(1)))
    func billionLaughs() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...20 {
            let references = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(references)]\n"
        }
        #expect(read(text).problems.first?.contains("more than 200000 values") == true)
    }

    @Test("depth is bounded, by brackets and by aliases")
    func depth() {
        let brackets = "a: " + String(repeating: "[", count: 100_000)
        #expect(read(brackets).problems.first?.contains("nested more than 64 levels") == true)
        var chain = "a0: &a0 [x]\n"
        for level in 1...100 { chain += "a\(level): &a\(level) [*a\(level - 1)]\n" }
        #expect(read(chain).problems.first?.contains("nested more than 64 levels") == true)
    }

    @Test("an alias of the map that it stands in is refused")
    func cycle() {
        #expect(read("a: &x { b: *x }\n").node == nil)
    }
}
