import SluiceWire
import Testing

@Suite("Ollama's answers")
struct OllamaAnswerTests {
    static let cases: [(String, Bool)] = [
        ("ollama/answer-text", false), ("ollama/answer-thinking-tools", false), ("ollama/answer-length", false),
        ("ollama-generate/answer-text", true),
    ]

    private static func codec(_ isGenerate: Bool) -> any ChatCodec.Type {
        isGenerate ? OllamaGenerateCodec.self : OllamaCodec.self
    }

    private static func response(_ name: String) throws -> NeutralResponse {
        let bytes = try #require(Fixture.bytes("dialects/\(name)/response.json"))
        var context = DialectCases.answerReading()
        return try OllamaCodec.readResponse(try DialectCases.document(bytes), &context)
    }

    /// An answer without what streams do not say.
    private static func bare(_ response: NeutralResponse) -> NeutralResponse {
        var response = response
        response.createdAt = nil
        response.model = nil
        for index in response.parts.indices {
            guard case .toolCall(var call) = response.parts[index].content else { continue }
            call.arguments = JSONString(call.arguments.text.replacingSpaces)
            response.parts[index].content = .toolCall(call)
        }
        return response
    }

    @Test("a stream makes the same answer as the whole, in any split", arguments: cases)
    func streams(_ name: String, _ isGenerate: Bool) throws {
        let bytes = try #require(Fixture.bytes("dialects/\(name)/stream.ndjson"))
        let make = { OllamaCodec.makeStreamReader(DialectCases.answerReading()) }
        DialectCases.checkSplits(bytes, make)
        DialectCases.checkTruncations(bytes, make)
        let assembled = try #require(DialectCases.assembled(DialectCases.events(bytes, from: make())))
        #expect(Self.bare(assembled) == Self.bare(try Self.response(name)))
    }

    @Test("what is written is read back as it was", arguments: cases)
    func roundTrip(_ name: String, _ isGenerate: Bool) throws {
        let response = try Self.response(name)
        var writing = DialectCases.answerWriting()
        let bytes = try Self.codec(isGenerate).writeResponse(response, &writing)
        #expect(writing.losses.isEmpty)
        let document = try DialectCases.document(bytes)
        #expect(document.root["model"]?.stringValue == "client-model")
        var reading = DialectCases.answerReading()
        let again = try OllamaCodec.readResponse(document, &reading)
        #expect(Self.bare(again) == Self.bare(response))
        #expect(again.createdAt == response.createdAt)
        let streamed = DialectCases.bytes(
            response.events, with: Self.codec(isGenerate).makeStreamWriter(DialectCases.answerWriting()))
        #expect(streamed.last == 0x0A)
        let events = DialectCases.events(
            streamed, from: OllamaCodec.makeStreamReader(DialectCases.answerReading()))
        #expect(Self.bare(try #require(DialectCases.assembled(events))) == Self.bare(response))
    }

    @Test("all lines of a stream have one model and one time; only the last is done")
    func lines() throws {
        let response = try Self.response("ollama/answer-thinking-tools")
        let bytes = DialectCases.bytes(
            response.events, with: OllamaCodec.makeStreamWriter(DialectCases.answerWriting()))
        let lines = try bytes.split(separator: 0x0A).map { try DialectCases.document(Array($0)).root }
        #expect(Set(lines.map { $0["created_at"]?.stringValue }) == ["2026-11-18T11:06:40Z"])
        #expect(Set(lines.map { $0["model"]?.stringValue }) == ["client-model"])
        #expect(lines.map { $0["done"]?.boolValue }.dropLast().allSatisfy { $0 == false })
        let last = try #require(lines.last)
        #expect(last["done"]?.boolValue == true)
        #expect(last["done_reason"]?.stringValue == "stop")
        #expect(last["prompt_eval_count"]?.intValue == 26)
        #expect(last["eval_count"]?.intValue == 298)
        #expect(last["total_duration"]?.intValue == 0)
    }

    @Test("an error within a stream ends it, and is written as a line")
    func errors() throws {
        let bytes = try #require(Fixture.bytes("dialects/ollama/error-line/stream.ndjson"))
        let make = { OllamaCodec.makeStreamReader(DialectCases.answerReading()) }
        DialectCases.checkSplits(bytes, make)
        let events = DialectCases.events(bytes + Array(#"{"done":true}"#.utf8), from: make())
        guard case .error(let error) = events.last else {
            Issue.record("The stream does not end in an error.")
            return
        }
        #expect(error.kind == .server)
        #expect(error.message == "an error was encountered while running the model")
        let written = DialectCases.bytes(
            events + [.finish(NeutralFinish(.stop)), .end],
            with: OllamaCodec.makeStreamWriter(DialectCases.answerWriting()))
        let tail = #"{"error":"an error was encountered while running the model"}"# + "\n"
        #expect(DialectCases.text(written).hasSuffix(tail))
    }

    @Test("a stream that is cut does not end, one without its last line feed does")
    func cut() {
        let first = #"{"model":"m","message":{"role":"assistant","content":"a"},"done":false}"# + "\n"
        let last = #"{"model":"m","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop"}"#
        let make = { OllamaCodec.makeStreamReader(DialectCases.answerReading()) }
        #expect(!DialectCases.events(Array(first.utf8), from: make()).contains(.end))
        #expect(DialectCases.events(Array((first + last).utf8), from: make()).last == .end)
        guard case .error = DialectCases.events(Array("<html>\n".utf8), from: make()).last else {
            Issue.record("A page is no answer.")
            return
        }
    }

    @Test("half a surrogate pair waits for its other half")
    func surrogates() throws {
        let high = JSONString(escaped: Array(#"a\ud83d"#.utf8)[...])
        let low = JSONString(escaped: Array(#"\ude00b"#.utf8)[...])
        let events: [NeutralEvent] = [
            .start(NeutralStart()), .partStart(index: 0, .text), .delta(index: 0, high), .delta(index: 0, low),
            .delta(index: 0, JSONString(escaped: Array(#"\\ud83d"#.utf8)[...])), .partEnd(index: 0),
            .finish(NeutralFinish(.stop)), .end,
        ]
        let bytes = DialectCases.bytes(events, with: OllamaCodec.makeStreamWriter(DialectCases.answerWriting()))
        let texts = try bytes.split(separator: 0x0A).compactMap {
            try DialectCases.document(Array($0)).root["message"]?["content"]?.stringValue
        }
        #expect(texts == ["a", "\u{1F600}b", #"\ud83d"#, ""])
    }

    @Test("arguments that are no object are wrapped, those with line ends fit on a line")
    func arguments() throws {
        let broken = NeutralToolCall(id: "a", name: "f", arguments: "{oops")
        let long = NeutralToolCall(id: "b", name: "g", arguments: JSONString("{\n  \"a b\": \"c\\n d\"\n}"))
        let response = NeutralResponse(
            parts: [NeutralPart(.toolCall(broken)), NeutralPart(.toolCall(long))], finish: NeutralFinish(.toolCalls))
        let writer = OllamaCodec.makeStreamWriter(DialectCases.answerWriting())
        let lines = DialectCases.bytes(response.events, with: writer).split(separator: 0x0A)
        #expect(lines.count == 3)
        let texts = lines.map { DialectCases.text(Array($0)) }
        #expect(texts[0].hasSuffix(#""arguments":{"_raw":"{oops"}}}]},"done":false}"#))
        #expect(texts[1].hasSuffix(#""arguments":{"a b":"c\n d"}}}]},"done":false}"#))
    }

    @Test("interleaved calls go out whole and in order")
    func interleaved() {
        let events: [NeutralEvent] = [
            .start(NeutralStart()),
            .partStart(index: 0, .toolCall(id: "a", name: "f")), .partStart(index: 1, .toolCall(id: "b", name: "g")),
            .delta(index: 0, "{\"x\":"), .delta(index: 1, "{\"y\""), .delta(index: 0, "1}"), .delta(index: 1, ":2}"),
            .finish(NeutralFinish(.toolCalls)), .usage(TokenUsage(uncachedInput: 1, output: 2)), .end,
        ]
        let text = DialectCases.text(
            DialectCases.bytes(events, with: OllamaCodec.makeStreamWriter(DialectCases.answerWriting())))
        let lines = text.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(
            lines[0].hasSuffix(#"[{"id":"a","function":{"index":0,"name":"f","arguments":{"x":1}}}]},"done":false}"#))
        #expect(
            lines[1].hasSuffix(#"[{"id":"b","function":{"index":1,"name":"g","arguments":{"y":2}}}]},"done":false}"#))
    }

    @Test(
        "errors are told by status and words",
        arguments: [
            (404, #"{"error":"model \"nope\" not found"}"#, NeutralError.Kind.notFound),
            (400, #"{"error":"\"llama2\" does not support tools"}"#, .unsupported),
            (400, #"{"error":"the input length exceeds the context length"}"#, .contextTooLong),
            (503, #"{"error":"server busy, please try again.  maximum pending requests exceeded"}"#, .overloaded),
            (500, #"{"error":"llama runner process has terminated"}"#, .server),
            (429, #"{"error":"you have reached your weekly usage limit"}"#, .quota),
            (502, "<html><head><title>502 Bad Gateway</title></head></html>", .server),
            (401, "", .authentication),
            (400, #"{"error":"#, .invalidRequest),
        ])
    func errorKinds(_ status: Int, _ body: String, _ kind: NeutralError.Kind) {
        let error = OllamaCodec.readError(status: status, body: Array(body.utf8)) { name in
            name == "retry-after" ? "3" : nil
        }
        #expect(error.kind == kind)
        #expect(!error.message.isEmpty)
        #expect(error.retryAfterSeconds == 3)
        let written = OllamaCodec.writeError(error, requestID: "r")
        #expect(written.status == kind.status)
        #expect(DialectCases.text(written.body).hasPrefix(#"{"error":""#))
    }
}

extension String {
    /// The text without spaces, for comparing JSON that was printed by another hand.
    fileprivate var replacingSpaces: String { String(filter { $0 != " " }) }
}
