import SluiceWire
import Testing

@Suite("OpenAI Responses: answers")
struct OpenAIResponsesAnswerTests {
    private static let streams = ResponsesFixture.cases(with: "stream.sse")
    private static let answers = ResponsesFixture.cases(with: "response.json").filter { $0 != "failed" }

    @Test("a stream put together is the whole answer", arguments: answers)
    func streamEqualsWhole(name: String) throws {
        let whole = try ResponsesFixture.response(name)
        let events = ResponsesFixture.events(try ResponsesFixture.bytes(name, "stream.sse"))
        #expect(ResponsesFixture.assembled(events) == ResponsesFixture.streamable(whole))
    }

    @Test("any split of a stream gives the same events", arguments: streams)
    func splits(name: String) throws {
        let bytes = try ResponsesFixture.bytes(name, "stream.sse")
        let expected = ResponsesFixture.events(bytes)
        #expect(ResponsesFixture.events(bytes, size: 1) == expected)
        #expect(ResponsesFixture.events(bytes.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }, size: 7) == expected)
        // A reader is a value: each block is split at every place from the state before it.
        var reader = OpenAIResponsesCodec.makeStreamReader(ResponsesFixture.answer())
        var isSame = true
        for block in ResponsesFixture.blocks(bytes) {
            var whole = reader
            var wholeEvents: [NeutralEvent] = []
            whole.read(block.span, into: &wholeEvents)
            for place in block.indices.dropFirst() {
                var split = reader
                var events: [NeutralEvent] = []
                split.read(Array(block[..<place]).span, into: &events)
                split.read(Array(block[place...]).span, into: &events)
                if events != wholeEvents { isSame = false }
            }
            reader = whole
        }
        #expect(isSame)
    }

    @Test("a stream that is cut never looks complete", arguments: streams)
    func truncations(name: String) throws {
        let bytes = try ResponsesFixture.bytes(name, "stream.sse")
        let blocks = ResponsesFixture.blocks(bytes)
        var reader = OpenAIResponsesCodec.makeStreamReader(ResponsesFixture.answer())
        for (number, block) in blocks.enumerated() {
            // The last event is whole without the blank line after it.
            for count in 0..<block.count - (number == blocks.count - 1 ? 2 : 0) {
                var cut = reader
                var events: [NeutralEvent] = []
                cut.read(Array(block[..<count]).span, into: &events)
                cut.finish(into: &events)
                if events.contains(.end) { Issue.record("complete after \(count) bytes of event \(number)") }
            }
            var events: [NeutralEvent] = []
            reader.read(block.span, into: &events)
        }
    }

    @Test("events come in order: parts are opened, grow and end, and nothing comes after the end", arguments: streams)
    func order(name: String) throws {
        let bytes = try ResponsesFixture.bytes(name, "stream.sse")
        let events = ResponsesFixture.events(bytes + bytes)
        guard case .start = events.first else {
            Issue.record("expected a beginning")
            return
        }
        var open: Set<Int> = []
        var next = 0
        for (place, event) in events.enumerated() {
            switch event {
            case .partStart(let index, _):
                #expect(index == next)
                next += 1
                open.insert(index)
            case .delta(let index, _), .signature(let index, _), .annotation(let index, _):
                #expect(open.contains(index))
            case .partEnd(let index): #expect(open.remove(index) != nil)
            case .end:
                #expect(open.isEmpty)
                #expect(place == events.count - 1)
            case .error: #expect(place == events.count - 1)
            default: break
            }
        }
    }

    @Test("what an answer says is read")
    func facts() throws {
        let calls = try ResponsesFixture.response("tools-parallel")
        #expect(calls.finish.reason == .toolCalls)
        #expect(calls.usage == TokenUsage(uncachedInput: 42, cacheWrite5m: 8, output: 40))
        #expect(calls.serviceTier == .standard)
        #expect(calls.createdAt == 1_795_132_800)
        let thought = try ResponsesFixture.response("thinking-multi-turn")
        #expect(thought.usage == TokenUsage(uncachedInput: 26, cacheRead: 64, output: 72, reasoning: 128))
        #expect(thought.parts[0].content == .thinking("**First** thought\n\nSecond — one"))
        #expect(thought.parts[0].signature?.origin == NeutralOrigin(.openAIResponses, model: "gpt-5.6-sol"))
        let open = try ResponsesFixture.response("thinking-open")
        #expect(open.parts[0].content == .thinking("The user wants a greeting."))
        #expect(try ResponsesFixture.response("incomplete-length").finish.reason == .length)
        #expect(try ResponsesFixture.response("incomplete-filter").finish.reason == .contentFilter)
        #expect(try ResponsesFixture.response("refusal").parts.map(\.content) == [.refusal("I can't help with that.")])
    }

    @Test(
        "an answer that failed, or is none, is an error",
        arguments: [
            "null", "{}", "[]", #"{"output":[],"status":"in_progress"}"#, #"{"output":[],"status":"queued"}"#,
            #"{"output":[],"status":"cancelled"}"#, #"{"output":{},"status":"completed"}"#,
            #"{"error":{"message":"no"}}"#,
        ])
    func noAnswer(body: String) throws {
        var context = ResponsesFixture.answer()
        let document = try JSONDocument(parsing: Array(body.utf8))
        let error = #expect(throws: ConversionError.self) {
            try OpenAIResponsesCodec.readResponse(document, &context)
        }
        #expect(error?.kind == .malformedAnswer)
    }

    @Test("errors within a stream keep their kind")
    func streamErrors() throws {
        func error(_ name: String) throws -> NeutralError? {
            guard case .error(let error) = ResponsesFixture.events(try ResponsesFixture.bytes(name, "stream.sse")).last
            else { return nil }
            return error
        }
        #expect(try error("failed")?.kind == .rateLimit)
        #expect(try error("error-event")?.kind == .server)
        let context = try error("error-event-nested")
        #expect(context?.kind == .contextTooLong)
        #expect(context?.status == 400)
        #expect(context?.message.hasPrefix("Your input exceeds the context window") == true)
    }

    @Test(
        "streams of servers that are not quite right are read",
        arguments: [
            // No numbers of items.
            """
            data: {"type":"response.created","response":{"id":"r","model":"m"}}

            data: {"type":"response.output_item.added","item":{"type":"message","id":"a"}}

            data: {"type":"response.output_text.delta","item_id":"a","delta":"Hi"}

            data: {"type":"response.output_item.done","item":{"type":"message","id":"a","content":[{"type":"output_text","text":"Hi"}]}}

            data: {"type":"response.completed","response":{"id":"r","status":"completed","output":[{"type":"message","id":"a","content":[{"type":"output_text","text":"Hi"}]}]}}


            """,
            // Nothing but the end.
            """
            data: {"type":"response.completed","response":{"id":"r","model":"m","output":[{"type":"message","content":[{"type":"output_text","text":"Hi"}]}]}}

            data: [DONE]


            """,
            // No items, only deltas; an event that nobody knows; types in the event field alone.
            """
            : hello
            event: response.output_text.delta
            data: {"output_index":0,"content_index":0,"delta":"Hi"}

            event: response.sparkle
            data: {"type":"response.sparkle"}

            event: response.completed
            data: {"response":{"id":"r","model":"m","status":"completed"}}
            """,
        ])
    func oddStreams(text: String) {
        let events = ResponsesFixture.events(Array(text.utf8))
        #expect(ResponsesFixture.assembled(events)?.parts == [NeutralPart(.text("Hi"))])
    }

    @Test(
        "a stream that makes no sense is an error",
        arguments: [
            "data: {\n\n", "data: {\"type\":\"response.completed\"}\n\n", "data: {\"error\":{\"message\":\"x\"}}\n\n",
            "data: {\"type\":\"response.failed\"}\n\n",
            "data: {\"type\":\"response.completed\",\"response\":{\"status\":\"in_progress\"}}\n\n",
        ])
    func brokenStreams(text: String) {
        guard case .error? = ResponsesFixture.events(Array(text.utf8)).last else {
            Issue.record("expected an error")
            return
        }
    }
}
