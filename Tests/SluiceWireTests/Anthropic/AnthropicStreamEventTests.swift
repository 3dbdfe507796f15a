import SluiceWire
import Testing

@Suite("Messages that pass unchanged")
struct AnthropicStreamEventTests {
    /// What the events of a stream say, put together.
    private struct Told {
        var kinds: [AnthropicStreamEvent.Kind] = []
        var counts = AnthropicUsageCounts()
        var stopReason: String?

        mutating func take(_ event: AnthropicStreamEvent) {
            kinds.append(event.kind)
            if let counts = event.counts { self.counts.merge(counts) }
            stopReason = event.stopReason ?? stopReason
        }
    }

    private func told(_ bytes: [UInt8]) -> Told {
        var told = Told()
        var parser = SSEParser()
        var offset = 0
        while let event = parser.next(in: bytes.span, at: &offset) ?? parser.finish() {
            told.take(
                parser.withData(of: event, in: bytes.span) { AnthropicStream.classify($0, type: event.type) })
        }
        return told
    }

    @Test("events tell the usage and the reason that the reader sees", arguments: Messages.cases("stream.sse"))
    func agrees(_ name: String) throws {
        let bytes = try Messages.file(name, "stream.sse")
        var assembler = NeutralAssembler()
        for event in Messages.events(bytes) { assembler.take(event) }
        let told = told(bytes)
        #expect(told.kinds.contains(.terminal) == assembler.isComplete)
        #expect(told.kinds.contains(.error) == (assembler.error != nil))
        if let response = assembler.response {
            #expect(told.counts.usage == response.usage)
            #expect(told.stopReason == response.finish.vendorWord)
        }
    }

    @Test(
        "the bytes of a delta's text are counted, and no seal's",
        arguments: [
            (#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"four"}}"#, 4),
            (#"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}"#, 2),
            (#"{"type":"content_block_delta","delta":{"type":"input_json_delta","partial_json":"{\"a"}}"#, 4),
            (#"{"type":"content_block_delta","delta":{"type":"signature_delta","signature":"EqQBCg=="}}"#, 0),
            (#"{"type":"message_start","message":{"id":"msg_1","content":[]}}"#, 0),
        ])
    func contentBytes(text: String, bytes: Int) {
        let event = AnthropicStream.classify(Array(text.utf8).span)
        #expect(event.contentBytes == bytes)
        #expect(event.hasContent == text.contains("content_block_delta"))
    }

    @Test("what each event means")
    func kinds() throws {
        #expect(
            try told(Messages.file("plain", "stream.sse")).kinds
                == [.start, .start, .ping, .content, .content, .content, .other, .finish, .terminal])
        #expect(
            try told(Messages.file("thinking-omitted", "stream.sse")).kinds
                == [.start, .start, .content, .other, .start, .content, .other, .finish, .terminal])
        #expect(try told(Messages.file("error-in-stream", "stream.sse")).kinds == [.start, .start, .content, .error])
        func kind(_ text: String, _ type: String? = nil) -> AnthropicStreamEvent.Kind {
            AnthropicStream.classify(Array(text.utf8).span, type: type).kind
        }
        #expect(kind("[DONE]") == .malformed)
        #expect(kind("{}", "ping") == .ping)
        #expect(kind(#"{"error":{"message":"x"}}"#) == .error)
        #expect(kind(#"{"type":"message_delta","delta":{"stop_reason":null},"usage":{"output_tokens":1}}"#) == .usage)
        #expect(
            kind(#"{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"a"}}"#) == .content)
    }

    @Test(
        "the usage and the reason of a whole answer, at once and in pieces", arguments: Messages.cases("response.json"))
    func whole(_ name: String) throws {
        let bytes = try Messages.file(name, "response.json")
        let response = try Messages.response(bytes)
        let (usage, reason) = AnthropicStream.whole(bytes.span)
        #expect(usage == response.usage)
        #expect(reason == response.finish.vendorWord)
        var tap = JSONMemberTap(AnthropicStream.members)
        for index in bytes.indices { tap.feed(bytes.span.extracting(index..<index + 1)) }
        #expect(AnthropicStream.whole(tap).usage == usage)
        #expect(AnthropicStream.whole(tap).stopReason == reason)
    }

    @Test("totals that overflow, are negative or disagree never trap")
    func strange() {
        func usage(_ text: String) -> TokenUsage? { AnthropicUsageCounts(parsing: Array(text.utf8).span).usage }
        #expect(usage("[]") == nil)
        #expect(usage("{}") == nil)
        #expect(
            usage(
                #"{"input_tokens":9223372036854775807,"cache_read_input_tokens":9223372036854775807,"output_tokens":1e300}"#
            )?.promptTokens == .max)
        #expect(
            usage(#"{"input_tokens":-5,"output_tokens":3,"output_tokens_details":{"thinking_tokens":9}}"#)
                == TokenUsage(reasoning: 3))
        #expect(
            usage(
                #"{"input_tokens":1,"cache_creation_input_tokens":5,"cache_creation":{"ephemeral_5m_input_tokens":9,"ephemeral_1h_input_tokens":2},"output_tokens":0}"#
            )
                == TokenUsage(uncachedInput: 1, cacheWrite5m: 3, cacheWrite1h: 2))
    }
}
