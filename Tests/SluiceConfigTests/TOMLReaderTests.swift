import Testing

@testable import SluiceConfig

@Suite("TOML")
struct TOMLReaderTests {
    private func read(_ text: String) -> (node: ConfigurationNode?, problems: DiagnosticList) {
        TOMLReader.read(Array(text.utf8), source: "f.toml")
    }

    @Test("keys keep their order and values their places")
    func places() throws {
        let text = """
            # a comment with = and [brackets]
            z = "1"
            a = { y = [1, "]", { d = 2 }], x = '#' }

            [t."q.\\u0041"]   # comment
            multi = \"\"\"
            [no] = "header\\\""
            \"\"\"
            after = 1979-05-27 07:32:00

            [[list]]
            n = 1
            [list.sub]
            m = 2
            [[list]]
            b.c = 3
            """
        let result = read(text)
        let node = try #require(result.node, "\(result.problems.items)")
        #expect(node.entries?.map(\.key) == ["z", "a", "t", "list"])
        #expect(node["a"]?.entries?.map(\.key) == ["y", "x"])
        #expect(node["z"]?.location.description == "f.toml:2:5")
        #expect(node["a"]?["y"]?.list?.map(\.location.description) == ["f.toml:3:12", "f.toml:3:15", "f.toml:3:20"])
        #expect(node["a"]?["y"]?.list?.last?["d"]?.location.description == "f.toml:3:26")
        #expect(node["a"]?["x"]?.location.description == "f.toml:3:36")
        #expect(node["t"]?["q.A"]?["after"]?.location.description == "f.toml:9:9")
        #expect(node["t"]?["q.A"]?["after"]?.scalar?.text.contains("07:32:00") == true)
        #expect(node["list"]?.list?.first?["sub"]?["m"]?.location.description == "f.toml:14:5")
        #expect(node["list"]?.list?.last?["b"]?["c"]?.location.description == "f.toml:16:7")
    }

    @Test("numbers, booleans and dates become text")
    func scalars() throws {
        let node = try #require(read("a = 0x10\nb = true\nc = 2026-05-01\nd = 1_000\ne = 1.5\n").node)
        #expect(node.entries?.compactMap { $0.value.scalar?.text } == ["16", "true", "2026-05-01", "1000", "1.5"])
        #expect(node.entries?.allSatisfy { $0.value.scalar?.kind == .plain } == true)
    }

    private func value(_ text: String) -> String? {
        read("a = \(text)\n").node?["a"]?.scalar?.text
    }

    @Test(
        "every form of a value is read",
        arguments: [
            ("0", "0"), ("-0", "0"), ("+7", "7"), ("-9223372036854775808", "-9223372036854775808"),
            ("0xDEAD_beef", "3735928559"), ("0o17", "15"), ("0b101", "5"), ("1.0", "1.0"), ("-1_0.5_5", "-10.55"),
            ("1e6", "1e6"), ("1.5E-3", "1.5e-3"), ("inf", "inf"), ("-nan", "-nan"), ("true", "true"),
            ("07:32:00", "07:32:00"), ("07:32", "07:32"), ("07:32:00.999", "07:32:00.999"),
            ("2024-02-29", "2024-02-29"),
            ("1979-05-27T07:32:00Z", "1979-05-27T07:32:00Z"),
            ("1979-05-27 00:32:00.5-07:00", "1979-05-27 00:32:00.5-07:00"), ("1979-05-27 # no time", "1979-05-27"),
            (#""a\tb\"\\\u00e9\U0001F600\x41\e""#, "a\tb\"\\é😀A\u{1B}"), ("'a\\tb'", "a\\tb"), ("''", ""), (#""""#, ""),
            ("\"\"\"\na\nb\"\"\"", "a\nb"), ("\"\"\"a \\\n   \n  b\"\"\"", "a b"), ("'''\na'b''c'''''", "a'b''c''"),
            (##""""a"b""c"""""##, "a\"b\"\"c\""), ("\"\"\"a\r\nb\"\"\"", "a\nb"), ("\"é\"", "é"),
        ]
    )
    func values(text: String, expected: String) {
        #expect(value(text) == expected)
    }

    @Test(
        "what is no value is refused",
        arguments: [
            "", "01", "+-1", "1__0", "_1", "1_", "0x", "0xG", "-0x1", "0o8", "0b2", "1.", ".5", "1.e5", "1e", "00.5",
            "1e1.5", "Inf", "TRUE", "yes", "2023-02-29", "2024-13-01", "2024-00-01", "24:00:00", "07:60:00", "07:32:61",
            "1979-05-27T", "1979-05-27T07", "7:32:00", "1979-05-27T07:32:00+25:00", "1979-5-27", "9223372036854775808",
            "0x8000000000000000", "\"a", "'a", "\"a\nb\"", "\"\\q\"", "\"\\uD800\"", "\"\\u12\"", "\"\\U00110000\"",
            "\"\u{1}\"", "'\u{7F}'", "\"\"\"a", "'''a''", "[1", "[1 2]", "[,]", "{ b = 1", "{ b = 1 c = 2 }", "{ b }",
            "{,}", "1 2", "\"a\"b", "1\rx", "\"\"\"\\ x\"\"\"",
        ]
    )
    func noValues(text: String) {
        let result = read("a = \(text)\n")
        #expect(result.node == nil)
        #expect(result.problems.items.count == 1)
        #expect(result.problems.items.first?.message.hasPrefix("this is not TOML: ") == true)
    }

    @Test(
        "tables may be written in many ways",
        arguments: [
            "[a.b.c]\nx=1\n[a]\ny=1\n[a.b]\nz=1", "a.b.c=1\na.d=2", "[a]\nb.c=1\n[a.b.d]\nx=1",
            "[[a]]\n[a.b]\n[[a]]\n[a.b]", "[[a.b]]\n[[a.b]]\n[a]\nx=1", "a = { b.c = 1, b.d = 2, }",
            "a = {\n b = 1, # x\n}", "a = [ # x\n 1,\n 2,\n]", "\"\" = 1", "'a.b'.\"c\" = 1", "1 = 2\n-_ = 3",
            "[ a . b ]",
            "a\t=\t1\t# c\r\n", "\"a\" = 1\n'b' = 2", "a = [[1], { b = [2] }]", "# only", "3.14 = 1", "",
        ]
    )
    func tables(text: String) {
        #expect(read(text).node != nil, "\(read(text).problems.items)")
    }

    @Test(
        "what contradicts itself is refused",
        arguments: [
            "a=1\na=2", "[a]\n[a]", "a=1\n[a]", "[a]\nb=1\n[a.b]", "a.b=1\n[a]", "[a.b]\n[a]\nb.c=1",
            "[a.b.c]\n[a]\nb.d=1", "a={}\n[a.b]", "a={}\na.b=1", "a=[]\n[[a]]", "[[a]]\n[a]", "[a]\n[[a]]",
            "[[a.b]]\n[a]\nb.c=1", "a={b=1,b=2}", "a={b.c=1,b=2}", "a.b=1\na.b.c=2", "a=1\na.b=2", "\"a\"=1\na=2",
            "[a]\nb=1\nb.c=2",
        ]
    )
    func contradictions(text: String) {
        let result = read(text)
        #expect(result.node == nil)
        #expect(result.problems.items.first?.message.contains("is written twice") == true, "\(result.problems.items)")
    }

    @Test(
        "what is no TOML says so with its line and column",
        arguments: [
            ("a = 1\na = 2\n", "\"a\" is written twice; the first one is in line 1 (f.toml:2:1)"),
            ("a = \n", "expected a value, found the end of the line (f.toml:1:5)"),
            ("a = x\n", "x is no value; write text in quotes: \"x\" (f.toml:1:5)"),
            ("a\n", "expected = after the key, found the end of the line (f.toml:1:2)"),
            ("é = 1", "expected a key, found é (f.toml:1:1)"),
            ("[a\n", "expected ] after the name of the table, found the end of the line (f.toml:1:3)"),
            ("[[a]\n", "expected ]] after the name of the table, found the end of the line (f.toml:1:5)"),
            ("[ .]\n[-\n", "expected a key, found . (f.toml:1:3)"),
            ("[\n:", "expected a key, found the end of the line (f.toml:1:2)"),
            ("\n\n= 1", "expected a key, found = (f.toml:3:1)"),
            ("a = 1 b = 2", "expected the end of the line, found b (f.toml:1:7)"),
            ("a = \"é\" x", "expected the end of the line, found x (f.toml:1:9)"),
            ("a = 1 # \u{1}", "a comment cannot hold control characters (f.toml:1:9)"),
            ("x = '''\na", "a string without its closing quotes (f.toml:1:5)"),
        ]
    )
    func broken(text: String, message: String) {
        #expect(read(text).problems.items.map(\.description) == ["this is not TOML: " + message])
    }

    @Test("bytes that are no UTF-8 are refused")
    func notUTF8() {
        #expect(TOMLReader.read([0x61, 0xFF], source: "f").problems.hasErrors)
    }

    @Test("depth is bounded, in lists, tables, keys and headers")
    func depth() {
        let deep = Array(repeating: "a", count: 1000).joined(separator: ".")
        for text in [
            "a = " + String(repeating: "[", count: 100_000), "a = " + String(repeating: "{a=", count: 100_000),
            deep + " = 1", "[\(deep)]", "[[\(deep)]]", "[[a]]\n[[a]]\n[\(deep)]",
        ] {
            #expect(read(text).problems.items.first?.message.contains("nested more than 64 levels") == true)
        }
    }

    @Test("many tables of one name take no quadratic time", .timeLimit(.minutes(1)))
    func manyTables() {
        let node = read(String(repeating: "[[a]]\n", count: 100_000)).node
        #expect(node?["a"]?.list?.count == 100_000)
    }
}
