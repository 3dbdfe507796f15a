import Testing

@testable import SluiceWire

@Suite("JSONPassingSplice")
struct JSONPassingSpliceTests {
    private static func run(
        _ pieces: [[UInt8]],
        _ framing: JSONPassingSplice.Framing,
        parent: String? = nil,
        member: String = "model",
        to replacement: String = "mine \"x\""
    ) -> String {
        var splice = JSONPassingSplice(framing, parent: parent, member: member, replacement: replacement)
        var bytes: [UInt8] = []
        for piece in pieces {
            var segments: [JSONSplice.Segment] = []
            splice.feed(piece.span, into: &segments)
            for segment in segments {
                switch segment {
                case .original(let range): bytes += piece[range]
                case .inserted(let text): bytes += text
                }
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Checks every split in two, and byte by byte.
    private static func check(
        _ text: String,
        _ expected: String,
        _ framing: JSONPassingSplice.Framing,
        parent: String? = nil,
        member: String = "model"
    ) {
        let bytes = Array(text.utf8)
        var wrong: [Int] = []
        for split in 0...bytes.count {
            let pieces = [Array(bytes[..<split]), Array(bytes[split...])]
            if Self.run(pieces, framing, parent: parent, member: member) != expected { wrong.append(split) }
        }
        #expect(wrong.isEmpty, "\(Self.run([bytes], framing, parent: parent, member: member))")
        #expect(Self.run(bytes.map { [$0] }, framing, parent: parent, member: member) == expected)
    }

    private static let mine = #""mine \"x\"""#

    @Test(
        "the outermost member alone is replaced, wherever it stands",
        arguments: [
            (#"{"model":"theirs"}"#, #"{"model":M}"#),
            (#"{"id":"model","model" : "the\"irs\\","x":1}"#, #"{"id":"model","model" : M,"x":1}"#),
            (
                #"{"a":{"model":"x","b":["}",{"model":"y"}]},"model":"z"} "#,
                #"{"a":{"model":"x","b":["}",{"model":"y"}]},"model":M} "#
            ),
            (#"{"model":"a","n":-1.5e3,"t":true,"model":"b"}"#, #"{"model":M,"n":-1.5e3,"t":true,"model":M}"#),
            (#"{"model":null,"models":"x","mode":"y","model2":"z"}"#, nil), (#"{"model":{"model":"x"}}"#, nil),
            (#"{"model":["x"],"x":"model"}"#, nil), (#"{}"#, nil), ("", nil), ("no JSON", nil),
            (#"["model","x"]"#, nil),
            (#"{"x" 5 "model":"y"}"#, nil), (#"{"text":"{\"model\":\"x\"}"}"#, nil),
        ] as [(String, String?)])
    func whole(text: String, expected: String?) {
        Self.check(
            text, expected?.replacing("M}", with: Self.mine + "}").replacing("M,", with: Self.mine + ",") ?? text,
            .plain)
    }

    @Test("each line of a stream of lines, and each element of an array")
    func sequences() {
        let line = #"{"model":"theirs","message":{"content":"{"},"done":false}"#
        let mine = #"{"model":\#(Self.mine),"message":{"content":"{"},"done":false}"#
        Self.check("\(line)\n\(line)\n", "\(mine)\n\(mine)\n", .plain)
        let element = #"{"candidates":[{"x":["]"]}],"modelVersion":"theirs"}"#
        let named = #"{"candidates":[{"x":["]"]}],"modelVersion":\#(Self.mine)}"#
        Self.check("[\(element)\r\n,\r\n\(element)]", "[\(named)\r\n,\r\n\(named)]", .plain, member: "modelVersion")
    }

    @Test("the data of events, and not what stands around them", arguments: ["\n", "\r\n", "\r"])
    func events(lineEnd: String) {
        func stream(_ name: String) -> String {
            [
                ": {\"model\":\"comment\"", "", "event: {\"model\":\"x\"}", "data: {\"model\":\(name),\"a\":[1]}",
                "id: {",
                "", "data:{\"a\":1,", "data:  \"model\" : \(name)}", "", "data: [DONE]", "", "",
            ].joined(separator: lineEnd)
        }
        Self.check(stream("\"theirs\""), stream(Self.mine), .events)
        Self.check("\u{FEFF}" + stream("\"theirs\""), "\u{FEFF}" + stream(Self.mine), .events)
    }

    @Test("a member of a member", arguments: ["message", "response"])
    func nested(parent: String) {
        func stream(_ name: String) -> String {
            "event: x\ndata: {\"type\":\"x\",\"model\":\"outer\",\"\(parent)\":{\"id\":\"1\",\"usage\":{\"model\":\"deep\"},"
                + "\"model\":\(name),\"output\":[]},\"model\":\"outer\"}\n\n"
        }
        Self.check(
            stream("\"theirs\"") + stream("\"t\""), stream(Self.mine) + stream(Self.mine), .events, parent: parent)
    }

    @Test("an event that has no end spoils no other")
    func brokenEvent() {
        let broken = ["data: {\"a\":{\"b\":\"\n\n", "data: {\"a\n\n", "data: {{{[\n\n", "data: {\"x\":1}}}\n\n"]
        for event in broken {
            Self.check(
                event + "data: {\"model\":\"t\"}\n\n", event + "data: {\"model\":\(Self.mine)}\n\n", .events)
        }
        // What was begun is not taken back: the name is whole, and the next event is too.
        let cut = "data: {\"model\":\"the\n\ndata: {\"model\":\"t\"}\n\n"
        #expect(
            Self.run([Array(cut.utf8)], .events)
                == "data: {\"model\":\(Self.mine)\n\ndata: {\"model\":\(Self.mine)}\n\n")
    }
}
