import SluiceWire
import Testing

@Suite("OpenAI stream events")
struct OpenAIStreamTests {
    private typealias Event = OpenAIStreamEvent

    private func chat(_ text: String, type: String? = nil) -> OpenAIStreamEvent {
        OpenAIChatStream.classify(Array(text.utf8).span, type: type)
    }

    private func responses(_ text: String, type: String? = nil) -> OpenAIStreamEvent {
        OpenAIResponsesStream.classify(Array(text.utf8).span, type: type)
    }

    private static func choice(_ delta: String, finish: String = "null") -> String {
        #"{"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":\#(delta),"logprobs":null,"finish_reason":\#(finish)}]}"#
    }

    @Test(
        "says what a chat chunk means",
        arguments: [
            (choice(#"{"role":"assistant","content":""}"#), Event(.start)),
            (choice(#"{"role":"assistant","content":null,"refusal":null}"#), Event(.start)),
            (choice("{}"), Event(.start)), (choice(#"{"role":"assistant"}"#), Event(.start)),
            (choice(#"{"tool_calls":[]}"#), Event(.start)),
            (choice(#"{"content":"a"}"#), Event(.content, hasContent: true)),
            (choice(#"{"role":"assistant","content":" "}"#), Event(.content, hasContent: true)),
            (choice(#"{"reasoning_content":"a"}"#), Event(.content, hasContent: true)),
            (choice(#"{"reasoning":"a","content":null}"#), Event(.content, hasContent: true)),
            (choice(#"{"refusal":"no"}"#), Event(.content, hasContent: true)),
            (choice(#"{"audio":{"data":"x"}}"#), Event(.content, hasContent: true)),
            (
                choice(
                    #"{"tool_calls":[{"index":0,"id":"t","type":"function","function":{"name":"f","arguments":""}}]}"#),
                Event(.content, hasContent: true)
            ),
            (choice(#"{"function_call":{"name":"f"}}"#), Event(.content, hasContent: true)),
            (choice("{}", finish: #""stop""#), Event(.finish, finishReason: "stop")),
            (
                choice(#"{"content":"x"}"#, finish: #""length""#),
                Event(.finish, hasContent: true, finishReason: "length")
            ), (choice("{}", finish: #""""#), Event(.start)),
            (choice("null", finish: #""stop""#), Event(.finish, finishReason: "stop")),
            (
                #"{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#,
                Event(.usageOnly, usage: TokenUsage(uncachedInput: 1, output: 2))
            ),
            (#"{"usage":{"prompt_tokens":1},"choices":[ ]}"#, Event(.usageOnly, usage: TokenUsage(uncachedInput: 1))),
            (#"{"choices":[null],"usage":{"prompt_tokens":1}}"#, Event(.start, usage: TokenUsage(uncachedInput: 1))),
            (#"{"choices":[],"usage":null}"#, Event(.other)),
            (#"{"choices":[],"prompt_filter_results":[{"prompt_index":0}]}"#, Event(.other)),
            (#"{"usage":{"prompt_tokens":1}}"#, Event(.other, usage: TokenUsage(uncachedInput: 1))),
            ("{}", Event(.other)),
            (
                #"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#,
                Event(.finish, finishReason: "stop", usage: TokenUsage(uncachedInput: 1, output: 2))
            ),
            (
                #"{"choices":[{"index":0,"delta":{"content":"a"}},{"index":1,"delta":{},"finish_reason":"stop"}]}"#,
                Event(.finish, hasContent: true, finishReason: "stop")
            ),
            (
                #"{"object":"text_completion","choices":[{"text":"a","index":0,"finish_reason":null}]}"#,
                Event(.content, hasContent: true)
            ),
            (
                #"{"object":"text_completion","choices":[{"text":"","index":0,"finish_reason":"stop"}]}"#,
                Event(.finish, finishReason: "stop")
            ),
            (#"{"error":{"message":"m"}}"#, Event(.error)), (#"{"error":"text"}"#, Event(.error)),
            (#"{"error":null,"choices":[{"delta":{"content":"a"}}]}"#, Event(.content, hasContent: true)),
            (#"{"object":"error","message":"m"}"#, Event(.error)), ("[DONE]", Event(.done)), (" [DONE] ", Event(.done)),
            ("[DONE", Event(.malformed)), ("", Event(.malformed)),
            ("[]", Event(.malformed)), (#"{"choices":[{"delta":{"content":"a"#, Event(.malformed)),
            ("null", Event(.malformed)), ("{'a':1}", Event(.malformed)),
            (#"{"cho\u0069ces":[{"delta":{"content":"\ud83d"}}]}"#, Event(.content, hasContent: true)),
            (#"{"choices":{"a":{"delta":{"content":"x"}}}}"#, Event(.other)),
        ])
    func chatChunks(text: String, expected: OpenAIStreamEvent) {
        var event = chat(text)
        // The last case is no chunk of any server: what matters is that it is neither an error nor malformed.
        if text.hasPrefix(#"{"choices":{"#) {
            #expect(event.kind != .malformed && event.kind != .error)
        } else {
            event.contentBytes = 0
            #expect(event == expected)
        }
        let completion = OpenAICompletionsStream.classify(Array(text.utf8).span)
        #expect(completion == chat(text))
    }

    @Test(
        "counts the bytes of text as they stand in the JSON",
        arguments: [
            (#"{"delta":{"content":"four"}}"#, 4), (#"{"delta":{"role":"assistant","content":"\u00e9"}}"#, 6),
            (#"{"delta":{"reasoning_content":"ab","content":"cd"}}"#, 4), (#"{"delta":{"content":""}}"#, 0),
            (#"{"delta":{"content":null,"refusal":"no"}}"#, 2), (#"{"text":"three"}"#, 5), (#"{"delta":{}}"#, 0),
            (#"{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\":1}"}}]}}"#, 9),
            (#"{"delta":{"audio":{"data":"UklGRg=="}}}"#, 0),
            (#"{"delta":{"content":"a"}},{"index":1,"delta":{"content":"bc"}}"#, 3),
        ])
    func contentBytes(choice: String, bytes: Int) {
        #expect(chat(#"{"choices":[\#(choice)]}"#).contentBytes == bytes)
    }

    @Test("an event of the type error is one, whatever its data")
    func errorType() {
        #expect(chat(#"{"message":"m"}"#, type: "error").kind == .error)
        #expect(chat(#"{"message":"m"}"#, type: "message").kind == .other)
        #expect(chat(#"{"error":{}}"#).isTerminal)
    }

    @Test(
        "says what a Responses event means",
        arguments: [
            (
                #"{"type":"response.created","sequence_number":0,"response":{"id":"r","status":"in_progress","usage":null}}"#,
                Event(.start, sequenceNumber: 0)
            ),
            (#"{"type":"response.in_progress","response":{"status":"in_progress"}}"#, Event(.start)),
            (#"{"type":"response.queued"}"#, Event(.start)),
            (
                #"{"type":"response.output_text.delta","delta":"a","sequence_number":4}"#,
                Event(.content, hasContent: true, sequenceNumber: 4)
            ),
            (#"{"type":"response.function_call_arguments.delta","delta":"{"}"#, Event(.content, hasContent: true)),
            (#"{"type":"response.reasoning_summary_text.delta","delta":"a"}"#, Event(.content, hasContent: true)),
            (#"{"type":"response.output_item.added","item":{"status":"x"}}"#, Event(.other)),
            (
                #"{"type":"response.completed","sequence_number":9,"response":{"status":"completed","output":[{"usage":{"input_tokens":99}}],"incomplete_details":null,"#
                    + #""usage":{"input_tokens":3,"input_tokens_details":{"cached_tokens":1},"output_tokens":4,"output_tokens_details":{"reasoning_tokens":2},"total_tokens":7}}}"#,
                Event(
                    .done, finishReason: "completed",
                    usage: TokenUsage(uncachedInput: 2, cacheRead: 1, output: 2, reasoning: 2), sequenceNumber: 9)
            ),
            (
                #"{"type":"response.incomplete","response":{"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"usage":{"output_tokens":4}}}"#,
                Event(.done, finishReason: "max_output_tokens", usage: TokenUsage(output: 4))
            ),
            (
                #"{"type":"response.failed","response":{"status":"failed","error":{"code":"server_error","message":"m"}}}"#,
                Event(.error, finishReason: "failed")
            ),
            (
                #"{"type":"error","code":"x","message":"m","param":null,"sequence_number":1}"#,
                Event(.error, sequenceNumber: 1)
            ), (#"{"error":{"message":"m"}}"#, Event(.error)),
            (#"{"type":"response.new_kind","error":null}"#, Event(.other)), ("[DONE]", Event(.done)),
            ("{", Event(.malformed)), ("[]", Event(.malformed)), ("{}", Event(.other)),
        ])
    func responsesEvents(text: String, expected: OpenAIStreamEvent) {
        var event = responses(text)
        event.contentBytes = 0
        #expect(event == expected)
    }

    @Test(
        "counts the bytes of a delta, and no other text",
        arguments: [
            (#"{"type":"response.output_text.delta","delta":"four"}"#, 4),
            (#"{"delta":"{\"","type":"response.function_call_arguments.delta","item_id":"fc_1"}"#, 3),
            (#"{"type":"response.output_text.done","text":"four"}"#, 0),
            (#"{"type":"response.created","delta":"four"}"#, 0),
        ])
    func responsesContentBytes(text: String, bytes: Int) {
        #expect(responses(text).contentBytes == bytes)
    }

    @Test("takes the event field when the data names no type")
    func responsesFallback() {
        #expect(responses("{}", type: "response.output_text.delta").kind == .content)
        #expect(responses("{}", type: "error").kind == .error)
        #expect(responses(#"{"type":"response.created"}"#, type: "error").kind == .start)
    }

    @Test("writes error events that classify as errors")
    func errorEvents() throws {
        let body = OpenAIErrorBody(message: "the upstream \"died\"\n", type: "server_error", code: "upstream_error")
        let bytes = OpenAIChatStream.errorEvent(body)
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == "data: {\"error\":{\"message\":\"the upstream \\\"died\\\"\\n\",\"type\":\"server_error\",\"param\":null,\"code\":\"upstream_error\"}}\n\n"
        )
        let error = String(decoding: OpenAIResponsesStream.errorEvent(body, sequenceNumber: 7), as: UTF8.self)
        #expect(
            error
                == "event: error\ndata: {\"type\":\"error\",\"code\":\"upstream_error\",\"message\":\"the upstream \\\"died\\\"\\n\",\"param\":null,\"sequence_number\":7}\n\n"
        )
        let failed = OpenAIResponsesStream.failedEvent(
            body, responseID: "resp_1", createdAt: 5, model: "m", sequenceNumber: 8)
        let events = SSEParserTests.events(String(decoding: failed, as: UTF8.self))
        let event = try #require(events.first)
        #expect(event.type == "response.failed")
        let data = try #require(event.data)
        #expect(responses(data) == Event(.error, finishReason: "failed", sequenceNumber: 8))
        #expect(
            try JSONDocument(parsing: Array(data.utf8)).root["response"]?["error"]?["message"]?.stringValue
                == body.message)
        #expect(OpenAIChatStream.doneEvent == Array("data: [DONE]\n\n".utf8))
    }
}
