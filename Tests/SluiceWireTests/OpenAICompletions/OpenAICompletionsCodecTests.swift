import SluiceWire
import Testing

@Suite("Legacy completions, for chat models")
struct OpenAICompletionsCodecTests {
    private func read(_ text: String) throws -> NeutralRequest {
        var context = RequestReading(seal: TestSeal())
        return try OpenAICompletionsCodec.readRequest(JSONDocument(parsing: Array(text.utf8)), &context)
    }

    @Test("a prompt is one message of the user's", arguments: [#""Once""#, #"["Once"]"#])
    func prompt(text: String) throws {
        let request = try read(
            #"{"model":"m","prompt":\#(text),"max_tokens":5,"temperature":0.5,"stop":"\n","n":1,"best_of":1,"echo":false,"suffix":null,"logprobs":null,"stream":true,"stream_options":{"include_usage":true},"user":"u","guided_regex":"x"}"#
        )
        #expect(request.messages == [NeutralMessage(.user, text: "Once")])
        #expect(request.maximumOutputTokens == 5)
        #expect(request.stopSequences == ["\n"])
        #expect(request.isStreaming && request.includesUsage)
        #expect(request.endUser == "u")
        #expect(request.origin == .openAICompletions)
        #expect(request.extras.value("guided_regex", of: .openAIChat) != nil)
    }

    @Test(
        "what only a model of plain completion can do is refused",
        arguments: [
            (#""prompt":["a","b"]"#, "prompt"), (#""prompt":[1,2]"#, "prompt"), (#""prompt":[[1]]"#, "prompt"),
            (#""prompt":[]"#, "prompt"), (#""prompt":7"#, "prompt"), (#""x":1"#, "prompt"),
            (#""prompt":"a","suffix":"b""#, "suffix"), (#""prompt":"a","echo":true"#, "echo"),
            (#""prompt":"a","best_of":2"#, "best_of"), (#""prompt":"a","n":2"#, "n"),
            (#""prompt":"a","logprobs":0"#, "logprobs"),
        ])
    func refused(members: String, field: String) {
        #expect {
            _ = try self.read("{\(members)}")
        } throws: { error in
            (error as? ConversionError)?.field == field
        }
    }

    private static let response = NeutralResponse(
        parts: [NeutralPart(.thinking("Hm.")), NeutralPart(.text("upon ")), NeutralPart(.text("a time"))],
        finish: NeutralFinish(.length), usage: TokenUsage(uncachedInput: 1, output: 2))

    @Test("a whole answer")
    func whole() throws {
        var context = OpenAIChatCase.writing()
        let body = try JSONDocument(parsing: OpenAICompletionsCodec.writeResponse(Self.response, &context)).root
        #expect(body["object"]?.stringValue == "text_completion")
        #expect(body["id"]?.stringValue?.hasPrefix("cmpl-") == true)
        #expect(body["choices"]?[0]?["text"]?.stringValue == "upon a time")
        #expect(body["choices"]?[0]?["finish_reason"]?.stringValue == "length")
        #expect(body["choices"]?[0]?["logprobs"]?.isNull == true)
        #expect(body["usage"]?["total_tokens"]?.intValue == 3)
        #expect(context.losses.firstVisible == nil)
    }

    @Test("a stream, in which text is always a string", arguments: [false, true])
    func stream(includesUsage: Bool) throws {
        var request = NeutralRequest(messages: [])
        request.includesUsage = includesUsage
        var writer = OpenAICompletionsCodec.makeStreamWriter(OpenAIChatCase.writing(request))
        var bytes: [UInt8] = []
        for event in Self.response.events { writer.write(event, into: &bytes) }
        let data = OpenAIChatCase.data(bytes)
        #expect(data.last == "[DONE]")
        let chunks = try data.dropLast().map { try JSONDocument(parsing: Array($0.utf8)).root }
        let choices = chunks.compactMap { $0["choices"]?[0] }
        #expect(choices.map { $0["text"]?.stringValue } == ["upon ", "a time", ""])
        #expect(choices.map { $0["finish_reason"]?.stringValue } == [nil, nil, "length"])
        #expect(choices.allSatisfy { $0["finish_reason"] != nil })
        #expect(Set(chunks.map { $0["id"]?.stringValue }).count == 1)
        #expect(chunks.count == (includesUsage ? 4 : 3))
        #expect((chunks.last?["usage"]?["prompt_tokens"]?.intValue == 1) == includesUsage)
    }

    @Test("an error ends a stream, and a missing reason is one")
    func errors() {
        for events in [[NeutralEvent.error(NeutralError(.server, message: "m"))], [.start(NeutralStart()), .end]] {
            var writer = OpenAICompletionsCodec.makeStreamWriter(OpenAIChatCase.writing())
            var bytes: [UInt8] = []
            for event in events + [.end] { writer.write(event, into: &bytes) }
            #expect(OpenAIChatCase.data(bytes).count == 1)
            #expect(OpenAIChatCase.data(bytes)[0].hasPrefix(#"{"error""#))
        }
    }
}
