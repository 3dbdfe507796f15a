import SluiceWire
import Testing

@Suite("Gemini: requests of clients")
struct GeminiRequestReaderTests {
    private func recorded(_ name: String) throws -> NeutralRequest {
        var context = RequestReading(seal: TestSeal(), isStreamingPath: true)
        return try GeminiSupport.read(try #require(GeminiSupport.bytes(name, "request.json")), &context)
    }

    @Test("names with underscores, other base64, numbers as strings and a missing role are understood")
    func snake() throws {
        let request = try recorded("snake")
        #expect(request.messages.map(\.role) == [.system, .user])
        #expect(request.messages[0].parts.count == 2)
        #expect(
            request.messages[1].parts[1].content
                == .image(NeutralMedia(.base64("iVBORw0KGgo/+A=="), mediaType: "image/png")))
        #expect(request.maximumOutputTokens == 64)
        #expect(request.sampling.topP?.text == "0.9")
        #expect(request.stopSequences == ["a", "b"])
        #expect(request.outputFormat == .text)
        #expect(request.reasoning == NeutralReasoning(mode: .adaptive, isShown: true))
        #expect(request.extras.value("safetySettings", of: .gemini) != nil)
        #expect(request.isStreaming)
        #expect(request.includesUsage)
        #expect(request.origin == .gemini)
    }

    @Test("calls without ids are paired with their responses by name and order")
    func pairs() throws {
        let request = try recorded("tools")
        #expect(request.messages.map(\.role) == [.system, .user, .assistant, .tool, .user])
        let calls = request.messages[2].parts.compactMap { part in
            if case .toolCall(let call) = part.content { call } else { nil }
        }
        #expect(calls.map(\.id) == ["call_gemini_1", "call_gemini_2", "own-1"])
        #expect(calls[0].arguments.text == #"{"city":"Paris","n":9007199254740993,"x":1.0,"y":1e21}"#)
        #expect(calls[2].arguments.text == "{}")
        #expect(
            request.messages[2].parts[1].signature == NeutralSignature("c2lnLTE=", origin: NeutralOrigin(.gemini)))
        let results = request.messages[3].parts.compactMap { part in
            if case .toolResult(let result) = part.content { result } else { nil }
        }
        #expect(results.map(\.callID) == ["call_gemini_1", "call_gemini_2", "own-1"])
        #expect(results.map(\.isError) == [false, true, false])
        #expect(results.map(\.text.text) == ["22 degrees", "no such city", #"{"sum":9007199254740994}"#])
    }

    @Test("declarations become functions with JSON Schemas, all else hosted tools")
    func tools() throws {
        let request = try recorded("tools")
        #expect(request.tools.map(\.name) == ["weather", "add", "now", "googleSearch", "codeExecution"])
        guard case .function(let schema?) = request.tools[0].kind else {
            Issue.record("no function")
            return
        }
        #expect(
            String(decoding: schema.bytes, as: UTF8.self)
                == #"{"type":"object","properties":{"city":{"type":"string","description":"A city."},"#
                + #""unit":{"type":["string","null"],"enum":["C","F",null]}},"required":["city"]}"#)
        #expect(request.tools[2].kind == .function(schema: nil))
        guard case .hosted(let opaque) = request.tools[3].kind else {
            Issue.record("no hosted tool")
            return
        }
        #expect(opaque.kind == "googleSearch")
        #expect(request.toolChoice == .allowed(["weather", "add"], isRequired: true))
    }

    @Test("the chunks of a streamed answer are one turn; thoughts are joined until their seal")
    func thinking() throws {
        let request = try recorded("thinking")
        #expect(request.messages.map(\.role) == [.user, .assistant, .tool, .assistant, .user])
        let parts = request.messages[1].parts
        #expect(parts.count == 3)
        #expect(parts[0].content == .thinking("First, then."))
        #expect(parts[0].signature?.value == "c2lnLWE=")
        #expect(parts[1].content == .text("I will do it."))
        #expect(parts[2].signature?.value == "c2ln_-8")
        guard case .toolResult(let result) = request.messages[2].parts[0].content else {
            Issue.record("no result")
            return
        }
        #expect(result.parts.count == 2)
        #expect(request.messages[3].parts.count == 2)
        #expect(request.reasoning == NeutralReasoning(effort: .high, isShown: true))
    }

    @Test("a schema of the OpenAPI subset becomes JSON Schema")
    func schema() throws {
        guard case .jsonSchema(let schema) = try recorded("structured").outputFormat else {
            Issue.record("no schema")
            return
        }
        #expect(
            String(decoding: schema.schema.bytes, as: UTF8.self)
                == #"{"type":"object","properties":{"a":{"anyOf":[{"type":"string"},{"type":"number"},{"type":"null"}]},"#
                + #""b":{"type":"integer","minimum":1,"maximum":5,"enum":[1,5]},"#
                + ##""list":{"type":"array","items":{"type":"string"},"minItems":1},"pet":{"$ref":"#/$defs/Pet"}},"##
                + #""required":["a","b"],"$defs":{"Pet":{"type":"object","properties":{"type":{"type":"string"}}}}}"#)
    }

    @Test("media are told apart by type and address")
    func media() throws {
        let parts = try recorded("media").messages[0].parts
        let file = NeutralMedia(
            .file(id: "https://generativelanguage.googleapis.com/v1beta/files/abc-123", origin: .gemini),
            mediaType: "video/mp4")
        #expect(
            parts[2].content
                == .document(NeutralMedia(.base64("JVBERi0xLjQK"), mediaType: "application/pdf", name: "a.pdf")))
        #expect(
            parts[3].content
                == .image(NeutralMedia(.url("https://example.com/cat.jpg?size=1"), mediaType: "image/jpeg")))
        #expect(parts[4].content == .video(file))
        #expect(parts[4].extras.value("videoMetadata", of: .gemini) != nil)
        #expect(
            parts[5].content == .video(NeutralMedia(.file(id: "https://www.youtube.com/watch?v=abc", origin: .gemini))))
        #expect(parts[6].content == .audio(NeutralMedia(.base64("UklGRg=="), mediaType: "audio/wav")))
    }

    @Test("numbers keep their text, and what has no neutral words is kept beside")
    func sampling() throws {
        let request = try recorded("sampling")
        #expect(request.sampling.temperature?.text == "0.70")
        #expect(request.sampling.topP?.text == "1.0")
        #expect(request.sampling.seed?.int == -7)
        #expect(request.sampling.frequencyPenalty?.text == "1e-1")
        #expect(request.logprobs == 3)
        #expect(request.reasoning?.mode == .disabled)
        #expect(request.serviceTier == .flex)
        #expect(request.metadata.map(\.key.text) == ["team", "empty"])
        #expect(request.extras.fields.map(\.name).contains("generationConfig.speechConfig"))
        #expect(request.extras.fields.map(\.name).contains("store"))
    }

    @Test(
        "what makes no sense is refused with its field",
        arguments: [
            ("[]", nil), ("{}", "contents"), (#"{"contents":[]}"#, "contents"),
            (#"{"contents":[{"role":"system","parts":[{"text":"a"}]}]}"#, "contents[0].role"),
            (#"{"contents":[{"parts":[]}]}"#, "contents[0].parts"),
            (#"{"contents":[{"parts":[{}]}]}"#, "contents[0].parts[0]"),
            (#"{"contents":[{"parts":[{"text":"a","inlineData":{}}]}]}"#, "contents[0].parts[0]"),
            (#"{"contents":[{"parts":[{"text":1}]}]}"#, "contents[0].parts[0].text"),
            (
                #"{"contents":[{"parts":[{"inlineData":{"mimeType":"image/png","data":"%%"}}]}]}"#,
                "contents[0].parts[0]"
            ),
            (#"{"contents":[{"parts":[{"functionCall":{"name":"f"}}]}]}"#, "contents[0].parts[0].functionCall"),
            (
                #"{"contents":[{"parts":[{"functionResponse":{"name":"f","response":{}}}]}]}"#,
                "contents[0].parts[0].functionResponse.name"
            ),
            (
                #"{"contents":[{"role":"model","parts":[{"functionCall":{}}]}]}"#,
                "contents[0].parts[0].functionCall.name"
            ),
            (
                #"{"contents":[{"role":"model","parts":[{"functionCall":{"name":"f","args":[]}}]}]}"#,
                "contents[0].parts[0].functionCall.args"
            ),
            (#"{"contents":[{"parts":[{"text":"a"}]}],"systemInstruction":"x"}"#, "systemInstruction"),
            (
                #"{"contents":[{"parts":[{"text":"a"}]}],"systemInstruction":{"parts":[{"inlineData":{}}]}}"#,
                "systemInstruction.parts[0]"
            ),
            (
                #"{"contents":[{"parts":[{"text":"a"}]}],"generationConfig":{"candidateCount":2}}"#,
                "generationConfig.candidateCount"
            ),
            (
                #"{"contents":[{"parts":[{"text":"a"}]}],"generationConfig":{"temperature":"warm"}}"#,
                "generationConfig.temperature"
            ),
            (
                #"{"contents":[{"parts":[{"text":"a"}]}],"generationConfig":{"maxOutputTokens":1e40}}"#,
                "generationConfig.maxOutputTokens"
            ),
            (
                #"{"contents":[{"parts":[{"text":"a"}]}],"generationConfig":{"thinkingConfig":{"thinkingLevel":"deep"}}}"#,
                "generationConfig.thinkingConfig.thinkingLevel"
            ),
            (
                #"{"contents":[{"parts":[{"text":"a"}]}],"tools":[{"functionDeclarations":[{}]}]}"#,
                "tools[0].functionDeclarations[0].name"
            ),
            (
                #"{"contents":[{"parts":[{"text":"a"}]}],"toolConfig":{"functionCallingConfig":{"mode":"SOME"}}}"#,
                "toolConfig.functionCallingConfig.mode"
            ),
        ] as [(String, String?)])
    func refusals(text: String, field: String?) throws {
        var context = RequestReading(seal: TestSeal())
        let document = try JSONDocument(parsing: Array(text.utf8))
        do throws(ConversionError) {
            _ = try GeminiCodec.readRequest(document, &context)
            Issue.record("was not refused")
        } catch {
            #expect(error.field == field)
        }
    }

    @Test(
        "what only Google can answer is essential",
        arguments: [
            #""cachedContent":"cachedContents/1""#, #""generationConfig":{"responseModalities":["TEXT","IMAGE"]}"#,
            #""generationConfig":{"responseMimeType":"text/x.enum","responseSchema":{"type":"STRING"}}"#,
            #""generationConfig":{"responseFormat":[{"audio":{"mimeType":"audio/wav"}}]}"#,
            #""continuation_token":"abcd""#,
        ])
    func essential(member: String) throws {
        let request = try GeminiSupport.read(#"{"contents":[{"parts":[{"text":"a"}]}],\#(member)}"#)
        #expect(request.extras.essential(notFor: .anthropic) != nil)
        #expect(request.extras.essential(notFor: .gemini) == nil)
    }

    @Test("a single object stands for a list, as older examples of Google's have it")
    func single() throws {
        let request = try GeminiSupport.read(
            #"{"contents":{"role":"USER","parts":{"text":"a"}},"tools":{"functionDeclarations":{"name":"f"}}}"#)
        #expect(request.messages == [GeminiSupport.user("a")])
        #expect(request.tools.map(\.name) == ["f"])
    }

    @Test("pieces of a streamed call in the history are one call")
    func pieces() throws {
        let request = try GeminiSupport.read(
            #"{"contents":[{"parts":[{"text":"a"}]},{"role":"model","parts":[{"functionCall":{"name":"f","willContinue":true}}]},"#
                + #"{"role":"model","parts":[{"functionCall":{"partialArgs":[{"jsonPath":"$.a","stringValue":"x"}],"willContinue":true}}]},"#
                + #"{"role":"model","parts":[{"functionCall":{}}]},{"parts":[{"functionResponse":{"name":"f","response":{}}}]}]}"#
        )
        guard case .toolCall(let call) = request.messages[1].parts.last?.content else {
            Issue.record("no call")
            return
        }
        #expect(call.arguments.text == #"{"a":"x"}"#)
        #expect(request.messages.count == 3)
    }
}
