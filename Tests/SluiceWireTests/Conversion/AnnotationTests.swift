import SluiceWire
import Testing

@Suite("Sources and probabilities of an answer's text")
struct AnnotationTests {
    private static let request: NeutralRequest = {
        var request = NeutralRequest(messages: [NeutralMessage(.user, text: "x")])
        request.logprobs = 1
        request.isStreaming = true
        return request
    }()

    /// The events of a stream, and what could not be read of it.
    private static func read(_ codec: any ChatCodec.Type, _ text: String) -> ([NeutralEvent], String?) {
        var reader = codec.makeStreamReader(
            ResponseReading(model: "m", identifiers: NeutralIdentifiers(seed: 1, 2), request: request))
        var events: [NeutralEvent] = []
        reader.read(Array(text.utf8).span, into: &events)
        return (events, reader.losses.header)
    }

    private static var writing: ResponseWriting {
        ResponseWriting(
            model: "m", now: 1, requestID: "r", identifiers: NeutralIdentifiers(seed: 3, 4), seal: TestSeal(),
            request: request)
    }

    /// The stream that a client gets, and what could not be said in it.
    private static func write(_ codec: any ChatCodec.Type, _ events: [NeutralEvent]) -> (String, String?) {
        var writer = codec.makeStreamWriter(writing)
        var bytes: [UInt8] = []
        for event in events { writer.write(event, into: &bytes) }
        return (String(decoding: bytes, as: UTF8.self), writer.losses.header)
    }

    private static func annotations(_ events: [NeutralEvent]) -> [NeutralAnnotation] {
        var assembler = NeutralAssembler()
        for event in events { assembler.take(event) }
        return (assembler.response?.parts ?? []).flatMap(\.annotations)
    }

    private static func sse(_ events: [String]) -> String { events.map { "data: \($0)\n\n" }.joined() }

    private static func chunk(_ choice: String) -> String {
        #"{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,\#(choice)}]}"#
    }

    private static let citation =
        #"{"type":"url_citation","url_citation":{"start_index":1,"end_index":3,"title":"T","url":"https://a.example"}}"#
    private static let token =
        #"{"token":"é","bytes":[195,169],"logprob":-0.50,"top_logprobs":[{"token":"e","bytes":[101],"logprob":-1.25}]}"#
    private static let chat =
        sse([
            chunk(#""delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null"#),
            chunk(#""delta":{"content":"a€é"},"logprobs":{"content":[\#(token)],"refusal":null},"finish_reason":null"#),
            chunk(#""delta":{"annotations":[\#(citation)]},"logprobs":null,"finish_reason":null"#),
            chunk(#""delta":{},"logprobs":null,"finish_reason":"stop""#), "[DONE]",
        ])

    @Test("Chat's go back to Chat unchanged, and nothing is lost")
    func chatToChat() {
        let (events, lost) = Self.read(OpenAIChatCodec.self, Self.chat)
        #expect(lost == nil)
        let (text, unsaid) = Self.write(OpenAIChatCodec.self, events)
        #expect(unsaid == nil)
        #expect(text.contains(#""delta":{"annotations":[\#(Self.citation)]}"#))
        #expect(text.contains(#""logprobs":{"content":[\#(Self.token)],"refusal":null}"#))
        #expect(Self.annotations(Self.read(OpenAIChatCodec.self, text).0) == Self.annotations(events))
    }

    @Test("Chat's become events of Responses, and those of Responses Chat's again, with the same places")
    func chatToResponses() throws {
        let (events, _) = Self.read(OpenAIChatCodec.self, Self.chat)
        let (text, unsaid) = Self.write(OpenAIResponsesCodec.self, events)
        #expect(unsaid == nil)
        let annotation =
            #"{"type":"url_citation","start_index":1,"end_index":3,"url":"https://a.example","title":"T"}"#
        #expect(text.contains(#""annotation_index":0,"annotation":\#(annotation)"#))
        // In the delta, at the end of the text, of the part and of the item, and in the whole answer.
        #expect(text.pieces(around: #""logprobs":[{"token":"é""#) == 6)
        #expect(text.pieces(around: #""annotations":[\#(annotation)]"#) == 4)

        let (again, lost) = Self.read(OpenAIResponsesCodec.self, text)
        #expect(lost == nil)
        let (chat, _) = Self.write(OpenAIChatCodec.self, again)
        #expect(chat.contains(#""url_citation":{"end_index":3,"start_index":1,"title":"T","url":"https://a.example"}"#))
        #expect(chat.contains(#""logprobs":{"content":[\#(Self.token)],"refusal":null}"#))
        var reading = ResponseReading(model: "m", identifiers: NeutralIdentifiers(seed: 1, 2), request: Self.request)
        let end = try #require(text.ranges(of: "data: ").last)
        let event = try JSONDocument(parsing: Array(text[end.upperBound...].utf8)).root
        let whole = try OpenAIResponsesCodec.readResponse(
            try JSONDocument(parsing: Array(try #require(event["response"]).rawBytes)), &reading)
        #expect(whole.parts.flatMap(\.annotations).count == 2)
    }

    @Test("a provider of Responses that says its sources only at the end of a part is heard too")
    func late() {
        let part =
            #"{"type":"output_text","text":"ab","annotations":[{"type":"url_citation","url":"https://a.example","title":"T","start_index":0,"end_index":2}],"logprobs":[]}"#
        let place = #""item_id":"i","output_index":0,"content_index":0"#
        let item = #"{"type":"message","id":"i","role":"assistant","content":[\#(part)]}"#
        let (events, lost) = Self.read(
            OpenAIResponsesCodec.self,
            Self.sse([
                #"{"type":"response.created","response":{"id":"r","model":"m"}}"#,
                #"{"type":"response.output_text.delta",\#(place),"delta":"ab","logprobs":[]}"#,
                #"{"type":"response.content_part.done",\#(place),"part":\#(part)}"#,
                #"{"type":"response.output_item.done","output_index":0,"item":\#(item)}"#,
                #"{"type":"response.completed","response":{"id":"r","status":"completed","output":[\#(item)]}}"#,
            ]))
        #expect(lost == nil)
        #expect(Self.annotations(events).count == 1)
    }

    private static let web =
        #"{"type":"web_search_result_location","cited_text":"c","url":"https://b.example","title":"B","encrypted_index":"E"}"#
    private static let location =
        #"{"type":"char_location","cited_text":"c","document_index":0,"document_title":"D","start_char_index":0,"end_char_index":1}"#

    private static func messages(_ citation: String) -> String {
        sse([
            #"{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}}"#,
            #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
            #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"€: "}}"#,
            #"{"type":"content_block_stop","index":0}"#,
            #"{"type":"content_block_start","index":1,"content_block":{"type":"text","text":"","citations":[]}}"#,
            #"{"type":"content_block_delta","index":1,"delta":{"type":"citations_delta","citation":\#(citation)}}"#,
            #"{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"four"}}"#,
            #"{"type":"content_block_stop","index":1}"#,
            #"{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":3}}"#,
            #"{"type":"message_stop"}"#,
        ])
    }

    @Test("Anthropic's go back to its own clients unchanged", arguments: [web, location])
    func anthropic(citation: String) {
        let (events, lost) = Self.read(AnthropicCodec.self, Self.messages(citation))
        #expect(lost == nil)
        let (text, unsaid) = Self.write(AnthropicCodec.self, events)
        #expect(unsaid == nil)
        #expect(text.contains(#""delta":{"type":"citations_delta","citation":\#(citation)}"#))
    }

    @Test("Anthropic's sources with an address are OpenAI's, over the block that they stand with")
    func anthropicToOpenAI() {
        let (events, _) = Self.read(AnthropicCodec.self, Self.messages(Self.web))
        let (chat, unsaid) = Self.write(OpenAIChatCodec.self, events)
        #expect(unsaid == nil)
        #expect(chat.contains(#""url_citation":{"end_index":7,"start_index":3,"title":"B","url":"https://b.example"}"#))
        let (responses, _) = Self.write(OpenAIResponsesCodec.self, events)
        #expect(
            responses.contains(
                #""annotation":{"type":"url_citation","start_index":0,"end_index":4,"url":"https://b.example","title":"B"}"#
            ))
    }

    @Test(
        "what a dialect cannot say is dropped, and named",
        arguments: [
            (location, "openai-chat"), (location, "openai-responses"), (web, "gemini"), (web, "ollama"),
            (web, "bedrock"),
        ])
    func dropped(citation: String, client: String) throws {
        let (events, _) = Self.read(AnthropicCodec.self, Self.messages(citation))
        let codec = try #require(Dialect(rawValue: client).flatMap { DialectRegistry.chat($0) })
        #expect(Self.write(codec, events).1 == "dropped citations")
    }

    @Test("OpenAI's sources and probabilities are none of Anthropic's, whose citations hold what its search knows")
    func chatToAnthropic() {
        let (events, _) = Self.read(OpenAIChatCodec.self, Self.chat)
        #expect(Self.write(AnthropicCodec.self, events).1 == "dropped logprobs, dropped citations")
    }

    @Test("whole answers carry them as streams do")
    func whole() throws {
        var reading = ResponseReading(model: "m", identifiers: NeutralIdentifiers(seed: 1, 2), request: Self.request)
        let text =
            #"{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"a€é","refusal":null,"annotations":[\#(Self.citation)]},"logprobs":{"content":[\#(Self.token)],"refusal":null},"finish_reason":"stop"}]}"#
        let response = try OpenAIChatCodec.readResponse(try JSONDocument(parsing: Array(text.utf8)), &reading)
        #expect(
            Set(response.parts.flatMap(\.annotations))
                == Set(Self.annotations(Self.read(OpenAIChatCodec.self, Self.chat).0)))
        var context = Self.writing
        let chat = String(decoding: try OpenAIChatCodec.writeResponse(response, &context), as: UTF8.self)
        #expect(chat.contains(#""annotations":[\#(Self.citation)]"#))
        #expect(chat.contains(#""logprobs":{"content":[\#(Self.token)],"refusal":null}"#))
        let responses = String(decoding: try OpenAIResponsesCodec.writeResponse(response, &context), as: UTF8.self)
        #expect(responses.contains(#""url":"https://a.example","title":"T"}],"logprobs":[\#(Self.token)]"#))
        #expect(context.losses.header == nil)
        #expect(NeutralResponse(parts: response.parts, finish: response.finish).events.count == 8)
    }

    @Test(
        "probabilities of other vendors' are OpenAI's, with the bytes that they leave out",
        arguments: [
            (
                "gemini",
                #"data: {"candidates":[{"index":0,"content":{"role":"model","parts":[{"text":"é"}]},"finishReason":"STOP","logprobsResult":{"chosenCandidates":[{"token":"é","tokenId":7,"logProbability":-0.50}],"topCandidates":[{"candidates":[{"token":"e","tokenId":8,"logProbability":-1.25}]}]}}]}"#
                    + "\n\n"
            ),
            (
                "ollama",
                #"{"model":"m","message":{"role":"assistant","content":"é"},"logprobs":[{"token":"é","logprob":-0.50,"top_logprobs":[{"token":"e","logprob":-1.25}]}],"done":false}"#
                    + "\n"
                    + #"{"model":"m","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop"}"#
                    + "\n"
            ),
        ])
    func others(dialect: String, stream: String) throws {
        let codec = try #require(Dialect(rawValue: dialect).flatMap { DialectRegistry.chat($0) })
        var reader = codec.makeStreamReader(
            ResponseReading(model: "m", identifiers: NeutralIdentifiers(seed: 1, 2), request: Self.request))
        var events: [NeutralEvent] = []
        reader.read(Array(stream.utf8).span, into: &events)
        reader.finish(into: &events)
        #expect(reader.losses.header == nil)
        let (chat, unsaid) = Self.write(OpenAIChatCodec.self, events)
        #expect(unsaid == nil)
        #expect(chat.contains(#""logprobs":{"content":[\#(Self.token)],"refusal":null}"#))
    }

    @Test(
        "places count code points, however they are written",
        arguments: [("€: ", 3), (#"\u20ac: "#, 3), ("😀", 1), (#"\ud83d\uDE00"#, 1), (#"a\n\"b"#, 4), (#"\ud7ff"#, 1)])
    func places(text: String, length: Int) {
        // The source of all of a block ends where its text does.
        let source = Self.messages(Self.web).replacing("four", with: text)
        let (chat, _) = Self.write(OpenAIChatCodec.self, Self.read(AnthropicCodec.self, source).0)
        #expect(chat.contains(#""url_citation":{"end_index":\#(3 + length),"start_index":3,"#))
    }

    @Test("what is said about a text that waits comes with it")
    func waiting() {
        let note = NeutralAnnotation.logprobs(JSONFragment(written: Array("[]".utf8)))
        var sequencer = NeutralSequencer()
        var ordered: [NeutralEvent] = []
        for event: NeutralEvent in [
            .partStart(index: 0, .toolCall(id: "a", name: "f")), .partStart(index: 1, .text), .delta(index: 1, "t"),
            .annotation(index: 1, note), .partEnd(index: 1), .partEnd(index: 0),
        ] {
            sequencer.take(event, into: &ordered)
        }
        #expect(
            ordered.suffix(4)
                == [
                    .partStart(index: 1, .text), .delta(index: 1, "t"), .annotation(index: 1, note), .partEnd(index: 1),
                ])
    }
}

extension String {
    /// How often `text` stands in it, and one more: the number of pieces between.
    fileprivate func pieces(around text: String) -> Int {
        var count = 1
        var rest = self[...]
        while let range = rest.firstRange(of: text) {
            count += 1
            rest = rest[range.upperBound...]
        }
        return count
    }
}
