import SluiceWire
import Testing

@Suite("JSONMemberTap")
struct JSONMemberTapTests {
    private static let body =
        #" { "id" : "x" , "choices":[{"message":{"content":"a \"usage\": {} \\ \u0022 é日😀","usage":1}}] ,"#
        + #""usage" : { "prompt_tokens" : 5, "d":{"}":"]"} } , "model":"m\"1","error":null,"n":-1.5e3,"t":true } "#

    private func captures(_ names: [String], _ chunks: [[UInt8]], limit: Int = 1 << 16) -> [String?] {
        var tap = JSONMemberTap(names, limit: limit)
        for chunk in chunks { tap.feed(chunk.span) }
        return names.map { tap.captured($0).map { String(decoding: $0, as: UTF8.self) } }
    }

    @Test("captures values as they were written")
    func captures() {
        let found = captures(["usage", "model", "error", "n", "t", "absent"], [Array(Self.body.utf8)])
        #expect(found == [#"{ "prompt_tokens" : 5, "d":{"}":"]"} }"#, #""m\"1""#, "null", "-1.5e3", "true", nil])
    }

    @Test("every split in two, and every size of chunk, gives the same captures")
    func splits() {
        let bytes = Array(Self.body.utf8)
        let names = ["usage", "model", "error", "n", "t", "id", "absent"]
        let whole = captures(names, [bytes])
        for split in 0...bytes.count {
            #expect(captures(names, [Array(bytes[..<split]), Array(bytes[split...])]) == whole, "\(split)")
        }
        for size in 1..<40 {
            let chunks = stride(from: 0, to: bytes.count, by: size).map {
                Array(bytes[$0..<min($0 + size, bytes.count)])
            }
            #expect(captures(names, chunks) == whole, "\(size)")
        }
    }

    @Test("the last occurrence of a member wins, whatever its spelling")
    func lastWins() {
        #expect(captures(["a"], [Array(#"{"a":1,"b":{"a":2},"a":3}"#.utf8)]) == ["3"])
        #expect(captures(["a"], [Array(#"{"a":1,"\u0061":{"x":2}}"#.utf8)]) == [#"{"x":2}"#])
        #expect(captures([""], [Array(#"{"":[]}"#.utf8)]) == ["[]"])
    }

    @Test("a value past the limit is given up, with its earlier occurrence")
    func limit() {
        #expect(captures(["a", "b"], [Array(#"{"a":"12345678","b":2}"#.utf8)], limit: 10) == [#""12345678""#, "2"])
        #expect(captures(["a", "b"], [Array(#"{"a":"123456789","b":2}"#.utf8)], limit: 10) == [nil, "2"])
        #expect(captures(["a"], [Array(#"{"a":1,"a":"123456789"}"#.utf8)], limit: 10) == [nil])
        #expect(captures(["a"], [Array(#"{"a":"123456789","a":1}"#.utf8)], limit: 10) == ["1"])
    }

    @Test("a value that has not ended is not there")
    func unfinished() {
        for text in [#"{"a":12"#, #"{"a":"x"#, #"{"a":{"b":1}"#.dropLast().description, #"{"a""#, #"{"a":"#, "{"] {
            #expect(captures(["a"], [Array(text.utf8)]) == [nil], "\(text)")
        }
        #expect(captures(["a"], [Array(#"{"a":12 "#.utf8)]) == ["12"])
        #expect(captures(["a"], [Array(#"{"a":{"b":1}"#.utf8)]) == [#"{"b":1}"#])
    }

    @Test("says when the object is complete, and reads nothing after it")
    func complete() {
        var tap = JSONMemberTap(["a"])
        tap.feed(Array(#"{"a":1"#.utf8).span)
        #expect(!tap.isComplete)
        tap.feed(Array("} {\"a\":2}".utf8).span)
        #expect(tap.isComplete)
        tap.feed(Array(#"{"a":3}"#.utf8).span)
        #expect(tap.captured("a") == [0x31])
    }

    @Test(
        "stops at what is no object, and never fails",
        arguments: ["[1]", "<html>", "", "1", "{a}", "{\"a\" 1}", "{\"a\":x}", "{\"a\":1;}", "\u{FEFF}{}"])
    func notJSON(text: String) {
        var tap = JSONMemberTap(["a"])
        tap.feed(Array(text.utf8).span)
        tap.feed(Array(#"{"a":1}"#.utf8).span)
        if !text.isEmpty {
            #expect(tap.isStopped)
            #expect(!tap.isComplete)
        }
    }

    @Test("passes by keys of any length and strings that end at every place of a word")
    func lengths() {
        for length in 0..<80 {
            let pad = String(repeating: "k", count: length)
            let text = #"{"\#(pad)x":"\#(pad)","a":"\#(pad)\\","b":["\#(pad)\"",{"\#(pad)":[]}],"usage":7}"#
            #expect(captures(["usage", "a"], [Array(text.utf8)]) == ["7", #""\#(pad)\\""#])
        }
    }
}
