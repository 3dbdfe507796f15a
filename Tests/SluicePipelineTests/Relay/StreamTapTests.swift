import NIOCore
import SluiceWire
import Testing

@testable import SluicePipeline

@Suite("StreamTap")
struct StreamTapTests {
    static let start =
        #"data: {"id":"1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"role":"assistant","content":""}}],"usage":null}"#
    static let content = #"data: {"choices":[{"index":0,"delta":{"content":"héllo \n wörld"},"finish_reason":null}]}"#
    static let finish = #"data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#
    static let usage = #"data: {"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}}"#
    static let done = "data: [DONE]"

    /// What came of a stream that was fed in pieces.
    struct Outcome: Equatable {
        var bytes: [UInt8] = []
        var events = 0
        var isDone = false
        var output = 0
        var finishReason: String?
    }

    static func run(_ pieces: [[UInt8]], kind: StreamTap.Kind = .chat, withholds: Bool, ends: Bool = true) -> Outcome {
        var tap = StreamTap(kind: kind, withholdsUsage: withholds)
        var output: [ByteBuffer] = []
        for piece in pieces {
            // The piece stands in the middle of a larger buffer, as slices of a socket's reads do.
            var buffer = ByteBuffer(string: "before")
            buffer.writeBytes(piece)
            buffer.writeString("after")
            let slice = buffer.getSlice(at: 6, length: piece.count) ?? ByteBuffer()
            _ = tap.feed(slice, into: &output)
        }
        if ends { tap.finish(into: &output) }
        return Outcome(
            bytes: output.flatMap { Array($0.readableBytesView) },
            events: tap.events,
            isDone: tap.isDone,
            output: tap.usage?.output ?? -1,
            finishReason: tap.finishReason
        )
    }

    static func stream(_ events: [String], _ lineEnd: String = "\n") -> [UInt8] {
        Array(events.map { $0 + lineEnd + lineEnd }.joined().utf8)
    }

    static func pieces(_ bytes: [UInt8], cuts: [Int]) -> [[UInt8]] {
        var result: [[UInt8]] = []
        var start = 0
        for cut in cuts.sorted() + [bytes.count] where cut >= start {
            result.append(Array(bytes[start..<min(cut, bytes.count)]))
            start = min(cut, bytes.count)
        }
        return result
    }

    private static let whole = [Self.start, Self.content, Self.finish, Self.usage, Self.done]
    private static let shown = [Self.start, Self.content, Self.finish, Self.done]

    @Test(
        "the usage chunk alone is kept back, at every split, whatever the lines end with",
        arguments: ["\n", "\r\n", "\r"])
    func everySplit(lineEnd: String) {
        let bytes = Self.stream(Self.whole, lineEnd)
        let expected = Self.stream(Self.shown, lineEnd)
        var wrong: [Int] = []
        for split in 0...bytes.count {
            let outcome = Self.run(Self.pieces(bytes, cuts: [split]), withholds: true)
            if outcome.bytes != expected || outcome.events != 5 || !outcome.isDone || outcome.output != 7
                || outcome.finishReason != "stop"
            {
                wrong.append(split)
            }
            let passed = Self.run(Self.pieces(bytes, cuts: [split]), withholds: false)
            if passed.bytes != bytes || passed.events != 5 || passed.output != 7 { wrong.append(-split) }
        }
        #expect(wrong.isEmpty)
    }

    @Test("the same with any number of pieces", arguments: 0..<300)
    func random(seed: Int) {
        var state = UInt64(seed) &* 2_862_933_555_777_941_757 &+ 3_037_000_493
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        let lineEnd = ["\n", "\r\n"][next(2)]
        let noise = [
            ": keep-alive", "id: 7\(lineEnd)data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}",
            "event: ping\(lineEnd)data: {}", Self.content,
        ]
        var events: [String] = []
        var expected: [String] = []
        for event in Self.whole {
            for _ in 0..<next(3) {
                let extra = noise[next(noise.count)]
                // A comment stands before its event and shares its fate: it is left out before the usage.
                if event == Self.usage, extra.hasPrefix(":") { continue }
                events.append(extra)
                expected.append(extra)
            }
            events.append(event)
            if event != Self.usage { expected.append(event) }
        }
        let bytes = Self.stream(events, lineEnd)
        let cuts = (0..<next(40)).map { _ in next(bytes.count + 1) }
        #expect(Self.run(Self.pieces(bytes, cuts: cuts), withholds: true).bytes == Self.stream(expected, lineEnd))
        #expect(Self.run(Self.pieces(bytes, cuts: cuts), withholds: false).bytes == bytes)
    }

    @Test("one byte at a time", arguments: ["\n", "\r\n"])
    func byteByByte(lineEnd: String) {
        let bytes = Self.stream(Self.whole, lineEnd)
        #expect(Self.run(bytes.map { [$0] }, withholds: true).bytes == Self.stream(Self.shown, lineEnd))
        #expect(Self.run(bytes.map { [$0] }, withholds: false).bytes == bytes)
    }

    @Test(
        "usage at the beginning, alone, twice, and without an end",
        arguments: [
            ([Self.usage, Self.content, Self.done], [Self.content, Self.done]),
            ([Self.usage], []),
            ([Self.content, Self.usage, Self.usage, Self.done], [Self.content, Self.done]),
            ([Self.content, Self.usage], [Self.content]),
        ])
    func places(events: [String], shown: [String]) {
        let bytes = Self.stream(events)
        for split in 0...bytes.count {
            #expect(Self.run(Self.pieces(bytes, cuts: [split]), withholds: true).bytes == Self.stream(shown))
        }
    }

    @Test(
        "usage that comes with something else is the client's",
        arguments: [
            #"data: {"choices":[{"index":0,"delta":{"content":"x"}}],"usage":{"completion_tokens":7}}"#,
            #"data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"completion_tokens":7}}"#,
            #"data: {"choices":[]}"#, #"data: {"choices":[],"usage":null}"#, "data: not json", "data:",
            #"data: {"error":{"message":"m"},"choices":[],"usage":{"completion_tokens":7}}"#,
        ])
    func kept(event: String) {
        let bytes = Self.stream([Self.content, event, Self.done])
        for split in 0...bytes.count {
            #expect(Self.run(Self.pieces(bytes, cuts: [split]), withholds: true).bytes == bytes)
        }
    }

    @Test(
        "a last event without its blank line counts and passes, and a usage chunk without it is kept back",
        arguments: ["", "\n"])
    func unterminated(tail: String) {
        let done = Self.stream([Self.content]) + Array((Self.done + tail).utf8)
        let outcome = Self.run([done], withholds: true)
        #expect(outcome.bytes == done)
        #expect(outcome.isDone)
        let usage = Self.run([Self.stream([Self.content]) + Array((Self.usage + tail).utf8)], withholds: true)
        #expect(usage.bytes == Self.stream([Self.content]))
        #expect(usage.output == 7)
    }

    @Test("half a usage chunk that was kept back is not given out at the end")
    func halfUsage() {
        let usage = Array(Self.usage.utf8)
        for length in 7..<usage.count {
            let outcome = Self.run([Self.stream([Self.finish]), Array(usage[..<length])], withholds: true)
            #expect(outcome.bytes == Self.stream([Self.finish]))
        }
    }

    @Test("bytes pass at once where nothing is kept back, whole event or not")
    func passesAtOnce() {
        let half = Array(Self.content.utf8.prefix(20))
        #expect(Self.run([half], withholds: false, ends: false).bytes == half)
        #expect(Self.run([half], withholds: true, ends: false).bytes.isEmpty)
        #expect(Self.run([half], kind: .responses, withholds: true, ends: false).bytes == half)
        #expect(Self.run([half], kind: .opaque, withholds: true, ends: false).bytes == half)
    }

    @Test("an event past a megabyte is held back no longer, and passes whole")
    func large() {
        let event =
            Array(
                #"data: {"choices":[{"index":0,"delta":{"content":"\#(String(repeating: "x", count: 3_000_000))"}}]}"#
                    .utf8)
            + Array("\n\n".utf8)
        let bytes = event + Self.stream([Self.usage, Self.done])
        for size in [65_536, 1_000_000, 4_000_000] {
            let cuts = Array(stride(from: 0, to: bytes.count, by: size))
            let outcome = Self.run(Self.pieces(bytes, cuts: cuts), withholds: true)
            #expect(outcome.bytes.count == event.count + Self.stream([Self.done]).count)
            #expect(outcome.bytes == event + Self.stream([Self.done]))
            #expect(outcome.output == 7)
        }
    }

    @Test("an event too large to be read passes unread")
    func oversized() {
        let event = Array("data: {\"x\":\"".utf8) + [UInt8](repeating: 0x61, count: 17 << 20) + Array("\"}\n\n".utf8)
        let bytes = event + Self.stream([Self.usage, Self.done])
        let cuts = Array(stride(from: 0, to: bytes.count, by: 1 << 20))
        let outcome = Self.run(Self.pieces(bytes, cuts: cuts), withholds: true)
        #expect(outcome.bytes.count == event.count + Self.stream([Self.done]).count)
        #expect(outcome.isDone)
        #expect(outcome.events == 3)
    }

    @Test("what the client was given of an unfinished event is known")
    func unfinishedOutput() {
        for withholds in [true, false] {
            var tap = StreamTap(kind: .chat, withholdsUsage: withholds)
            var output: [ByteBuffer] = []
            _ = tap.feed(ByteBuffer(bytes: Self.stream([Self.content])), into: &output)
            #expect(!tap.hasUnfinishedOutput)
            _ = tap.feed(ByteBuffer(string: "data: {\"ch"), into: &output)
            #expect(tap.hasUnfinishedOutput == !withholds)
            _ = tap.feed(ByteBuffer(string: "oices\":[]}\n"), into: &output)
            #expect(tap.hasUnfinishedOutput == !withholds)
            _ = tap.feed(ByteBuffer(string: "\n"), into: &output)
            #expect(!tap.hasUnfinishedOutput)
            _ = tap.feed(ByteBuffer(string: ": comm"), into: &output)
            #expect(tap.hasUnfinishedOutput == !withholds)
        }
    }

    @Test("an event that is too long to be kept back passes from there on, and is known to be unfinished")
    func longEvent() {
        var tap = StreamTap(kind: .chat, withholdsUsage: true)
        var output: [ByteBuffer] = []
        let start = "data: {\"x\":\"" + String(repeating: "y", count: 1024 * 1024)
        for (piece, isUnfinished) in [(start, true), ("more", true), ("\"}\n", true), ("\n", false)] {
            _ = tap.feed(ByteBuffer(string: piece), into: &output)
            #expect(tap.hasUnfinishedOutput == isUnfinished)
            #expect(output.last.map { String(buffer: $0) } == piece)
        }
        // The next event is kept back again.
        _ = tap.feed(ByteBuffer(string: Self.usage), into: &output)
        #expect(!tap.hasUnfinishedOutput)
        _ = tap.feed(ByteBuffer(string: "\n\n"), into: &output)
        #expect(output.count == 4)
    }

    @Test("what a piece held is told: events, content, the end, an error's data")
    func seen() {
        var tap = StreamTap(kind: .chat, withholdsUsage: false)
        var output: [ByteBuffer] = []
        let none = tap.feed(ByteBuffer(string: ": wait\n\n"), into: &output)
        #expect(none.events == 0)
        let first = tap.feed(ByteBuffer(bytes: Self.stream([Self.start, Self.content])), into: &output)
        #expect(first.events == 2)
        #expect(first.hasContent)
        #expect(!first.isDone)
        let error = tap.feed(ByteBuffer(string: "data: {\"error\":{\"message\":\"m\"}}\n\n"), into: &output)
        #expect(!error.isRefused)
        #expect(error.error.map { String(decoding: $0, as: UTF8.self) } == #"{"error":{"message":"m"}}"#)
        #expect(tap.hasFailed)
        let done = tap.feed(ByteBuffer(bytes: Self.stream([Self.done])), into: &output)
        #expect(done.isDone)
    }

    @Test("an error, or what is no event, before the answer has begun refuses it; after that it passes")
    func refusals() {
        let failure = "data: {\"error\":{\"message\":\"m\"}}\n\n"
        for text in [failure, "data: nonsense\n\n"] {
            for events in [[], [Self.start], [Self.start, Self.start]] {
                var tap = StreamTap(kind: .chat, withholdsUsage: false)
                var output: [ByteBuffer] = []
                let piece = ByteBuffer(bytes: Self.stream(events) + Array(text.utf8))
                let seen = tap.feed(piece, into: &output)
                #expect(seen.isRefused)
                #expect((seen.error != nil) == (text == failure))
                #expect(output.isEmpty)
            }
            var tap = StreamTap(kind: .chat, withholdsUsage: false)
            var output: [ByteBuffer] = []
            let seen = tap.feed(ByteBuffer(bytes: Self.stream([Self.content]) + Array(text.utf8)), into: &output)
            #expect(!seen.isRefused)
            #expect(output.count == 1)
        }
    }

    @Test("nothing passes behind the terminal event, at every split", arguments: ["\n", "\r\n", "\r"])
    func twoTerminals(lineEnd: String) {
        let shown = Self.stream([Self.content, Self.finish, Self.done], lineEnd)
        let extra = Self.stream([Self.done, Self.content, ": comment"], lineEnd)
        for withholds in [true, false] {
            for split in 0...(shown + extra).count {
                let outcome = Self.run(Self.pieces(shown + extra, cuts: [split]), withholds: withholds)
                #expect(outcome.bytes == shown, "split at \(split)")
                #expect(outcome.events == 3)
            }
            #expect(Self.run((shown + extra).map { [$0] }, withholds: withholds).bytes == shown)
        }
    }

    @Test("an answer is finished when each of its choices is", arguments: [1, 2, 3])
    func choices(count: Int) {
        var tap = StreamTap(kind: .chat, withholdsUsage: false, choices: count)
        var output: [ByteBuffer] = []
        for index in 0..<count {
            #expect(!tap.isFinished)
            _ = tap.feed(
                ByteBuffer(string: #"data: {"choices":[{"index":\#(index),"delta":{"content":"x"}}]}"# + "\n\n"),
                into: &output)
            let event = #"data: {"choices":[{"index":\#(index),"delta":{},"finish_reason":"stop"}]}"# + "\n\n"
            _ = tap.feed(ByteBuffer(string: event), into: &output)
        }
        #expect(tap.isFinished)
    }
}

@Suite("WholeTap")
struct WholeTapTests {
    private static let answer =
        #"{"id":"1","choices":[{"message":{"content":"usage"},"finish_reason":"length"}],"usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12},"x":{"usage":{"completion_tokens":1}}}"#

    @Test("the usage is found at every split, with and without a declared length", arguments: [true, false])
    func everySplit(isDeclared: Bool) {
        let bytes = Array(Self.answer.utf8)
        for split in 0...bytes.count {
            var tap = WholeTap(dialect: .openAIChat, declaredLength: isDeclared ? bytes.count : nil)
            tap.feed(ByteBuffer(bytes: bytes[..<split]))
            tap.feed(ByteBuffer(bytes: bytes[split...]))
            tap.finish()
            #expect(tap.usage?.output == 7, "split at \(split)")
        }
    }

    @Test("an answer in one piece tells why it ended too")
    func onePiece() {
        var tap = WholeTap(dialect: .openAIChat, declaredLength: Self.answer.utf8.count)
        tap.feed(ByteBuffer(string: Self.answer))
        tap.finish()
        #expect(tap.usage?.output == 7)
        #expect(tap.finishReason == "length")
    }

    @Test(
        "an answer without usage, or that is no JSON, has none",
        arguments: [
            "{}", #"{"usage":null}"#, #"{"usage":"many"}"#, #"{"data":[]}"#, "[]", "nonsense", "", #"{"usage":{"#,
        ])
    func none(answer: String) {
        for declared in [nil, answer.utf8.count, 5] {
            var tap = WholeTap(dialect: .openAIChat, declaredLength: declared)
            tap.feed(ByteBuffer(string: answer))
            tap.finish()
            #expect(tap.usage?.output ?? 0 == 0)
        }
    }
}
