import Testing

@testable import SluiceWire

@Suite("Bedrock responses")
struct BedrockResponseTests {
    @Test("there and back means the same", arguments: BedrockCase.responses)
    func thereAndBack(name: String) throws {
        let response = try BedrockCase.response(name)
        var request = NeutralRequest(messages: [])
        request.extras.append(
            "additionalModelResponseFieldPaths", JSONFragment(written: Array(#"["/stop_sequence"]"#.utf8)),
            from: .bedrock)
        var context = BedrockCase.answering(request)
        let bytes = try BedrockCodec.writeResponse(response, &context)
        #expect(context.losses.isEmpty)
        // A client brings the answer back as history; its seals come with it.
        let document = try JSONDocument(parsing: bytes)
        var reading = BedrockCase.reading()
        var again = try BedrockCodec.readResponse(document, &reading)
        #expect(again.finish == response.finish && again.usage == response.usage && again.extras == response.extras)
        #expect(again.serviceTier == response.serviceTier)
        let message = try #require(document.root["output"]?["message"])
        let history = try BedrockCase.request(
            json:
                #"{"messages":[{"role":"user","content":[{"text":"a"}]},\#(String(decoding: message.rawBytes, as: UTF8.self))]}"#
        )
        again.parts = history.messages[1].parts
        #expect(again.parts == response.parts)
    }

    @Test("what the vendor's types demand is there, whatever is known")
    func required() throws {
        var context = BedrockCase.answering()
        let bytes = try BedrockCodec.writeResponse(NeutralResponse(parts: [], finish: NeutralFinish(.stop)), &context)
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"output":{"message":{"role":"assistant","content":[]}},"stopReason":"end_turn","usage":{"inputTokens":0,"outputTokens":0,"totalTokens":0,"cacheReadInputTokens":0,"cacheWriteInputTokens":0},"metrics":{"latencyMs":0}}"#
        )
    }

    @Test("usage is in disjoint classes, and its total is the vendor's")
    func usage() throws {
        let usage = try #require(try BedrockCase.response("answer_tools").usage)
        #expect(
            usage
                == TokenUsage(uncachedInput: 4, cacheRead: 100, cacheWrite5m: 10, cacheWrite1h: 20, output: 120))
        #expect(usage.totalTokens == 254)
        let odd =
            #"{"inputTokens":-1,"outputTokens":1e2,"totalTokens":9223372036854775807,"cacheWriteInputTokens":5,"cacheDetails":[{"ttl":"1h","inputTokens":9223372036854775807},{"ttl":"1h","inputTokens":9223372036854775807}]}"#
        let clamped = BedrockTap.usage(Array(odd.utf8).span)
        #expect(clamped == TokenUsage(cacheWrite1h: 5, output: 100))
        let none = BedrockTap.usage(Array("[]".utf8).span)
        #expect(none == nil)
    }

    @Test("every reason goes there and back", arguments: NeutralFinish.Reason.allCases)
    func reasons(reason: NeutralFinish.Reason) {
        let word = BedrockStopReason.write(NeutralFinish(reason))
        let back = BedrockStopReason.read(word)
        switch reason {
        case .refusal: #expect(back == .contentFilter)
        case .pause: #expect(back == .stop)
        default: #expect(back == reason)
        }
    }

    @Test("the vendor keeps its own word where two mean the same")
    func words() {
        for word in ["guardrail_intervened", "content_filtered", "malformed_model_output", "malformed_tool_use"] {
            #expect(BedrockStopReason.write(NeutralFinish(BedrockStopReason.read(word), vendorWord: word)) == word)
        }
        #expect(BedrockStopReason.read("something_new") == .stop)
    }

    @Test("thoughts of another vendor travel through a client and back, byte for byte")
    func carriedThoughts() throws {
        let thought = NeutralSignature("a+/\\u003d=", origin: NeutralOrigin(.anthropic, model: "claude-opus-5"))
        let hidden = NeutralSignature("cmVkYWN0ZWQ=", origin: NeutralOrigin(.anthropic, model: "claude-opus-5"))
        let sealed = NeutralSignature("c2lnbmF0dXJl", origin: NeutralOrigin(.gemini, model: "gemini-3"))
        let response = NeutralResponse(
            parts: [
                NeutralPart(.thinking("hm"), signature: thought), NeutralPart(.redactedThinking, signature: hidden),
                NeutralPart(.text("a")),
                NeutralPart(
                    .toolCall(NeutralToolCall(id: "call_1", name: "f", arguments: "{}")), signature: sealed),
            ], finish: NeutralFinish(.toolCalls))
        var context = BedrockCase.answering()
        let root = try JSONDocument(parsing: try BedrockCodec.writeResponse(response, &context)).root
        let message = try #require(root["output"]?["message"])
        // An SDK decodes the blob and encodes it again.
        let blob = try #require(JSONString(message["content"]?[1]?["reasoningContent"]?["redactedContent"]))
        #expect(BedrockBlob.encode(try #require(BedrockBlob.decode(blob))) == blob)
        let id = try #require(message["content"]?[3]?["toolUse"]?["toolUseId"]?.stringValue)
        let text = String(decoding: message.rawBytes, as: UTF8.self)
        let request = try BedrockCase.request(
            json:
                #"{"messages":[{"role":"user","content":[{"text":"a"}]},\#(text),{"role":"user","content":[{"toolResult":{"toolUseId":"\#(id)","content":[{"text":"b"}]}}]}]}"#
        )
        #expect(request.messages[1].parts == response.parts)
        guard case .toolResult(let result) = request.messages[2].parts[0].content else {
            Issue.record("no result")
            return
        }
        #expect(result.callID == "call_1")
    }

    @Test("a seal that was altered leaves the text and is told")
    func alteredSeal() throws {
        let json =
            #"{"messages":[{"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"hm","signature":"slt1_AAAA"}}},{"reasoningContent":{"redactedContent":"c2x0MV9BQUFB"}},{"text":"a"}]}]}"#
        var context = RequestReading(seal: BedrockCase.seal)
        let request = try BedrockCodec.readRequest(try JSONDocument(parsing: Array(json.utf8)), &context)
        #expect(request.messages[0].parts.map(\.content) == [.thinking("hm"), .text("a")])
        #expect(request.messages[0].parts[0].signature == nil)
        #expect(context.losses.all.map(\.field) == ["thinking"])
    }

    @Test("arguments that are no object are wrapped and told")
    func rawArguments() throws {
        let call = NeutralToolCall(id: "1", name: "f", arguments: "not json")
        var context = BedrockCase.answering()
        let bytes = try BedrockCodec.writeResponse(
            NeutralResponse(parts: [NeutralPart(.toolCall(call))], finish: NeutralFinish(.toolCalls)), &context)
        #expect(String(decoding: bytes, as: UTF8.self).contains(#""input":{"_raw":"not json"}"#))
        #expect(context.losses.all.map(\.field) == ["tool_arguments"])
    }

    @Test(
        "answers that are none are the provider's fault",
        arguments: [
            "{}", "[]", "null", #"{"output":{}}"#, #"{"output":{"message":{"content":[]}}}"#,
            #"{"stopReason":"end_turn"}"#,
            #"{"output":{"message":{"content":[{"toolUse":{}}]}},"stopReason":"tool_use"}"#,
        ])
    func malformed(json: String) throws {
        let document = try JSONDocument(parsing: Array(json.utf8))
        var context = BedrockCase.reading()
        #expect { try BedrockCodec.readResponse(document, &context) } throws: {
            ($0 as? ConversionError)?.kind == .malformedAnswer
        }
    }

    @Test("the tap finds usage and reason in a body that passes")
    func tap() throws {
        let body = try #require(Fixture.bytes("\(BedrockCase.folder)/answer_tools/response.json"))
        let read = BedrockTap.facts(body.span)
        let facts = try #require(read)
        #expect(facts.stopReason == "tool_use" && facts.usage?.totalTokens == 254)
        let none = BedrockTap.facts(Array("<html>".utf8).span)
        #expect(none == nil)
    }
}
