import SluiceWire
import Testing

@Suite("Chat Completions, streams")
struct OpenAIChatStreamTests {
    private typealias Case = OpenAIChatCase

    private func error(_ events: [NeutralEvent]) -> NeutralError? {
        if case .error(let error)? = events.last { error } else { nil }
    }

    @Test("an error within a stream ends it, whatever its form")
    func errors() {
        let begin = Case.chunk(#"{"content":"a"}"#)
        for (data, kind) in [
            (#"{"error":{"message":"m","type":"rate_limit_error","code":429}}"#, NeutralError.Kind.rateLimit),
            (#"{"error":{"message":"m","code":502}}"#, .server), (#"{"error":"m"}"#, .server),
            (#"{"object":"error","message":"m","type":"BadRequestError","code":400}"#, .invalidRequest),
            ("[DONE]", .server), ("nonsense", .server), ("[]", .server),
            (Case.chunk("{}", finish: #""error""#), .server),
        ] {
            let events = Case.events([begin, data, Case.chunk(#"{"content":"b"}"#, finish: #""stop""#), "[DONE]"])
            #expect(error(events)?.kind == kind, "\(data)")
            #expect(!events.contains(.end))
            #expect(events.count == 4)
        }
        let typed = Case.events(Array("event: error\ndata: {\"message\":\"m\"}\n\n".utf8))
        #expect(error(typed)?.message == "m")
    }

    @Test("a stream without an end is complete only when it has said why it ended")
    func missingDone() {
        let stop = Case.chunk(#"{"content":"a"}"#, finish: #""stop""#)
        #expect(Case.events([stop]).last == .end)
        #expect(!Case.events([Case.chunk(#"{"content":"a"}"#)]).contains(.end))
        // The last event needs no blank line after it.
        #expect(Case.events(Array("data: \(stop)\n\ndata: [DONE]".utf8)).last == .end)
    }

    @Test("an id that is late or missing, a name that is late, an index that is always 0")
    func oddCalls() {
        func start(_ pieces: [String]) -> [NeutralEvent] {
            Case.events(pieces.map { Case.chunk(#"{"tool_calls":[\#($0)]}"#) })
        }
        // The id comes with the second piece.
        let late = start([
            #"{"index":0,"function":{"name":"f","arguments":"{"}}"#,
            #"{"index":0,"id":"a","function":{"arguments":"}"}}"#,
        ])
        #expect(
            late.dropFirst() == [
                .partStart(index: 0, .toolCall(id: "a", name: "f")), .delta(index: 0, "{"), .delta(index: 0, "}"),
            ])
        // It never comes.
        let missing = start([
            #"{"index":0,"function":{"name":"f","arguments":"{"}}"#, #"{"index":0,"function":{"arguments":"}"}}"#,
        ])
        guard case .partStart(_, .toolCall(let id, "f", _))? = missing.dropFirst().first else {
            Issue.record("no call")
            return
        }
        #expect(id.hasPrefix("call_"))
        // The name comes after arguments.
        let name = start([
            #"{"index":0,"id":"a","function":{"arguments":"{"}}"#, #"{"index":0,"function":{"name":"f"}}"#,
        ])
        #expect(name.dropFirst() == [.partStart(index: 0, .toolCall(id: "a", name: "f")), .delta(index: 0, "{")])
        // The name is repeated with each piece.
        let repeated = start([
            #"{"index":0,"id":"a","function":{"name":"f","arguments":"{"}}"#,
            #"{"index":0,"id":"a","function":{"name":"f","arguments":"}"}}"#,
        ])
        #expect(repeated.count == 4)
        // Two calls, both at index 0.
        let zero = start([
            #"{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}"#,
            #"{"index":0,"id":"b","function":{"name":"f","arguments":"{}"}}"#,
        ])
        #expect(zero.contains(.partStart(index: 1, .toolCall(id: "b", name: "f"))))
    }

    @Test("arguments without a tool's name are an error")
    func nameless() {
        let events = Case.events([
            Case.chunk(#"{"tool_calls":[{"index":0,"id":"a","function":{"arguments":"{}"}}]}"#),
            Case.chunk("{}", finish: #""tool_calls""#), "[DONE]",
        ])
        #expect(error(events)?.kind == .server)
    }

    @Test("more tool calls than anyone makes are an error, not memory")
    func tooManyCalls() {
        let pieces = (0..<2000).map { #"{"index":\#($0),"id":"c\#($0)","function":{"name":"f"}}"# }
        let events = Case.events([Case.chunk(#"{"tool_calls":[\#(pieces.joined(separator: ","))]}"#)])
        #expect(error(events)?.kind == .server)
    }

    @Test("usage in the last chunk of a choice, in one of its own, in each chunk")
    func usage() {
        let usage = #"{"prompt_tokens":3,"completion_tokens":2}"#
        let counts = TokenUsage(uncachedInput: 3, output: 2)
        let stop = #"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]"#
        for chunks in [
            [#"\#(stop),"usage":\#(usage)}"#], [#"\#(stop)}"#, #"{"choices":[],"usage":\#(usage)}"#],
            [#"\#(stop),"usage":null}"#, #"{"usage":\#(usage)}"#], [#"\#(stop),"x_groq":{"usage":\#(usage)}}"#],
        ] {
            let events = Case.events(chunks + ["[DONE]"])
            #expect(events.filter { $0 == .usage(counts) }.count == 1)
            #expect(events.last == .end)
        }
    }

    @Test("a client's stream begins with the role and ends with [DONE]; all chunks have one id, time and model")
    func clientStream() throws {
        var request = NeutralRequest(messages: [])
        request.includesUsage = true
        let usage = TokenUsage(uncachedInput: 3, output: 2)
        let response = NeutralResponse(
            id: "msg_1",
            parts: [
                NeutralPart(.text("Hi")), NeutralPart(.toolCall(NeutralToolCall(id: "a", name: "f", arguments: ""))),
            ],
            finish: NeutralFinish(.toolCalls), usage: usage)
        let (bytes, _) = Case.stream([.ping] + response.events + [.ping], Case.writing(request))
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.hasPrefix(": ping\n\ndata: {"))
        #expect(text.hasSuffix("\n\ndata: [DONE]\n\n"))
        let chunks = try Case.data(bytes).dropLast().map { try JSONDocument(parsing: Array($0.utf8)).root }
        #expect(Set(chunks.map { $0["id"]?.stringValue }).count == 1)
        #expect(chunks.allSatisfy { $0["created"]?.intValue == 1_790_000_000 })
        #expect(chunks.allSatisfy { $0["model"]?.stringValue == "client-name" })
        #expect(chunks.allSatisfy { $0["object"]?.stringValue == "chat.completion.chunk" })
        #expect(chunks.dropLast().allSatisfy { $0["usage"]?.isNull == true })
        #expect(chunks.dropLast().allSatisfy { $0["choices"]?[0]?["finish_reason"] != nil })
        #expect(Case.text(chunks[0]["choices"]?[0]?["delta"]) == #"{"role":"assistant","content":""}"#)
        #expect(Case.text(chunks[1]["choices"]?[0]?["delta"]) == #"{"content":"Hi"}"#)
        #expect(
            Case.text(chunks[2]["choices"]?[0]?["delta"])
                == #"{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}]}"#)
        #expect(
            Case.text(chunks[3]["choices"]?[0]?["delta"])
                == #"{"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]}"#)
        #expect(chunks[4]["choices"]?[0]?["finish_reason"]?.stringValue == "tool_calls")
        #expect(chunks[5]["choices"]?.count == 0)
        #expect(chunks[5]["usage"]?["total_tokens"]?.intValue == 5)
        #expect(chunks.count == 6)
    }

    @Test("without the wish for it there is no usage, and no null in its place")
    func noUsage() {
        let response = NeutralResponse(
            parts: [NeutralPart(.text("Hi"))], finish: NeutralFinish(.stop), usage: TokenUsage(uncachedInput: 1))
        #expect(!String(decoding: Case.stream(response.events).0, as: UTF8.self).contains("usage"))
    }

    @Test("an error is the last thing in a stream, after a finish too")
    func clientError() {
        let failure = NeutralError(.overloaded, message: "busy")
        let (bytes, _) = Case.stream([
            .start(NeutralStart()), .partStart(index: 0, .text), .delta(index: 0, "a"), .partEnd(index: 0),
            .finish(NeutralFinish(.stop)), .error(failure), .delta(index: 0, "b"), .end, .ping,
        ])
        let data = Case.data(bytes)
        #expect(data.count == 3)
        #expect(data.last == #"{"error":{"message":"busy","type":"server_error","param":null,"code":null}}"#)
        #expect(!String(decoding: bytes, as: UTF8.self).contains(#""finish_reason":"stop""#))
    }

    @Test("calls whose pieces are interleaved keep their places")
    func interleaved() throws {
        let (bytes, _) = Case.stream([
            .start(NeutralStart()), .partStart(index: 0, .toolCall(id: "a", name: "f")),
            .partStart(index: 1, .toolCall(id: "b", name: "g")), .delta(index: 1, "{"), .delta(index: 0, "{"),
            .delta(index: 0, "}"), .partEnd(index: 0), .delta(index: 1, "}"), .partEnd(index: 1),
            .finish(NeutralFinish(.toolCalls)), .end,
        ])
        let places = try Case.data(bytes).dropLast().compactMap {
            try JSONDocument(parsing: Array($0.utf8)).root["choices"]?[0]?["delta"]?["tool_calls"]?[0]?["index"]?
                .intValue
        }
        #expect(places == [0, 1, 1, 0, 0, 1])
    }

    @Test("a stream that ends without a reason is an error")
    func noReason() {
        let (bytes, _) = Case.stream([.start(NeutralStart()), .end])
        #expect(Case.data(bytes).last?.hasPrefix(#"{"error""#) == true)
    }

    @Test("pictures of the model go into images")
    func pictures() throws {
        let image = NeutralPart(.image(NeutralMedia(.base64("iVBORw0KGgo"), mediaType: "image/png")))
        let response = NeutralResponse(parts: [image], finish: NeutralFinish(.stop))
        let events = Case.events(Case.stream(response.events).0)
        #expect(events.contains(.partStart(index: 0, .media(image))))
    }
}
