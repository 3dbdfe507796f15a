import SluiceWire
import Testing

@Suite("JSONDocument")
struct JSONDocumentTests {
    private func root(_ text: String) throws -> JSONNode {
        try JSONDocument(parsing: Array(text.utf8)).root
    }

    @Test("accepts what the scanner accepts, and refuses the rest with the same error")
    func conformance() {
        for text in JSONAcceptCases.valid {
            #expect(throws: Never.self, "\(text.prefix(80))") { try JSONDocument(parsing: Array(text.utf8)) }
        }
        for (text, kind, offset) in JSONRefuseCases.all {
            #expect("\(text.prefix(80))") { try JSONDocument(parsing: Array(text.utf8)) } throws: { error in
                let error = error as? JSONError
                return error?.kind == kind && error?.offset == offset
            }
        }
    }

    @Test("finds members and elements at any depth")
    func lookup() throws {
        let node = try root(#"{"a":{"b":[10,{"c":"d"},[]]},"e":null}"#)
        #expect(node["a"]?["b"]?[1]?["c"]?.stringValue == "d")
        #expect(node["a"]?["b"]?[0]?.intValue == 10)
        #expect(node["a"]?["b"]?[2]?.count == 0)
        #expect(node["a"]?["b"]?.count == 3)
        #expect(node["e"]?.isNull == true)
        #expect(node["x"] == nil)
        #expect(node[0] == nil)
        #expect(node["a"]?["b"]?[3] == nil)
        #expect(node["a"]?["b"]?[-1] == nil)
        #expect(node["a"]?["b"]?["c"] == nil)
    }

    @Test("the last of duplicate members wins a lookup, and all of them are listed in order")
    func duplicates() throws {
        let node = try root(#"{"a":1,"b":2,"\u0061":3}"#)
        #expect(node["a"]?.intValue == 3)
        #expect(node.members.map(\.key) == ["a", "b", "a"])
        #expect(node.members.compactMap(\.value.intValue) == [1, 2, 3])
        #expect(node.count == 3)
    }

    @Test("keys differ by their bytes, not by what looks alike")
    func keys() throws {
        let node = try root("{\"e\u{301}\":1,\"\u{E9}\":2,\"\":3}")
        #expect(node["e\u{301}"]?.intValue == 1)
        #expect(node["\u{E9}"]?.intValue == 2)
        #expect(node[""]?.intValue == 3)
    }

    @Test(
        "decodes escapes",
        arguments: [
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9\u20AC""#, "Aé€"),
            (#""\ud83d\ude00""#, "😀"),
            (#""\ud83d""#, "\u{FFFD}"), (#""\ude00""#, "\u{FFFD}"), (#""\ud83dx""#, "\u{FFFD}x"),
            (#""\ud83d\u0041""#, "\u{FFFD}A"),
            (#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"), (#""\ude00\ud83d""#, "\u{FFFD}\u{FFFD}"),
            (#""a\u0000b""#, "a\u{0}b"),
            (#""\\u0041""#, "\\u0041"), (#""é\n日""#, "é\n日"), (#""\uDBFF\uDFFF""#, "\u{10FFFF}"), (#""""#, ""),
            (#""\ud83d\\ude00""#, "\u{FFFD}\\ude00"),
        ])
    func escapes(text: String, expected: String) throws {
        let node = try root(text)
        #expect(node.stringValue.map { Array($0.utf8) } == Array(expected.utf8))
        #expect(node.rawString == String(text.dropFirst().dropLast()))
    }

    @Test(
        "reads integers exactly or not at all",
        arguments: [
            ("0", 0), ("-0", 0), ("1", 1), ("-1", -1), ("1.0", 1), ("1.000", 1), ("1e2", 100), ("1.5e1", 15),
            ("150e-1", 15), ("1.50e1", 15),
            ("0e99999", 0), ("0.0", 0), ("-0.0e-5", 0), ("9007199254740993", 9_007_199_254_740_993),
            ("9223372036854775807", Int.max),
            ("-9223372036854775808", Int.min), ("9223372036854775808", nil), ("-9223372036854775809", nil),
            ("1.5", nil), ("1e-1", nil),
            ("1e19", nil), ("1e18", 1_000_000_000_000_000_000), ("1e99999999999999999999", nil),
            ("1e-99999999999999999999", nil),
            ("1000000000000000000000e-3", 1_000_000_000_000_000_000), ("123456789012345678901234567890", nil),
            ("0.1e1", 1),
            ("922337203685477580.7e1", Int.max), ("18446744073709551616", nil), ("100000000000000000000000000e-26", 1),
        ] as [(String, Int?)])
    func integers(text: String, expected: Int?) throws {
        #expect(try root(text).intValue == expected)
        #expect(try root(text).numberText == text)
    }

    @Test(
        "reads doubles to the nearest",
        arguments: [
            "0", "-0", "1.5", "0.1", "0.2", "0.3", "1e22", "1e23", "1e-22", "1e-23", "123456789.123456789",
            "9007199254740993", "9007199254740992e1",
            "5e-324", "2.2250738585072014e-308", "1.7976931348623157e308", "4.9406564584124654e-324",
            "3.141592653589793238462643383279",
            "100000000000000000000000000000000000000", "0.000000000000000000000000000001", "7205759403792793e22",
            "1.0000000000000002", "1e-400",
            "-123.456e-7", "8.5e0", "123e00", "6.02214076e23", "4503599627370497.5",
        ])
    func doubles(text: String) throws {
        let value = try #require(try root(text).doubleValue)
        let expected = try #require(Double(text))
        #expect(value == expected)
        #expect(value.sign == expected.sign)
    }

    @Test("numbers too large for a double, and other kinds, have no value")
    func noValue() throws {
        #expect(try root("1e400").doubleValue == nil)
        #expect(try root("-1e400").doubleValue == nil)
        #expect(try root("1e400").numberText == "1e400")
        #expect(try root("\"1\"").intValue == nil)
        #expect(try root("true").intValue == nil)
        #expect(try root("1").boolValue == nil)
        #expect(try root("null").stringValue == nil)
        #expect(try root("true").boolValue == true)
        #expect(try root("false").boolValue == false)
        #expect(try root("[1]").members.map(\.key).isEmpty)
        #expect(try root(#"{"a":1}"#).elements.map(\.kind).isEmpty)
    }

    @Test("gives back values as they were written")
    func rawBytes() throws {
        let node = try root(" { \"a\" : [ 1 , 2.50 ] , \"b\":\"x\\u0041\" } ")
        #expect(String(decoding: node.rawBytes, as: UTF8.self) == "{ \"a\" : [ 1 , 2.50 ] , \"b\":\"x\\u0041\" }")
        #expect(node["a"].map { String(decoding: $0.rawBytes, as: UTF8.self) } == "[ 1 , 2.50 ]")
        #expect(node["b"].map { String(decoding: $0.rawBytes, as: UTF8.self) } == #""x\u0041""#)
        #expect(node["a"]?[1].map { String(decoding: $0.rawBytes, as: UTF8.self) } == "2.50")
    }

    @Test("counts and walks many children")
    func many() throws {
        let text = "[" + (0..<50_000).map(String.init).joined(separator: ",") + "]"
        let node = try root(text)
        #expect(node.count == 50_000)
        #expect(node.elements.enumerated().allSatisfy { $0.offset == $0.element.intValue })
        #expect(node[49_999]?.intValue == 49_999)
    }

    @Test("bounds depth and values")
    func limits() {
        #expect { try JSONDocument(parsing: Array("[1,2,3]".utf8), limits: JSONLimits(maximumNodes: 3)) } throws: {
            ($0 as? JSONError)?.kind == .tooManyValues
        }
        #expect(throws: Never.self) {
            try JSONDocument(parsing: Array("[1,2,3]".utf8), limits: JSONLimits(maximumNodes: 4))
        }
        #expect { try JSONDocument(parsing: Array("[[[]]]".utf8), limits: JSONLimits(maximumDepth: 2)) } throws: {
            ($0 as? JSONError)?.kind == .tooDeep
        }
    }
}
