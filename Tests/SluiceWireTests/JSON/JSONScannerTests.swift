import SluiceWire
import Testing

@Suite("JSONScanner")
struct JSONScannerTests {
    private func fault(_ bytes: [UInt8], limits: JSONLimits = .default) -> JSONError? {
        do throws(JSONError) {
            try JSONScanner.validate(bytes.span, limits: limits)
            return nil
        } catch {
            return error
        }
    }

    @Test("accepts what RFC 8259 allows", arguments: JSONAcceptCases.valid)
    func accepts(text: String) {
        #expect(fault(Array(text.utf8)) == nil)
    }

    @Test("refuses what is no JSON, and says where", arguments: 0..<JSONRefuseCases.all.count)
    func refuses(index: Int) {
        let (text, kind, offset) = JSONRefuseCases.all[index]
        let error = fault(Array(text.utf8))
        #expect(error?.kind == kind, "\(text.prefix(80))")
        #expect(error?.offset == offset, "\(text.prefix(80))")
        #expect(error?.message.isEmpty == false)
    }

    @Test("accepts and refuses the same when the text lies behind other bytes, so that no read depends on alignment")
    func alignment() {
        for shift in 0..<9 {
            for text in JSONAcceptCases.valid {
                let bytes = Array(repeating: UInt8(ascii: "["), count: shift) + Array(text.utf8)
                let span = bytes.span.extracting(shift..<bytes.count)
                #expect(throws: Never.self) { try JSONScanner.validate(span) }
            }
            for (text, kind, _) in JSONRefuseCases.all {
                // Bytes after the end that would complete the text must not be read.
                let bytes = Array(repeating: UInt8(ascii: "["), count: shift) + Array(text.utf8) + Array("\"]}0e1".utf8)
                let span = bytes.span.extracting(shift..<bytes.count - 6)
                var found: JSONError.Kind?
                do throws(JSONError) { try JSONScanner.validate(span) } catch { found = error.kind }
                #expect(found == kind, "\(text.prefix(80))")
            }
        }
    }

    @Test("every prefix of a document but the document itself is refused at its end")
    func prefixes() {
        let text = #"{"a":[1,-2.5e+10,{"b":"x\n\u00e9é日😀"},true,false,null],"c":{}}"#
        let bytes = Array(text.utf8)
        for count in 0..<bytes.count {
            let error = fault(Array(bytes[..<count]))
            #expect(error != nil, "\(count)")
            // A prefix can end inside a character; then that is the fault.
            if let error, error.kind != .invalidUTF8 { #expect(error.offset == count) }
        }
        #expect(fault(bytes) == nil)
    }

    @Test("reports members with the ranges of key and value")
    func members() throws {
        let text = #" { "model" : "gpt-4o", "n":-1.5e3 ,"a":[1,{"x":2}],"o":{},"t":true,"f":false,"z":null,"s":"" } "#
        let bytes = Array(text.utf8)
        var members: [JSONMember] = []
        try JSONScanner.scanObject(bytes.span, into: &members)
        let keys = members.map { String(decoding: bytes[$0.key], as: UTF8.self) }
        let values = members.map { String(decoding: bytes[$0.value], as: UTF8.self) }
        #expect(keys == ["model", "n", "a", "o", "t", "f", "z", "s"])
        #expect(values == [#""gpt-4o""#, "-1.5e3", #"[1,{"x":2}]"#, "{}", "true", "false", "null", #""""#])
        #expect(members.map(\.kind) == [.string, .number, .array, .object, .true, .false, .null, .string])
        let texts = members.map { JSONScanner.string($0, in: bytes.span) }
        #expect(texts == ["gpt-4o", nil, nil, nil, nil, nil, nil, ""])
    }

    @Test("keeps duplicates, in order, and the capacity of the array")
    func duplicates() throws {
        var members: [JSONMember] = []
        members.reserveCapacity(100)
        try JSONScanner.scanObject(Array(#"{"a":1,"a":2}"#.utf8).span, into: &members)
        #expect(members.count == 2)
        #expect(members.capacity >= 100)
        try JSONScanner.scanObject(Array("{}".utf8).span, into: &members)
        #expect(members.isEmpty)
    }

    @Test(
        "compares keys after unescaping",
        arguments: [
            (#"{"model":1}"#, true), (#"{"\u006dodel":1}"#, true), (#"{"\u006d\u006f\u0064\u0065\u006c":1}"#, true),
            (#"{"mode\u006C":1}"#, true), (#"{"Model":1}"#, false), (#"{"model\u0000":1}"#, false),
            (#"{"mode":1}"#, false),
            (#"{"models":1}"#, false), (#"{"\\u006dodel":1}"#, false), (#"{"":1}"#, false), (#"{"mod\/el":1}"#, false),
        ])
    func keys(text: String, isModel: Bool) throws {
        let bytes = Array(text.utf8)
        var members: [JSONMember] = []
        try JSONScanner.scanObject(bytes.span, into: &members)
        let member = try #require(members.first)
        let isEqual = JSONScanner.key(member, in: bytes.span, equals: "model")
        #expect(isEqual == isModel)
    }

    @Test("names another kind of value than an object as that, and garbage as garbage")
    func notAnObject() {
        var members: [JSONMember] = []
        for (text, kind) in [
            ("[]", JSONError.Kind.notAnObject), ("1", .notAnObject), ("\"{}\"", .notAnObject), ("null", .notAnObject),
            ("[", .unexpectedEnd), ("nope", .unexpectedByte), ("", .empty), ("\u{FEFF}{}", .byteOrderMark),
            ("[] []", .trailingBytes),
        ] {
            #expect { try JSONScanner.scanObject(Array(text.utf8).span, into: &members) } throws: { error in
                (error as? JSONError)?.kind == kind
            }
        }
    }

    @Test("bounds depth and members")
    func limits() {
        #expect(fault(Array("[[]]".utf8), limits: JSONLimits(maximumDepth: 2)) == nil)
        #expect(fault(Array("[[[]]]".utf8), limits: JSONLimits(maximumDepth: 2))?.kind == .tooDeep)
        let deep = JSONAcceptCases.mixed(2_000)
        #expect(fault(Array(deep.utf8), limits: JSONLimits(maximumDepth: 4_000)) == nil)
        #expect(fault(Array(deep.utf8), limits: JSONLimits(maximumDepth: 3_999))?.kind == .tooDeep)
        var members: [JSONMember] = []
        let limits = JSONLimits(maximumMembers: 2)
        #expect(throws: Never.self) {
            try JSONScanner.scanObject(
                Array(#"{"a":1,"b":{"c":1,"d":2,"e":3}}"#.utf8).span, limits: limits, into: &members)
        }
        #expect {
            try JSONScanner.scanObject(Array(#"{"a":1,"b":1,"c":1}"#.utf8).span, limits: limits, into: &members)
        } throws: {
            ($0 as? JSONError)?.kind == .tooManyValues
        }
    }

    @Test("says what was expected and what was found")
    func messages() {
        #expect(
            fault(Array(#"{"a":1 "b":2}"#.utf8))?.description
                == "expected ',' or '}' after a member, found '\"' (byte 7)")
        #expect(fault(Array("[1,".utf8))?.description == "expected a value, found the end of the text (byte 3)")
        #expect(fault([0xFF, 0xFE, 0x7B, 0])?.kind == .byteOrderMark)
        #expect(fault([0x5B, 0x01])?.message == "expected a value, found 0x01")
    }
}
