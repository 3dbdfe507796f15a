import Glibc
import SluiceWire
import Testing

@Suite("Ollama's requests")
struct OllamaRequestTests {
    static let cases = [
        "plain", "system", "images", "tools", "tools-python-sdk", "thinking", "thinking-off", "format-schema",
        "format-json", "options", "options-alone", "unicode", "empty",
    ]

    private static func read(_ text: String) throws -> NeutralRequest {
        var context = DialectCases.reading()
        return try OllamaCodec.readRequest(try DialectCases.document(text), &context)
    }

    private static func read(_ codec: any ChatCodec.Type, _ path: String) throws -> NeutralRequest {
        var context = DialectCases.reading()
        let bytes = try #require(Fixture.bytes("dialects/\(path)/request.json"))
        return try codec.readRequest(try DialectCases.document(bytes), &context)
    }

    private static func refusal(_ body: () throws -> Void) -> ConversionError? {
        do {
            try body()
            return nil
        } catch {
            return error as? ConversionError
        }
    }

    @Test("there and back nothing is lost", arguments: cases)
    func roundTrip(_ name: String) throws {
        let request = try Self.read(OllamaCodec.self, "ollama/\(name)")
        var context = DialectCases.writing()
        let bytes = try OllamaCodec.writeRequest(request, &context)
        #expect(!context.losses.all.contains { $0.kind == .dropped })
        var reading = DialectCases.reading()
        var again = try OllamaCodec.readRequest(try DialectCases.document(bytes), &reading)
        // Ids of calls that had none are made from their places, which stay; the name of a result is filled in.
        var expected = request
        Self.canonicalize(&expected)
        Self.canonicalize(&again)
        #expect(again == expected)
    }

    private static func canonicalize(_ request: inout NeutralRequest) {
        var extras = NeutralExtras()
        for field in request.extras.fields.sorted(by: { $0.name < $1.name }) {
            extras.append(field.name, field.value, from: field.origin)
        }
        request.extras = extras
        for message in request.messages.indices {
            for part in request.messages[message].parts.indices {
                guard case .toolResult(var result) = request.messages[message].parts[part].content else { continue }
                result.name = nil
                request.messages[message].parts[part].content = .toolResult(result)
            }
        }
    }

    @Test("requests are written as recorded, for Ollama and for Cohere", arguments: cases)
    func golden(_ name: String) throws {
        let request = try Self.read(OllamaCodec.self, "ollama/\(name)")
        for (codec, file) in [(OllamaCodec.self as any ChatCodec.Type, "written"), (CohereCodec.self, "cohere")] {
            try Self.check(request, codec, "dialects/ollama/\(name)/\(file).golden")
        }
    }

    @Test("a generate request is a chat of one question", arguments: ["plain", "full"])
    func generate(_ name: String) throws {
        let request = try Self.read(OllamaGenerateCodec.self, "ollama-generate/\(name)")
        try Self.check(request, OllamaCodec.self, "dialects/ollama-generate/\(name)/written.golden")
    }

    private static func check(_ request: NeutralRequest, _ codec: any ChatCodec.Type, _ path: String) throws {
        var context = DialectCases.writing()
        var output: String
        do throws(ConversionError) {
            output = DialectCases.text(try codec.writeRequest(request, &context))
        } catch {
            output = "refused \(error.field ?? "-"): \(error.message)"
        }
        if let header = context.losses.header { output += "\n// \(header)" }
        output += "\n"
        if getenv("SLUICE_RECORD") != nil { #expect(Fixture.write(Array(output.utf8), to: path)) }
        let expected = Fixture.bytes(path).map { DialectCases.text($0) }
        #expect(output == expected)
    }

    @Test("results without ids are paired by name, then by order")
    func pairing() throws {
        let request = try Self.read(OllamaCodec.self, "ollama/tools-python-sdk")
        #expect(request.messages.map(\.role) == [.user, .assistant, .tool])
        var calls: [String: String] = [:]
        for part in request.messages[1].parts {
            if case .toolCall(let call) = part.content { calls[call.arguments.text] = call.id }
        }
        let results = request.messages[2].parts.compactMap { part -> NeutralToolResult? in
            if case .toolResult(let result) = part.content { result } else { nil }
        }
        #expect(results.map(\.callID) == [calls["{}"], calls[#"{"city":"Paris"}"#], calls[#"{"city":"Tokyo"}"#]])
        #expect(results.map(\.name) == ["now", "get_weather", "get_weather"])
    }

    @Test("sealed thoughts come back from the ids of calls, byte for byte")
    func thoughts() throws {
        let seal = NeutralSignature("c2lnbmF0dXJl/+==", origin: NeutralOrigin(.anthropic, model: "claude"))
        let own = NeutralSignature("Z2VtaW5p", origin: NeutralOrigin(.gemini, model: "gemini-3"))
        let response = NeutralResponse(
            parts: [
                NeutralPart(.thinking("First."), signature: seal),
                NeutralPart(.text("Now.")),
                NeutralPart(.redactedThinking, signature: seal),
                NeutralPart(.toolCall(NeutralToolCall(id: "toolu_1", name: "f", arguments: "{}")), signature: own),
                NeutralPart(.toolCall(NeutralToolCall(id: "a.b:c", name: "g", arguments: "{\"a\":1}"))),
            ],
            finish: NeutralFinish(.toolCalls))
        var writing = DialectCases.answerWriting()
        let whole = try DialectCases.document(try OllamaCodec.writeResponse(response, &writing))
        let streamed = DialectCases.bytes(response.events, with: OllamaCodec.makeStreamWriter(writing))
        let assembled = DialectCases.assembled(
            DialectCases.events(streamed, from: OllamaCodec.makeStreamReader(DialectCases.answerReading())))
        let ids = try #require(whole.root["message"]?["tool_calls"]).elements.map { $0["id"]?.stringValue ?? "" }
        let streamedIDs = try #require(assembled).parts.compactMap { part -> String? in
            if case .toolCall(let call) = part.content { call.id } else { nil }
        }
        #expect(ids == streamedIDs)
        let message = try #require(whole.root["message"])
        let text = """
            {"messages":[{"role":"user","content":"Hi"},\(DialectCases.text(Array(message.rawBytes))),
            {"role":"tool","tool_call_id":"\(ids[0])","content":"1"},
            {"role":"tool","tool_call_id":"\(ids[1])","content":"2"}]}
            """
        let request = try Self.read(text)
        #expect(request.messages[1].parts == response.parts)
        guard case .toolResult(let result) = request.messages[2].parts[0].content else {
            Issue.record("The second message holds no result.")
            return
        }
        #expect(result.callID == "toolu_1")
    }

    @Test("what another vendor cannot do is refused with the field's name")
    func refusals() throws {
        for (field, value) in [
            ("raw", "true"), ("context", "[1]"), ("template", #""x""#), ("suffix", #""x""#), ("width", "512"),
        ] {
            var context = DialectCases.reading()
            let document = try DialectCases.document(#"{"prompt":"a","\#(field)":\#(value)}"#)
            let error = Self.refusal { _ = try OllamaGenerateCodec.readRequest(document, &context) }
            #expect(error?.kind == .unsupported)
            #expect(error?.field == field)
        }
        #expect(Self.refusal { _ = try Self.read(#"{"messages":[]}"#) }?.field == "messages")
    }

    @Test(
        "broken requests are refused with the path of the fault",
        arguments: [
            ("[]", nil),
            (#"{"messages":{}}"#, "messages"),
            (#"{"messages":[{"role":"human","content":"a"}]}"#, "messages[0].role"),
            (#"{"messages":[{"role":"user","content":["a"]}]}"#, "messages[0].content"),
            (#"{"messages":[{"role":"user","images":["https://a.b/c.png"]}]}"#, "messages[0].images[0]"),
            (#"{"messages":[{"role":"tool","content":"a"}]}"#, "messages[0].tool_call_id"),
            (
                #"{"messages":[{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{}"}}]}]}"#,
                "messages[0].tool_calls[0].function.arguments"
            ),
            (#"{"messages":[{"role":"user"}],"stream":1}"#, "stream"),
            (#"{"messages":[{"role":"user"}],"think":"none"}"#, "think"),
            (#"{"messages":[{"role":"user"}],"format":"xml"}"#, "format"),
            (#"{"messages":[{"role":"user"}],"options":{"temperature":"hot"}}"#, "options.temperature"),
            (#"{"messages":[{"role":"user"}],"options":{"stop":[1]}}"#, "options.stop[0]"),
            (#"{"messages":[{"role":"user"}],"tools":[{"function":{}}]}"#, "tools[0].function.name"),
        ] as [(String, String?)])
    func faults(_ text: String, _ field: String?) throws {
        let error = Self.refusal { _ = try Self.read(text) }
        #expect(error?.kind == .invalid)
        #expect(error?.field == field)
    }

    @Test("every mangling of a request is read or refused, never trapped on")
    func mangled() throws {
        let bytes = try #require(Fixture.bytes("dialects/ollama/tools/request.json"))
        for index in stride(from: 0, to: bytes.count, by: 3) {
            for byte in [UInt8(ascii: "0"), UInt8(ascii: "["), UInt8(ascii: "\"")] {
                var copy = bytes
                copy[index] = byte
                guard let document = try? DialectCases.document(copy) else { continue }
                var context = DialectCases.reading()
                guard let request = try? OllamaCodec.readRequest(document, &context) else { continue }
                var writing = DialectCases.writing()
                _ = try? OllamaCodec.writeRequest(request, &writing)
                _ = try? CohereCodec.writeRequest(request, &writing)
                #expect(TokenEstimate.tokens(of: request) > 0)
            }
        }
    }
}
