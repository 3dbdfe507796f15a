import SluiceWire
import Testing

@Suite("OpenAI Responses: requests")
struct OpenAIResponsesRequestTests {
    /// Cases whose writing says the same with fewer bytes.
    private static let simplified = ["empty-content"]

    @Test(
        "what is read and written again is what was written before",
        arguments: ResponsesFixture.cases(with: "request.json"))
    func golden(name: String) throws {
        let request = try ResponsesFixture.request(name)
        var context = ResponsesFixture.writing()
        let written = try OpenAIResponsesCodec.writeRequest(request, &context)
        try ResponsesFixture.check(written, name, "written.json")
        #expect(context.losses.header == nil)
    }

    @Test("reading, writing and reading again loses nothing", arguments: ResponsesFixture.cases(with: "request.json"))
    func thereAndBack(name: String) throws {
        guard !Self.simplified.contains(name) else { return }
        var request = try ResponsesFixture.request(name)
        var writing = ResponsesFixture.writing()
        let written = try OpenAIResponsesCodec.writeRequest(request, &writing)
        var reading = ResponsesFixture.reading()
        let again = try OpenAIResponsesCodec.readRequest(try JSONDocument(parsing: written), &reading)
        request.isStored = false
        #expect(again.messages == request.messages)
        #expect(again.tools == request.tools)
        #expect(again == request)
    }

    @Test("all that the model said in one turn is one message, and all results are one")
    func merging() throws {
        let request = try ResponsesFixture.request("tools-parallel")
        #expect(request.messages.map(\.role) == [.user, .assistant, .tool, .user])
        let turn = request.messages[1].parts
        #expect(turn.count == 3)
        guard case .toolCall(let second) = turn[2].content,
            case .toolResult(let result) = request.messages[2].parts[0].content
        else {
            Issue.record("expected a call and a result")
            return
        }
        #expect(second.arguments == #"{"city":"Paris","n":9007199254740993,"f":1.0,"g":1e21}"#)
        #expect(result.parts.count == 2)
        #expect(request.toolChoice == .allowed(["get_weather", "get_time"], isRequired: true))
        #expect(request.tools.map(\.isStrict) == [true, false])
    }

    @Test("a reasoning item goes back byte for byte")
    func reasoningItems() throws {
        let bytes = try ResponsesFixture.bytes("thinking-multi-turn", "request.json")
        let document = try JSONDocument(parsing: bytes)
        let item = try #require(document.root["input"]?[1])
        let request = try ResponsesFixture.request("thinking-multi-turn")
        let part = request.messages[1].parts[0]
        #expect(part.content == .thinking("**Plan** first\n\nThen é \"quote\""))
        #expect(part.signature?.origin == NeutralOrigin(.openAIResponses))
        #expect(part.signature.map { Array($0.value.utf8) } == Array(item.rawBytes))
        var context = ResponsesFixture.writing()
        let written = try OpenAIResponsesCodec.writeRequest(request, &context)
        let again = try JSONDocument(parsing: written)
        #expect(again.root["input"]?[1]?.rawBytes == item.rawBytes)
    }

    @Test("thoughts of another model or vendor are left out, and reported only where they would be missed")
    func foreignThoughts() throws {
        let signature = NeutralSignature("sig", origin: NeutralOrigin(.anthropic, model: "claude"))
        let call = NeutralPart(.toolCall(NeutralToolCall(id: "t1", name: "f", arguments: "{}")))
        let result = NeutralMessage(
            .tool, [NeutralPart(.toolResult(NeutralToolResult(callID: "t1", parts: [NeutralPart(.text("1"))])))])
        var request = NeutralRequest(messages: [
            NeutralMessage(.user, text: "a"),
            NeutralMessage(.assistant, [NeutralPart(.thinking("hm"), signature: signature), call]),
            result,
        ])
        var context = ResponsesFixture.writing()
        var written = try OpenAIResponsesCodec.writeRequest(request, &context)
        #expect(!String(decoding: written, as: UTF8.self).contains("\"reasoning\""))
        #expect(context.losses.header == "dropped thinking")
        request.messages.append(NeutralMessage(.user, text: "b"))
        context = ResponsesFixture.writing()
        written = try OpenAIResponsesCodec.writeRequest(request, &context)
        #expect(context.losses.header == nil)
        #expect(context.losses.all.map(\.field) == ["thinking"])
    }

    @Test("a thought that nothing follows is left out: the vendor refuses it")
    func danglingThought() throws {
        let item: JSONString = #"{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"x"}"#
        let signature = NeutralSignature(item, origin: NeutralOrigin(.openAIResponses))
        var context = ResponsesFixture.writing()
        let written = try OpenAIResponsesCodec.writeRequest(
            NeutralRequest(messages: [
                NeutralMessage(.user, text: "a"),
                NeutralMessage(.assistant, [NeutralPart(.thinking(.empty), signature: signature)]),
                NeutralMessage(.user, text: "b"),
            ]), &context)
        #expect(!String(decoding: written, as: UTF8.self).contains("rs_1"))
    }

    @Test(
        "what needs the vendor's memory is refused by name",
        arguments: [
            (#""store":true"#, "store"), (#""previous_response_id":"resp_1""#, "previous_response_id"),
            (#""conversation":"conv_1""#, "conversation"), (#""conversation":{"id":"conv_1"}"#, "conversation"),
            (#""background":true"#, "background"), (#""prompt":{"id":"pmpt_1"}"#, "prompt"),
            (#""truncation":"auto""#, "truncation"),
            (#""context_management":[{"type":"compaction"}]"#, "context_management"),
            (#""input":[{"type":"item_reference","id":"msg_1"}]"#, "input[0]"),
            (#""input":[{"id":"msg_1"}]"#, "input[0]"),
        ])
    func stateful(member: String, field: String) {
        let error = #expect(throws: ConversionError.self) {
            try ResponsesFixture.request(text: #"{"model":"m","input":"x",\#(member)}"#)
        }
        #expect(error?.kind == .unsupported)
        #expect(error?.field == field)
    }

    @Test(
        "asking for none of the vendor's memory is fine",
        arguments: [
            #""store":false"#, #""store":null"#, #""background":false"#, #""truncation":"disabled""#,
            #""previous_response_id":null"#, #""context_management":[]"#, #""conversation":null"#,
        ])
    func stateless(member: String) throws {
        let request = try ResponsesFixture.request(text: #"{"model":"m","input":"x",\#(member)}"#)
        #expect(request.messages == [NeutralMessage(.user, text: "x")])
        #expect(request.extras.isEmpty)
    }

    @Test(
        "a request that makes no sense is refused with the field",
        arguments: [
            ("[]", nil), ("null", nil), (#"{"model":"m"}"#, "input"), (#"{"input":7}"#, "input"),
            (#"{"input":[7]}"#, "input[0]"), (#"{"input":[{}]}"#, "input[0].type"),
            (#"{"input":[{"role":"robot","content":"x"}]}"#, "input[0].role"),
            (#"{"input":[{"role":"user","content":[{"type":"smell"}]}]}"#, "input[0].content[0].type"),
            (#"{"input":[{"role":"user","content":[{"type":"input_text"}]}]}"#, "input[0].content[0].text"),
            (#"{"input":[{"role":"user","content":[{"type":"input_image"}]}]}"#, "input[0].content[0].image_url"),
            (#"{"input":[{"type":"function_call","name":"f"}]}"#, "input[0].call_id"),
            (#"{"input":[{"type":"function_call","call_id":"c","name":"f","arguments":{}}]}"#, "input[0].arguments"),
            (#"{"input":[{"type":"function_call_output","output":"x"}]}"#, "input[0].call_id"),
            (#"{"input":"x","temperature":"hot"}"#, "temperature"),
            (#"{"input":"x","max_output_tokens":0}"#, "max_output_tokens"),
            (#"{"input":"x","max_output_tokens":1e999}"#, "max_output_tokens"),
            (#"{"input":"x","max_output_tokens":1.5}"#, "max_output_tokens"),
            (#"{"input":"x","top_logprobs":21}"#, "top_logprobs"), (#"{"input":"x","stream":"yes"}"#, "stream"),
            (#"{"input":"x","metadata":{"a":1}}"#, "metadata.a"),
            (#"{"input":"x","tools":[{"name":"f"}]}"#, "tools[0].type"),
            (#"{"input":"x","tools":[{"type":"function"}]}"#, "tools[0].name"),
            (#"{"input":"x","tools":[{"type":"function","name":"f","parameters":[]}]}"#, "tools[0].parameters"),
            (#"{"input":"x","tool_choice":"maybe"}"#, "tool_choice"),
            (#"{"input":"x","tool_choice":{"type":"function"}}"#, "tool_choice.name"),
            (#"{"input":"x","text":{"format":{"type":"xml"}}}"#, "text.format.type"),
            (#"{"input":"x","text":{"format":{"type":"json_schema","name":"a"}}}"#, "text.format.schema"),
            (#"{"input":"x","reasoning":{"effort":"much"}}"#, "reasoning.effort"),
        ] as [(String, String?)])
    func invalid(body: String, field: String?) {
        let error = #expect(throws: ConversionError.self) { try ResponsesFixture.request(text: body) }
        #expect(error?.kind == .invalid)
        #expect(error?.field == field)
    }

    @Test(
        "a tool is strict by default only where its schema keeps the rules",
        arguments: [
            (
                #"{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}"#,
                true
            ),
            (#"{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}"#, nil),
            (#"{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}"#, nil),
            (
                #"{"type":"object","properties":{"a":{"type":"object","properties":{}}},"required":["a"],"additionalProperties":false}"#,
                nil
            ), ("{}", nil),
        ] as [(String, Bool?)])
    func strictByDefault(schema: String, isStrict: Bool?) throws {
        let request = try ResponsesFixture.request(
            text: #"{"input":"x","tools":[{"type":"function","name":"f","parameters":\#(schema)}]}"#)
        #expect(request.tools.first?.isStrict == isStrict)
    }

    @Test("the token count's request has only what makes the prompt")
    func counting() throws {
        let request = try ResponsesFixture.request("sampling")
        var context = ResponsesFixture.writing()
        let written = try OpenAIResponsesCodec.writeCountRequest(request, &context)
        #expect(
            String(decoding: written, as: UTF8.self)
                == #"{"model":"gpt-5.6-sol","input":[{"type":"message","role":"user","content":"Go"}]}"#)
        let answer = OpenAIResponsesCodec.writeCount(17)
        #expect(String(decoding: answer, as: UTF8.self) == #"{"object":"response.input_tokens","input_tokens":17}"#)
        #expect(try OpenAIResponsesCodec.readCount(try JSONDocument(parsing: answer)) == 17)
        #expect(throws: ConversionError.self) {
            try OpenAIResponsesCodec.readCount(try JSONDocument(parsing: Array(#"{"input_tokens":-1}"#.utf8)))
        }
    }
}
