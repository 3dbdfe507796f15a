import SluiceWire
import Testing

@Suite("Gemini: streams for clients")
struct GeminiStreamWriterTests {
    private static let tail = #""modelVersion":"client-model","responseId":"r"}"#

    private func chunk(_ parts: String, _ rest: String = "") -> String {
        #"{"candidates":[{"content":{"parts":[\#(parts)],"role":"model"},"#
            + #"\#(rest.isEmpty ? "" : rest + ",")"index":0}],"#
    }

    @Test("chunks are whole responses; the last has the reason and the usage", arguments: [false, true])
    func plain(isArray: Bool) {
        let events: [NeutralEvent] = [
            .start(NeutralStart(id: "r")), .partStart(index: 0, .text), .delta(index: 0, "Hi"), .ping,
            .delta(index: 0, "\u{2028}"), .partEnd(index: 0), .finish(NeutralFinish(.stop)),
            .usage(TokenUsage(uncachedInput: 2, output: 1)), .end, .ping,
        ]
        let text = GeminiSupport.stream(events, GeminiSupport.answering(isArray: isArray))
        let first = chunk(#"{"text":"Hi"}"#) + Self.tail
        let second = chunk("{\"text\":\"\u{2028}\"}") + Self.tail
        let usage =
            #""usageMetadata":{"promptTokenCount":2,"candidatesTokenCount":1,"totalTokenCount":3,"#
            + #""promptTokensDetails":[{"modality":"TEXT","tokenCount":2}]},"#
        let last = chunk(#"{"text":""}"#, #""finishReason":"STOP""#) + usage + Self.tail
        let wanted =
            isArray
            ? "[\(first)\r\n,\r\n\(second),\r\n\(last)\r\n]"
            : "data: \(first)\r\n\r\n\r\ndata: \(second)\r\n\r\ndata: \(last)\r\n\r\n"
        #expect(text == wanted)
    }

    @Test(
        "a call comes whole, however its arguments came",
        arguments: [
            (["{\"a\"", ":\n1.0}"], #"{"a": 1.0}"#), ([], "{}"), (["{"], #"{"_raw":"{"}"#),
        ] as [([JSONString], String)])
    func calls(pieces: [JSONString], arguments: String) {
        var events: [NeutralEvent] = [
            .start(NeutralStart(id: "r")), .partStart(index: 0, .toolCall(id: "call_1", name: "f")),
        ]
        events += pieces.map { .delta(index: 0, $0) }
        events += [.partEnd(index: 0), .finish(NeutralFinish(.toolCalls)), .end]
        let text = GeminiSupport.stream(events, GeminiSupport.answering())
        let parts = chunk(#"{"functionCall":{"id":"call_1","name":"f","args":\#(arguments)}}"#)
        #expect(text.hasPrefix("data: \(parts)\(Self.tail)\r\n\r\n"))
        #expect(text.contains(#""finishReason":"STOP""#))
    }

    @Test("interleaved calls come one after the other, in their order")
    func interleaved() {
        let events: [NeutralEvent] = [
            .start(NeutralStart(id: "r")), .partStart(index: 0, .toolCall(id: "a", name: "f")),
            .partStart(index: 1, .toolCall(id: "b", name: "g")), .delta(index: 1, "{\"y\":"), .delta(index: 0, "{}"),
            .delta(index: 1, "2}"), .partEnd(index: 1), .partEnd(index: 0), .finish(NeutralFinish(.toolCalls)), .end,
        ]
        let bytes = Array(GeminiSupport.stream(events, GeminiSupport.answering()).utf8)
        let response = GeminiSupport.assembled(GeminiSupport.events([bytes[...]]))
        let calls = response?.parts.compactMap { part in
            if case .toolCall(let call) = part.content { "\(call.name) \(call.arguments.text)" } else { nil }
        }
        #expect(calls == ["f {}", #"g {"y":2}"#])
    }

    @Test("a pair of surrogates that was cut is put together")
    func surrogates() {
        let events: [NeutralEvent] = [
            .start(NeutralStart(id: "r")), .partStart(index: 0, .text),
            .delta(index: 0, JSONString(escaped: Array(#"a\ud83d"#.utf8)[...])),
            .delta(index: 0, JSONString(escaped: Array(#"\ude00"#.utf8)[...])), .partEnd(index: 0),
            .finish(NeutralFinish(.stop)), .end,
        ]
        let text = GeminiSupport.stream(events, GeminiSupport.answering())
        #expect(text.contains(#"{"text":"a"}"#))
        #expect(text.contains(#"{"text":"\ud83d\ude00"}"#))
    }

    @Test(
        "an error is the last chunk, its member first",
        arguments: [
            (false, false), (false, true), (true, false), (true, true),
        ])
    func errors(isArray: Bool, hasBegun: Bool) throws {
        var events: [NeutralEvent] = [.start(NeutralStart(id: "r"))]
        if hasBegun { events += [.partStart(index: 0, .text), .delta(index: 0, "x")] }
        events += [.error(NeutralError(.overloaded, message: "Busy.\nSorry.")), .end, .ping]
        let text = GeminiSupport.stream(events, GeminiSupport.answering(isArray: isArray))
        let body = #"{"error":{"code":503,"message":"Busy.\nSorry.","status":"UNAVAILABLE","#
        if isArray {
            #expect(try JSONDocument(parsing: Array(text.utf8)).root.count == (hasBegun ? 2 : 1))
            #expect(text.contains(body))
        } else {
            #expect(text.contains("data: \(body)"))
            #expect(text.hasSuffix("\r\n\r\n"))
        }
    }

    @Test("an end without a reason is an error")
    func noReason() {
        let text = GeminiSupport.stream([.start(NeutralStart()), .end], GeminiSupport.answering())
        #expect(text.hasPrefix(#"data: {"error":{"code":500"#))
    }

    @Test("a refused prompt is told in Google's own words")
    func blocked() throws {
        let response = try GeminiSupport.response(try #require(GeminiSupport.bytes("blocked", "response.json")))
        let text = GeminiSupport.stream(response.events, GeminiSupport.answering())
        #expect(text.hasPrefix(#"data: {"promptFeedback":{"blockReason":"PROHIBITED_CONTENT","#))
    }

    @Test("what is written is read again with the same meaning", arguments: GeminiSupport.responses, [false, true])
    func again(name: String, isArray: Bool) throws {
        let response = try GeminiSupport.response(try #require(GeminiSupport.bytes(name, "response.json")))
        let text = GeminiSupport.stream(response.events, GeminiSupport.answering(isArray: isArray))
        let bytes = Array(text.utf8)
        let again = try #require(GeminiSupport.assembled(GeminiSupport.events([bytes[...]])))
        #expect(again.parts.map(\.content) == response.parts.map(\.content))
        #expect(again.finish.reason == response.finish.reason)
        #expect(again.usage == response.usage)
        #expect(again.id == response.id)
    }

    @Test("the types of the two framings")
    func types() {
        #expect(GeminiCodec.makeStreamWriter(GeminiSupport.answering()).contentType == "text/event-stream")
        #expect(
            GeminiCodec.makeStreamWriter(GeminiSupport.answering(isArray: true)).contentType
                == "application/json; charset=UTF-8")
    }
}
