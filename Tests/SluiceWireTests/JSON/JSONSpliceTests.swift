import SluiceWire
import Testing

@Suite("JSONSplice")
struct JSONSpliceTests {
    private func edit(_ text: String, _ body: (inout JSONSplice, Span<UInt8>) -> Void) throws -> String {
        let bytes = Array(text.utf8)
        var members: [JSONMember] = []
        try JSONScanner.scanObject(bytes.span, into: &members)
        var splice = JSONSplice(of: bytes.span, members: members)
        body(&splice, bytes.span)
        let edited = splice.apply(to: bytes.span)
        #expect(edited.count == splice.editedCount)
        let joined = splice.segments.reduce(into: [UInt8]()) { output, segment in
            switch segment {
            case .original(let range):
                #expect(!range.isEmpty)
                output += bytes[range]
            case .inserted(let inserted):
                #expect(!inserted.isEmpty)
                output += inserted
            }
        }
        #expect(joined == edited)
        #expect(throws: Never.self) { try JSONScanner.validate(edited.span) }
        return String(decoding: edited, as: UTF8.self)
    }

    private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test("without edits the text is one run of the original")
    func nothing() throws {
        let bytes = Array(#" {"a":1} "#.utf8)
        var members: [JSONMember] = []
        try JSONScanner.scanObject(bytes.span, into: &members)
        let splice = JSONSplice(of: bytes.span, members: members)
        #expect(splice.isEmpty)
        #expect(splice.segments == [.original(0..<9)])
        let edited = splice.apply(to: bytes.span)
        #expect(edited == bytes)
    }

    @Test("replaces a value and touches no other byte")
    func replace() throws {
        let text = "{ \"model\" :\t\"gpt-4\\u006f\" , \"temperature\": 1.50e0,\n\"x\":{\"a\":  [1 ,2]},\"x\":1 }\n"
        let edited = try edit(text) { splice, _ in splice.replaceValue(at: 0, with: Self.bytes(#""m""#)) }
        #expect(edited == "{ \"model\" :\t\"m\" , \"temperature\": 1.50e0,\n\"x\":{\"a\":  [1 ,2]},\"x\":1 }\n")
        let twice = try edit(text) { splice, _ in
            splice.replaceValue(at: 0, with: Self.bytes("1"))
            splice.replaceValue(at: 0, with: Self.bytes("2"))
            splice.replaceValue(at: 9, with: Self.bytes("3"))
        }
        #expect(twice == "{ \"model\" :\t2 , \"temperature\": 1.50e0,\n\"x\":{\"a\":  [1 ,2]},\"x\":1 }\n")
    }

    @Test(
        "inserts after the last member, or into an empty object",
        arguments: [
            (#"{}"#, #"{"k":1}"#), ("{ }", #"{"k":1 }"#), (" {\n} ", " {\"k\":1\n} "), (#"{"a":1}"#, #"{"a":1,"k":1}"#),
            ("{ \"a\" : 1 \n}", "{ \"a\" : 1,\"k\":1 \n}"), (#"{"a":{},"b":[]}"#, #"{"a":{},"b":[],"k":1}"#),
        ])
    func insert(text: String, expected: String) throws {
        #expect(try edit(text) { splice, _ in splice.insertMember("k" as StaticString, value: [0x31]) } == expected)
        #expect(try edit(text) { splice, _ in splice.insertMember("k" as String, value: [0x31]) } == expected)
    }

    @Test("inserts several, and escapes keys that are not known at compile time")
    func insertSeveral() throws {
        let edited = try edit(#"{"a":1}"#) { splice, _ in
            splice.insertMember("b" as StaticString, value: Self.bytes("2"))
            splice.insertMember("c\"" as String, value: Self.bytes("{}"))
        }
        #expect(edited == #"{"a":1,"b":2,"c\"":{}}"#)
    }

    @Test(
        "removes members with their commas",
        arguments: [
            (#"{"a":1}"#, [0], "{}"), (#"{"a":1,"b":2}"#, [0], #"{"b":2}"#), (#"{"a":1,"b":2}"#, [1], #"{"a":1}"#),
            (#"{"a":1,"b":2}"#, [0, 1], "{}"), (#"{"a":1,"b":2,"c":3}"#, [1], #"{"a":1,"c":3}"#),
            (#"{"a":1,"b":2,"c":3}"#, [0, 1], #"{"c":3}"#), (#"{"a":1,"b":2,"c":3}"#, [1, 2], #"{"a":1}"#),
            (#"{"a":1,"b":2,"c":3}"#, [0, 2], #"{"b":2}"#), (#"{"a":1,"b":2,"c":3}"#, [2, 1, 0], "{}"),
            ("{ \"a\" : 1 ,\n \"b\" : 2 ,\n \"c\" : 3 }", [1], "{ \"a\" : 1 ,\n \"c\" : 3 }"),
            ("{ \"a\" : 1 ,\n \"b\" : 2 }", [1], "{ \"a\" : 1 }"), ("{ \"a\" : 1 }", [0], "{  }"),
            (#"{"a":1,"b":2,"c":3,"d":4,"e":5}"#, [1, 3], #"{"a":1,"c":3,"e":5}"#), (#"{"a":1}"#, [5], #"{"a":1}"#),
        ] as [(String, [Int], String)])
    func remove(text: String, indexes: [Int], expected: String) throws {
        #expect(try edit(text) { splice, _ in for index in indexes { splice.removeMember(at: index) } } == expected)
    }

    @Test("replaces, removes and inserts at once")
    func together() throws {
        let edited = try edit(#"{"a":1,"b":2,"c":3}"#) { splice, _ in
            splice.replaceValue(at: 0, with: Self.bytes("10"))
            splice.replaceValue(at: 2, with: Self.bytes("30"))
            splice.removeMember(at: 1)
            splice.insertMember("d" as StaticString, value: Self.bytes("4"))
        }
        #expect(edited == #"{"a":10,"c":30,"d":4}"#)
        let last = try edit(#"{"a":1,"b":2}"#) { splice, _ in
            splice.replaceValue(at: 1, with: Self.bytes("20"))
            splice.removeMember(at: 1)
            splice.insertMember("c" as StaticString, value: Self.bytes("3"))
        }
        #expect(last == #"{"a":1,"c":3}"#)
        let all = try edit("{ \"a\":1 }") { splice, _ in
            splice.removeMember(at: 0)
            splice.insertMember("c" as StaticString, value: Self.bytes("3"))
        }
        #expect(all == "{\"c\":3  }")
    }

    @Test(
        "sets a member of a nested object",
        arguments: [
            (#"{"model":"m"}"#, #"{"model":"m","stream_options":{"include_usage":true}}"#),
            (#"{"stream_options":null,"model":"m"}"#, #"{"stream_options":{"include_usage":true},"model":"m"}"#),
            (#"{"stream_options":{},"model":"m"}"#, #"{"stream_options":{"include_usage":true},"model":"m"}"#),
            (
                "{\"stream_options\":{ },\"model\":\"m\"}",
                "{\"stream_options\":{\"include_usage\":true },\"model\":\"m\"}"
            ),
            (
                #"{"stream_options":{"x":[1]},"model":"m"}"#,
                #"{"stream_options":{"x":[1],"include_usage":true},"model":"m"}"#
            ),
            (#"{"stream_options":{"include_usage":false}}"#, #"{"stream_options":{"include_usage":true}}"#),
            (#"{"stream_options":{"include_usage":null,"x":1}}"#, #"{"stream_options":{"include_usage":true,"x":1}}"#),
            (
                #"{"stream_options": { "include\u005fusage" : false } }"#,
                #"{"stream_options": { "include\u005fusage" : true } }"#
            ),
            (#"{"stream_options":{"include_usage":true}}"#, #"{"stream_options":{"include_usage":true}}"#),
            (#"{}"#, #"{"stream_options":{"include_usage":true}}"#),
        ])
    func nested(text: String, expected: String) throws {
        let edited = try edit(text) { splice, bytes in
            let isSet = splice.setMember("include_usage", ofObject: "stream_options", to: Self.bytes("true"), in: bytes)
            #expect(isSet)
        }
        #expect(edited == expected)
    }

    @Test("refuses to set a member of something that holds none", arguments: ["[]", "1", "true", "\"x\""])
    func nestedElsewhere(value: String) throws {
        let text = #"{"stream_options":\#(value)}"#
        let edited = try edit(text) { splice, bytes in
            let isSet = splice.setMember("include_usage", ofObject: "stream_options", to: Self.bytes("true"), in: bytes)
            #expect(!isSet)
            #expect(splice.isEmpty)
        }
        #expect(edited == text)
    }

    @Test("writes the runs of a large original without copying them")
    func segments() throws {
        let bytes = Array(#"{"model":"a","messages":[1,2,3]}"#.utf8)
        var members: [JSONMember] = []
        try JSONScanner.scanObject(bytes.span, into: &members)
        var splice = JSONSplice(of: bytes.span, members: members)
        splice.replaceValue(at: 0, with: Self.bytes(#""b""#))
        splice.insertMember("n" as StaticString, value: [0x31])
        #expect(
            splice.segments == [
                .original(0..<9), .inserted(Self.bytes(#""b""#)), .original(12..<31), .inserted(Self.bytes(#","n":1"#)),
                .original(31..<32),
            ])
    }
}
