import SluiceWire
import Testing

@Suite("SSEParser")
struct SSEParserTests {
    struct Event: Equatable, CustomStringConvertible {
        var type: String?
        /// `nil` for an event that was too large.
        var data: String?
        var description: String { "(\(type ?? "-"), \(data ?? "oversized"))" }
    }

    /// The events of `chunks`, in order, the last one without its blank line included.
    static func events(_ chunks: [[UInt8]], parser: inout SSEParser) -> [Event] {
        var events: [Event] = []
        func add(_ event: SSEEvent, _ chunk: Span<UInt8>) {
            guard event.payload != .oversized else { return events.append(Event(type: event.type, data: nil)) }
            let data = parser.withData(of: event, in: chunk) { data in
                data.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
            }
            events.append(Event(type: event.type, data: data))
        }
        for chunk in chunks {
            var offset = 0
            while let event = parser.next(in: chunk.span, at: &offset) {
                #expect(event.end == offset)
                add(event, chunk.span)
            }
            #expect(offset == chunk.count)
        }
        if let event = parser.finish() { add(event, [UInt8]().span) }
        return events
    }

    static func events(_ text: String) -> [Event] {
        var parser = SSEParser()
        return events([Array(text.utf8)], parser: &parser)
    }

    @Test(
        "reads what the standard's examples mean",
        arguments: [
            ("data: YHOO\ndata: +2\ndata: 10\n\n", [Event(data: "YHOO\n+2\n10")]),
            (
                ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n",
                [Event(data: "first event"), Event(data: "second event"), Event(data: " third event")]
            ),
            ("data\n\ndata\ndata\n\ndata:\n\n", [Event(data: ""), Event(data: "\n"), Event(data: "")]),
            ("data:test\n\ndata: test\n\n", [Event(data: "test"), Event(data: "test")]),
        ] as [(String, [Event])])
    func examples(text: String, expected: [Event]) {
        #expect(Self.events(text) == expected)
    }

    @Test(
        "accepts every line end, comments, unknown fields, a byte order mark, a last event without its blank line",
        arguments: [
            ("data: a\r\n\r\ndata: b\r\n\r\n", [Event(data: "a"), Event(data: "b")]),
            ("data: a\r\rdata: b\r\r", [Event(data: "a"), Event(data: "b")]),
            ("data: a\n\r\ndata: b\r\n\n", [Event(data: "a"), Event(data: "b")]),
            ("data: a\r\n\rdata: b\n\n", [Event(data: "a"), Event(data: "b")]),
            ("\u{FEFF}data: a\n\n", [Event(data: "a")]), ("\u{FEFF}\u{FEFF}data: a\n\n", []), ("\u{FEFF}", []),
            ("data: \u{FEFF}a\n\n", [Event(data: "\u{FEFF}a")]),
            (":\n\n:x\n\n: data: y\n\ndata: z\n:w\n\n", [Event(data: "z")]),
            ("foo: bar\ndata: a\nfoo\n\n", [Event(data: "a")]),
            ("event: ping\n\ndata: a\n\n", [Event(data: "a")]),
            ("event: x\ndata: a\n\ndata: b\n\n", [Event(type: "x", data: "a"), Event(data: "b")]),
            ("event:x\ndata:a\n\n", [Event(type: "x", data: "a")]),
            ("data: a\nevent: x\n\n", [Event(type: "x", data: "a")]),
            ("event: x\nevent: y\ndata: a\n\n", [Event(type: "y", data: "a")]),
            ("event: x\nevent\ndata: a\n\n", [Event(data: "a")]),
            ("id: 1\n\nretry: 10\n\n\n\n", []), ("data: a", [Event(data: "a")]), ("data: a\n", [Event(data: "a")]),
            ("data: a\n\ndata: [DONE]", [Event(data: "a"), Event(data: "[DONE]")]),
            ("data: a\ndata: b", [Event(data: "a\nb")]), ("event: x", []), ("data", [Event(data: "")]),
            ("dat: a\n\n", []), ("DATA: a\n\n", []), (" data: a\n\n", []),
            ("data : a\n\n", []), ("data: a: b\n\n", [Event(data: "a: b")]), ("data:\ta\n\n", [Event(data: "\ta")]),
            ("data: é日😀\n\n", [Event(data: "é日😀")]),
            ("\n\n\n\ndata: a\n\n\n\n", [Event(data: "a")]), ("", []), ("\r", []),
            ("data: a\u{0}b\n\n", [Event(data: "a\u{0}b")]), ("data: a\u{2028}b\n\n", [Event(data: "a\u{2028}b")]),
        ] as [(String, [Event])])
    func tolerance(text: String, expected: [Event]) {
        #expect(Self.events(text) == expected)
    }

    private static let stream =
        "\u{FEFF}: hello\r\n\r\nevent: message_start\r\ndata: {\"a\":\"é日😀\"}\r\n\r\ndata: one\rdata: two\r\rdata\n\nid: 7\nretry: 250\n\n"
        + "data:{\"x\":1}\n\n:c\nevent: ping\n\ndata: l1\r\ndata:l2\r\n\r\n\r\r\n\ndata: [DONE]\n\nevent: end\ndata: last"

    @Test("any split of the bytes gives the same events")
    func splits() {
        let bytes = Array(Self.stream.utf8)
        let expected = Self.events(Self.stream)
        #expect(expected.map(\.data) == ["{\"a\":\"é日😀\"}", "one\ntwo", "", "{\"x\":1}", "l1\nl2", "[DONE]", "last"])
        for first in 0...bytes.count {
            var parser = SSEParser()
            #expect(
                Self.events([Array(bytes[..<first]), Array(bytes[first...])], parser: &parser) == expected, "\(first)")
            #expect(parser.lastEventID == "7")
            #expect(parser.retryMilliseconds == 250)
            for second in first...bytes.count {
                var parser = SSEParser()
                let chunks = [Array(bytes[..<first]), Array(bytes[first..<second]), Array(bytes[second...])]
                let found = Self.events(chunks, parser: &parser)
                if found != expected { Issue.record("\(first), \(second): \(found)") }
            }
        }
        for size in 1..<20 {
            var parser = SSEParser()
            let chunks = stride(from: 0, to: bytes.count, by: size).map {
                Array(bytes[$0..<min($0 + size, bytes.count)])
            }
            #expect(Self.events(chunks, parser: &parser) == expected, "\(size)")
        }
    }

    @Test("leaves data in the chunk when the event lies whole in it, and says where events end")
    func ranges() {
        let bytes = Array("data: {\"a\":1}\n\nevent: x\ndata:b\n\ndata: c".utf8)
        var parser = SSEParser()
        var offset = 0
        let first = parser.next(in: bytes.span, at: &offset)
        #expect(first == SSEEvent(end: 15, payload: .chunk(6..<13)))
        let second = parser.next(in: bytes.span, at: &offset)
        #expect(second == SSEEvent(end: 32, payload: .chunk(29..<30), type: "x"))
        let none = parser.next(in: bytes.span, at: &offset)
        #expect(none == nil)
        #expect(offset == bytes.count)
        #expect(parser.isInsideEvent)
        var next = 0
        let rest = Array("d\n\n".utf8)
        let third = parser.next(in: rest.span, at: &next)
        #expect(third == SSEEvent(end: 3, payload: .buffered))
        #expect(parser.buffered == Array("cd".utf8))
        #expect(!parser.isInsideEvent)
    }

    @Test("a blank line that ends in CR at the end of a chunk ends the event without waiting")
    func carriageReturn() {
        var parser = SSEParser()
        var offset = 0
        let chunk = Array("data: a\r\n\r".utf8)
        let event = parser.next(in: chunk.span, at: &offset)
        #expect(event?.end == chunk.count)
        offset = 0
        let rest = Array("\ndata: b\r\n\r\n".utf8)
        let second = parser.next(in: rest.span, at: &offset)
        #expect(second?.payload == .chunk(7..<8))
    }

    @Test("an event past the limit is passed over, and the stream goes on, in every split")
    func oversized() {
        let long = String(repeating: "x", count: 60)
        let text =
            "data: a\n\nevent: big\ndata: \(long)\ndata: more\nid: 3\n\ndata: b\n\n: \(long)\(long)\n\ndata: \(long.prefix(44))\n\ndata: c\n\n\(long)"
        let bytes = Array(text.utf8)
        let expected = [
            Event(data: "a"), Event(type: "big", data: nil), Event(data: "b"), Event(data: String(long.prefix(44))),
            Event(data: "c"), Event(data: nil),
        ]
        for size in 1...bytes.count {
            var parser = SSEParser(limit: 50)
            let chunks = stride(from: 0, to: bytes.count, by: size).map {
                Array(bytes[$0..<min($0 + size, bytes.count)])
            }
            #expect(Self.events(chunks, parser: &parser) == expected, "\(size)")
        }
    }

    @Test("memory stays near the limit while a line without end is fed")
    func memory() {
        var parser = SSEParser(limit: 1000)
        let chunk = Array(repeating: UInt8(ascii: "x"), count: 4096)
        for _ in 0..<1000 {
            var offset = 0
            let event = parser.next(in: chunk.span, at: &offset)
            #expect(event == nil)
            #expect(parser.buffered.count <= 1000)
        }
        let last = parser.finish()
        #expect(last?.payload == .oversized)
    }

    @Test("keeps the last id and retry, and refuses what the standard refuses of them")
    func fields() {
        var parser = SSEParser()
        _ = Self.events([Array("id: a\u{0}b\nretry: 12x\nretry: -1\nretry:\n\n".utf8)], parser: &parser)
        #expect(parser.lastEventID == "")
        #expect(parser.retryMilliseconds == nil)
        _ = Self.events([Array("id: one two\nretry:3000\n\n".utf8)], parser: &parser)
        #expect(parser.lastEventID == "one two")
        #expect(parser.retryMilliseconds == 3000)
        _ = Self.events([Array("id\n\nretry: 99999999999999999999\n\n".utf8)], parser: &parser)
        #expect(parser.lastEventID == "")
        #expect(parser.retryMilliseconds == 3000)
    }
}
