import SluiceWire
import Testing

@Suite("Messages streams")
struct AnthropicStreamTests {
    @Test("any split gives the same events", arguments: Messages.cases("stream.sse"))
    func splits(_ name: String) throws {
        let bytes = try Messages.file(name, "stream.sse")
        let events = Messages.events(bytes)
        #expect(Messages.events(bytes, cuts: 1...bytes.count) == events)
        for cut in 1..<bytes.count {
            #expect(Messages.events(bytes, cuts: [cut]) == events, "cut at \(cut)")
        }
    }

    @Test("a stream that is cut before its reason never ends well", arguments: Messages.cases("stream.sse"))
    func truncations(_ name: String) throws {
        let bytes = try Messages.file(name, "stream.sse")
        let whole = Messages.events(bytes)
        for count in 0..<bytes.count {
            let events = Messages.events(Array(bytes[..<count]))
            if events.last == .end {
                #expect(events.contains { if case .finish = $0 { true } else { false } })
                #expect(Messages.assembled(events)?.parts == Messages.assembled(whole)?.parts, "cut at \(count)")
            }
            if name != "error-in-stream", !events.contains(.end), case .error? = events.last { continue }
        }
    }

    @Test("the events of a vendor's stream")
    func events() throws {
        let events = try Messages.events(Messages.file("tool", "stream.sse"))
        let usage = TokenUsage(uncachedInput: 472, cacheRead: 20, cacheWrite5m: 7, cacheWrite1h: 3, output: 89)
        #expect(
            events == [
                .start(
                    NeutralStart(
                        id: "msg_01XFDUDYJgAACzvnptvVoYEL", model: Messages.model,
                        usage: TokenUsage(
                            uncachedInput: 472, cacheRead: 20, cacheWrite5m: 7, cacheWrite1h: 3, output: 2))),
                .partStart(index: 0, .text), .delta(index: 0, "I look"), .delta(index: 0, " again."),
                .partEnd(index: 0),
                .partStart(index: 1, .toolCall(id: "toolu_01D7FLrfh4GYq7yT1ULFeyMV", name: "get_weather")),
                .delta(index: 1, #"{"location":"#), .delta(index: 1, #" "Ly"#), .delta(index: 1, #"on"}"#),
                .partEnd(index: 1), .usage(usage), .finish(NeutralFinish(.toolCalls, vendorWord: "tool_use")), .end,
            ])
    }

    @Test("an error event ends the stream, and is the only end")
    func errorEvent() throws {
        let events = try Messages.events(Messages.file("error-in-stream", "stream.sse"))
        #expect(events.last == .error(NeutralError(.overloaded, message: "Overloaded")))
        let (text, _) = Messages.stream(events)
        #expect(
            text.hasSuffix(
                """
                event: error
                data: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_1"}


                """))
        #expect(!text.contains("message_stop"))
    }

    @Test(
        "what is no answer is an error, never an end",
        arguments: [
            "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
            "event: message_start\ndata: {oops\n\n", "data: [DONE]\n\n", "data: 7\n\n",
            "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,"
                + "\"content_block\":{\"type\":\"tool_use\",\"name\":\"f\"}}\n\n",
        ])
    func senseless(_ text: String) {
        let events = Messages.events(Array(text.utf8))
        guard case .error(let error)? = events.last else {
            Issue.record("no error: \(events)")
            return
        }
        #expect(error.status == 502)
    }

    @Test("a stream that had finished and lacks its last event has ended")
    func forgottenStop() throws {
        let bytes = try Messages.file("plain", "stream.sse")
        let last = Array("event: message_stop".utf8)
        let cut = try #require(bytes.indices.first { bytes[$0...].starts(with: last) })
        #expect(Messages.events(Array(bytes[..<cut])).last == .end)
    }

    @Test("the events for a client")
    func written() {
        let (text, losses) = Messages.stream([
            .start(NeutralStart(id: "chatcmpl-1", model: "gpt")), .partStart(index: 0, .thinking),
            .delta(index: 0, "Hm."), .partEnd(index: 0), .partStart(index: 1, .text), .delta(index: 1, "A\\u00e9"),
            .ping, .partEnd(index: 1), .partStart(index: 2, .toolCall(id: "call_1", name: "f")), .partEnd(index: 2),
            .finish(NeutralFinish(.stop)), .usage(TokenUsage(uncachedInput: 3, cacheRead: 2, output: 4, reasoning: 5)),
            .end, .delta(index: 1, "late"),
        ])
        #expect(losses == nil)
        #expect(
            text == """
                event: message_start
                data: {"type":"message_start","message":{"id":"msg_\(Self.minted)","type":"message","role":"assistant","model":"my-claude","content":[],"stop_reason":null,"stop_sequence":null,"stop_details":null,"usage":{"input_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":0},"output_tokens":0,"output_tokens_details":{"thinking_tokens":0}}}}

                event: content_block_start
                data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

                event: content_block_delta
                data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Hm."}}

                event: content_block_stop
                data: {"type":"content_block_stop","index":0}

                event: content_block_start
                data: {"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}

                event: content_block_delta
                data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"A\\\\u00e9"}}

                event: ping
                data: {"type":"ping"}

                event: content_block_stop
                data: {"type":"content_block_stop","index":1}

                event: content_block_start
                data: {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"call_1","name":"f","input":{}}}

                event: content_block_delta
                data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{}"}}

                event: content_block_stop
                data: {"type":"content_block_stop","index":2}

                event: message_delta
                data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null,"stop_details":null},"usage":{"input_tokens":3,"cache_creation_input_tokens":0,"cache_read_input_tokens":2,"output_tokens":9,"output_tokens_details":{"thinking_tokens":5}}}

                event: message_stop
                data: {"type":"message_stop"}


                """)
    }

    private static var minted: String {
        var identifiers = Messages.answering().identifiers
        return identifiers.make("")
    }

    @Test("interleaved calls come one after the other, and arguments that are no object are wrapped")
    func interleaved() throws {
        let events: [NeutralEvent] = [
            .start(NeutralStart()), .partStart(index: 0, .toolCall(id: "a", name: "f")),
            .partStart(index: 1, .toolCall(id: "b", name: "g")), .delta(index: 1, " [1"), .delta(index: 0, #"{"x":"#),
            .delta(index: 1, "]"), .delta(index: 0, "1}"), .partEnd(index: 0), .partEnd(index: 1),
            .finish(NeutralFinish(.toolCalls)), .end,
        ]
        let (text, losses) = Messages.stream(events)
        #expect(losses == "adapted tool_arguments")
        let response = try #require(Messages.assembled(Messages.events(Array(text.utf8))))
        #expect(
            response.parts == [
                NeutralPart(.toolCall(NeutralToolCall(id: "a", name: "f", arguments: #"{"x":1}"#))),
                NeutralPart(.toolCall(NeutralToolCall(id: "b", name: "g", arguments: #"{"_raw":" [1]"}"#))),
            ])
    }

    @Test("another vendor's seals travel in signature, data and id, and come back as they were")
    func seals() throws {
        let gemini = NeutralOrigin(.gemini, model: "gemini-3")
        let thought = NeutralSignature("c2ln\\/bmF0dXJl", origin: gemini)
        let hidden = NeutralSignature("gAAA", origin: NeutralOrigin(.openAIResponses, model: "gpt-5"))
        let response = NeutralResponse(
            parts: [
                NeutralPart(.thinking("Hm."), signature: thought), NeutralPart(.redactedThinking, signature: hidden),
                NeutralPart(
                    .toolCall(NeutralToolCall(id: "functions.f:0", name: "f", arguments: "{}")), signature: thought),
            ],
            finish: NeutralFinish(.toolCalls))
        var context = Messages.answering()
        let whole = try AnthropicCodec.writeResponse(response, &context)
        #expect(context.losses.header == nil)
        let content = try #require(try JSONDocument(parsing: whole).root["content"])
        let request = try Messages.read(
            """
            {"model":"m","max_tokens":9,"messages":[{"role":"user","content":"?"},
            {"role":"assistant","content":\(String(decoding: content.rawBytes, as: UTF8.self))}]}
            """)
        #expect(request.messages.last?.parts == response.parts)
        // The same tokens in a stream.
        let (stream, losses) = Messages.stream(response.events)
        #expect(losses == nil)
        for (index, key) in [(0, "signature"), (1, "data"), (2, "id")] {
            let token = try #require(content[index]?[key]?.rawString)
            #expect(stream.contains("\"\(key)\":\"\(token)\""))
        }
        // Altered, and sealed by another.
        var reading = RequestReading(seal: TestSeal(key: 18))
        let foreign = try AnthropicCodec.readRequest(
            JSONDocument(
                parsing: Array(
                    #"{"model":"m","max_tokens":9,"messages":[{"role":"assistant","content":"#.utf8)
                    + Array(content.rawBytes) + Array("}]}".utf8)), &reading)
        #expect(stream.contains("slt1_") && stream.contains("slc1_"))
        #expect(reading.losses.header == "dropped thinking")
        #expect(foreign.messages[0].parts[0] == NeutralPart(.thinking("Hm.")))
        #expect(foreign.messages[0].parts.count == 2)
    }
}
