import SluiceWire
import Testing

@Suite("OpenAI Responses: answers for clients")
struct OpenAIResponsesClientTests {
    private static let answers = ResponsesFixture.cases(with: "response.json").filter { $0 != "failed" }

    /// The data of each event, and the type in its `event` field.
    private func data(_ bytes: [UInt8]) throws -> [(type: String?, root: JSONNode)] {
        var parser = SSEParser()
        var offset = 0
        var list: [(type: String?, root: JSONNode)] = []
        while let event = parser.next(in: bytes.span, at: &offset) {
            let copy = parser.withData(of: event, in: bytes.span) { span in span.withUnsafeBufferPointer { [UInt8]($0) }
            }
            list.append((event.type, try JSONDocument(parsing: copy).root))
        }
        return list
    }

    private func request(for name: String) throws -> NeutralRequest {
        let hasRequest = ResponsesFixture.cases(with: "request.json").contains(name)
        return try ResponsesFixture.request(hasRequest ? name : "plain")
    }

    @Test("a whole answer is written as before", arguments: answers)
    func goldenWhole(name: String) throws {
        var context = ResponsesFixture.client(try request(for: name))
        let bytes = try OpenAIResponsesCodec.writeResponse(try ResponsesFixture.response(name), &context)
        try ResponsesFixture.check(bytes, name, "client.json")
    }

    @Test("a stream is written as before", arguments: answers)
    func goldenStream(name: String) throws {
        let events = ResponsesFixture.events(try ResponsesFixture.bytes(name, "stream.sse"))
        let bytes = ResponsesFixture.write(events, ResponsesFixture.client(try request(for: name)))
        try ResponsesFixture.check(bytes, name, "client.sse")
    }

    @Test("what is written for a client reads as what was read from the provider", arguments: answers)
    func thereAndBack(name: String) throws {
        let request = try request(for: name)
        let events = ResponsesFixture.events(try ResponsesFixture.bytes(name, "stream.sse"))
        let expected = ResponsesFixture.streamable(try ResponsesFixture.response(name))
        let streamed = ResponsesFixture.assembled(
            ResponsesFixture.events(ResponsesFixture.write(events, ResponsesFixture.client(request))))
        #expect(Self.comparable(streamed) == Self.comparable(expected))
        var context = ResponsesFixture.client(request)
        let whole = try OpenAIResponsesCodec.writeResponse(try ResponsesFixture.response(name), &context)
        var reading = ResponsesFixture.answer(request)
        let again = try OpenAIResponsesCodec.readResponse(try JSONDocument(parsing: whole), &reading)
        #expect(Self.comparable(ResponsesFixture.streamable(again)) == Self.comparable(expected))
    }

    /// Without what is the client's own: ids, the model's name, and seals, which are tokens now.
    private static func comparable(_ response: NeutralResponse?) -> NeutralResponse? {
        guard var response else { return nil }
        response.id = nil
        response.model = nil
        response.finish.vendorWord = nil
        for index in response.parts.indices { response.parts[index].signature = nil }
        return response
    }

    @Test(
        "numbers count up from 0, types stand twice, and the last event has the items that were done",
        arguments: answers)
    func contract(name: String) throws {
        let events = ResponsesFixture.events(try ResponsesFixture.bytes(name, "stream.sse"))
        let written = try data(ResponsesFixture.write(events))
        var items: [String] = []
        for (number, event) in written.enumerated() {
            #expect(event.root["sequence_number"]?.intValue == number)
            #expect(event.root["type"]?.stringValue == event.type)
            if event.type == "response.output_item.done", let item = event.root["item"] {
                items.append(String(decoding: item.rawBytes, as: UTF8.self))
            }
        }
        #expect(written[0].type == "response.created")
        #expect(written[1].type == "response.in_progress")
        let last = try #require(written.last?.root["response"])
        #expect(last["output"]?.elements.map { String(decoding: $0.rawBytes, as: UTF8.self) } == items)
        #expect(last["id"]?.stringValue == written[0].root["response"]?["id"]?.stringValue)
        #expect(last["model"]?.stringValue == "my-model")
        let added = written.filter { $0.type == "response.output_item.added" }.map { $0.root["output_index"]?.intValue }
        #expect(added == Array(0..<items.count))
    }

    @Test("thoughts of another vendor come back byte for byte with the client's next request")
    func thoughts() throws {
        let signature = NeutralSignature("c2ln+/==", origin: NeutralOrigin(.anthropic, model: "claude-sonnet-5-5"))
        let seal = NeutralSignature("ZGF0YQ==", origin: NeutralOrigin(.anthropic, model: "claude-sonnet-5-5"))
        let gemini = NeutralSignature("Z2VtaW5p", origin: NeutralOrigin(.gemini, model: "gemini-3-pro"))
        let response = NeutralResponse(
            parts: [
                NeutralPart(.thinking("Let me see — \"é\""), signature: signature),
                NeutralPart(.redactedThinking, signature: seal),
                NeutralPart(.thinking("plain")),
                NeutralPart(.text("Looking.")),
                NeutralPart(
                    .toolCall(NeutralToolCall(id: "toolu_1", name: "f", arguments: #"{"a":1}"#)), signature: gemini),
            ], finish: NeutralFinish(.toolCalls))
        var context = ResponsesFixture.client()
        let whole = try JSONDocument(parsing: try OpenAIResponsesCodec.writeResponse(response, &context)).root
        let streamed = try data(ResponsesFixture.write(response.events)).last?.root["response"]
        for answer in [whole, try #require(streamed)] {
            let output = try #require(answer["output"])
            let callID = try #require(output.elements.map { $0["call_id"]?.stringValue }.last ?? nil)
            let list = String(decoding: output.rawBytes.dropFirst().dropLast(), as: UTF8.self)
            let request = try ResponsesFixture.request(
                text: #"{"input":[{"role":"user","content":"x"},"# + list
                    + #",{"type":"function_call_output","call_id":"\#(callID)","output":"1"}]}"#)
            #expect(request.messages.map(\.role) == [.user, .assistant, .tool])
            #expect(request.messages[1].parts == response.parts)
            #expect(
                request.messages[1].parts.map { $0.signature?.value.escaped }
                    == response.parts.map { $0.signature?.value.escaped })
            guard case .toolResult(let result) = request.messages[2].parts[0].content else { continue }
            #expect(result.callID == "toolu_1")
        }
        #expect(context.losses.isEmpty)
    }

    @Test("an altered token is no thought of ours")
    func alteredToken() throws {
        var context = ResponsesFixture.client()
        let signature = NeutralSignature("sig", origin: NeutralOrigin(.anthropic))
        let bytes = try OpenAIResponsesCodec.writeResponse(
            NeutralResponse(
                parts: [NeutralPart(.thinking("hm"), signature: signature)], finish: NeutralFinish(.stop)), &context)
        let item = try #require(try JSONDocument(parsing: bytes).root["output"]?[0])
        var text = String(decoding: item.rawBytes, as: UTF8.self)
        text = String(text.dropLast(4)) + "zz\"}"
        var reading = ResponsesFixture.reading()
        let request = try OpenAIResponsesCodec.readRequest(
            try JSONDocument(parsing: Array(#"{"input":[\#(text)]}"#.utf8)), &reading)
        #expect(request.messages[0].parts == [NeutralPart(.thinking("hm"))])
        #expect(reading.losses.header == "dropped thinking")
    }

    @Test("an answer's beginning and end, event by event")
    func exactEvents() throws {
        let events: [NeutralEvent] = [
            .start(NeutralStart()), .partStart(index: 0, .toolCall(id: "call_1", name: "f")), .partEnd(index: 0),
            .finish(NeutralFinish(.toolCalls)), .usage(TokenUsage(uncachedInput: 3, output: 2)), .end, .ping, .end,
        ]
        let written = try data(ResponsesFixture.write(events))
        #expect(
            written.map(\.type) == [
                "response.created", "response.in_progress", "response.output_item.added",
                "response.function_call_arguments.delta", "response.function_call_arguments.done",
                "response.output_item.done", "response.completed",
            ])
        #expect(written[4].root["arguments"]?.stringValue == "{}")
        #expect(written[6].root["response"]?["usage"]?["total_tokens"]?.intValue == 5)
    }

    @Test("interleaved calls come one after the other")
    func interleaved() throws {
        let events: [NeutralEvent] = [
            .start(NeutralStart()), .partStart(index: 0, .toolCall(id: "a", name: "f")),
            .partStart(index: 1, .toolCall(id: "b", name: "g")), .delta(index: 0, "{\"x\""), .delta(index: 1, "{\"y\""),
            .delta(index: 0, ":1}"), .delta(index: 1, ":2}"), .partEnd(index: 0), .partEnd(index: 1),
            .finish(NeutralFinish(.toolCalls)), .end,
        ]
        let written = try data(ResponsesFixture.write(events))
        let output = try #require(written.last?.root["response"]?["output"])
        #expect(output.elements.map { $0["arguments"]?.stringValue } == [#"{"x":1}"#, #"{"y":2}"#])
    }

    @Test("an error is the vendor's event before the beginning, and a failed response after it")
    func errors() throws {
        let error = NeutralError(.contextTooLong, message: "too long")
        var written = try data(ResponsesFixture.write([.error(error), .end]))
        #expect(written.map(\.type) == ["error"])
        #expect(written[0].root["code"]?.stringValue == "context_length_exceeded")
        #expect(written[0].root["sequence_number"]?.intValue == 0)
        written = try data(
            ResponsesFixture.write([
                .start(NeutralStart()), .partStart(index: 0, .text), .delta(index: 0, "Hi"), .error(error), .end,
            ]))
        #expect(written.last?.type == "response.failed")
        #expect(written.last?.root["response"]?["status"]?.stringValue == "failed")
        #expect(written.last?.root["response"]?["error"]?["message"]?.stringValue == "too long")
        written = try data(ResponsesFixture.write([.start(NeutralStart()), .end]))
        #expect(written.last?.type == "response.failed")
    }

    @Test(
        "why an answer ended",
        arguments: [
            (.stop, "completed", nil), (.stopSequence, "completed", nil), (.toolCalls, "completed", nil),
            (.pause, "completed", nil), (.length, "incomplete", "max_output_tokens"),
            (.contextWindow, "incomplete", "max_output_tokens"), (.contentFilter, "incomplete", "content_filter"),
            (.refusal, "incomplete", "content_filter"), (.malformedOutput, "failed", nil),
        ] as [(NeutralFinish.Reason, String, String?)])
    func outcomes(reason: NeutralFinish.Reason, status: String, detail: String?) throws {
        let response = NeutralResponse(parts: [NeutralPart(.text("a"))], finish: NeutralFinish(reason))
        var context = ResponsesFixture.client()
        let whole = try JSONDocument(parsing: try OpenAIResponsesCodec.writeResponse(response, &context)).root
        let streamed = try data(ResponsesFixture.write(response.events))
        #expect(streamed.last?.type == "response.\(status)")
        for answer in [whole, try #require(streamed.last?.root["response"])] {
            #expect(answer["status"]?.stringValue == status)
            #expect(answer["incomplete_details"]?["reason"]?.stringValue == detail)
            #expect(answer["output"]?[0]?["status"]?.stringValue == (detail == nil ? "completed" : "incomplete"))
        }
    }

    @Test("what the client wrote over several lines is one line in a stream")
    func lines() throws {
        let request = try ResponsesFixture.request(
            text:
                "{\"input\":\"x\",\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"parameters\":{\n\"type\":\r\n\"object\"}}]}"
        )
        let bytes = ResponsesFixture.write([.start(NeutralStart()), .ping], ResponsesFixture.client(request))
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(
            lines.allSatisfy { $0.isEmpty || $0.hasPrefix("event: ") || $0.hasPrefix("data: ") || $0.hasPrefix(":") })
        #expect(lines.contains(": ping"))
    }
}
