import SluiceWire
import Testing

@Suite("Messages requests for the vendor")
struct AnthropicRequestWriterTests {
    private static let fixed = #"{"model":"claude-opus-4-6","max_tokens":8192,"#

    private func expect(
        _ request: NeutralRequest, _ body: String, _ losses: String? = nil,
        _ capabilities: ModelCapabilities = ModelCapabilities(), _ location: SourceLocation = #_sourceLocation
    ) throws {
        let (written, lost) = try Messages.write(request, capabilities)
        #expect(written == Self.fixed + body, sourceLocation: location)
        #expect(lost == losses, sourceLocation: location)
    }

    private func refusal(
        _ request: NeutralRequest, _ capabilities: ModelCapabilities = ModelCapabilities()
    ) -> ConversionError? {
        do throws(ConversionError) {
            var context = Messages.writing(capabilities)
            _ = try AnthropicCodec.writeRequest(request, &context)
            return nil
        } catch { return error }
    }

    private static func call(_ id: String, _ name: String = "f", _ arguments: JSONString = "{}") -> NeutralPart {
        NeutralPart(.toolCall(NeutralToolCall(id: id, name: name, arguments: arguments)))
    }

    private static func result(_ id: String, _ text: JSONString = "ok", isError: Bool = false) -> NeutralPart {
        NeutralPart(.toolResult(NeutralToolResult(callID: id, parts: [NeutralPart(.text(text))], isError: isError)))
    }

    private static let hi = NeutralMessage(.user, text: "Hi")
    private static let message = #""messages":[{"role":"user","content":"Hi"}]"#

    @Test("max_tokens is the client's, the model's, or 8192; never more than the model's")
    func maximumTokens() throws {
        var request = NeutralRequest(messages: [Self.hi])
        try expect(request, "\(Self.message)}")
        var capabilities = ModelCapabilities()
        capabilities.maximumOutputTokens = 64_000
        #expect(try Messages.write(request, capabilities).body.contains(#""max_tokens":64000"#))
        request.maximumOutputTokens = 5
        #expect(try Messages.write(request, capabilities).body.contains(#""max_tokens":5,"#))
        request.maximumOutputTokens = .max
        let written = try Messages.write(request, capabilities)
        #expect(written.body.contains(#""max_tokens":64000"#) && written.losses == "adapted max_tokens")
    }

    @Test("instructions at the beginning are system; later ones stand behind the user's message, or are text")
    func system() throws {
        let request = NeutralRequest(messages: [
            NeutralMessage(.system, text: "A"), NeutralMessage(.developer, text: "B"), Self.hi,
            NeutralMessage(.assistant, text: "Yes."), NeutralMessage(.system, text: "C"),
            NeutralMessage(.user, text: "Go"), NeutralMessage(.developer, text: "D"),
        ])
        let system = #""system":[{"type":"text","text":"A"},{"type":"text","text":"B"}],"#
        let start = #""messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Yes."},"#
        try expect(
            request,
            system + start
                + #"{"role":"user","content":"Go"},{"role":"system","content":[{"type":"text","text":"C"},{"type":"text","text":"D"}]}]}"#,
            "adapted system")
        var capabilities = ModelCapabilities()
        capabilities.allowsSystemAnywhere = false
        try expect(
            request,
            system + start
                + #"{"role":"user","content":[{"type":"text","text":"[system] C"},{"type":"text","text":"Go"}]},{"role":"user","content":"[system] D"}]}"#,
            "adapted system", capabilities)
    }

    @Test("results stand first in one user message, whatever came between")
    func assembly() throws {
        let request = NeutralRequest(messages: [
            Self.hi, NeutralMessage(.assistant, [NeutralPart(.text("")), Self.call("a"), Self.call("functions.f:0")]),
            NeutralMessage(.system, text: "S"),
            NeutralMessage(.tool, [Self.result("functions.f:0"), Self.result("a", "", isError: true)]),
            NeutralMessage(.user, text: "And?"), NeutralMessage(.user, text: "Well?"),
        ])
        let fitted = ToolCallCarrier.fit("functions.f:0", limit: 256, allows: ToolCallCarrier.isPlain)
        try expect(
            request,
            #""messages":[{"role":"user","content":"Hi"},"#
                + #"{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{}},"#
                + #"{"type":"tool_use","id":"\#(fitted)","name":"f","input":{}}]},"#
                + #"{"role":"user","content":[{"type":"tool_result","tool_use_id":"\#(fitted)","content":"ok"},"#
                + #"{"type":"tool_result","tool_use_id":"a","content":"The tool failed without a message.","is_error":true},"#
                + #"{"type":"text","text":"And?"}]},{"role":"user","content":"Well?"},"#
                + #"{"role":"system","content":"S"}]}"#,
            "adapted system")
    }

    @Test("calls and results that do not pair are refused before the vendor does")
    func pairs() {
        let asked = NeutralMessage(.assistant, [Self.call("a")])
        let answered = NeutralMessage(.tool, [Self.result("a")])
        let wrong: [[NeutralMessage]] = [
            [Self.hi, asked], [Self.hi, asked, Self.hi], [Self.hi, answered], [answered],
            [Self.hi, asked, NeutralMessage(.tool, [Self.result("b")])], [Self.hi, asked, answered, answered],
            [Self.hi, NeutralMessage(.assistant, [Self.call("a"), Self.call("a")]), answered],
            [Self.hi, NeutralMessage(.assistant, [Self.call("a", "f", "[1]")]), answered],
        ]
        for messages in wrong {
            #expect(refusal(NeutralRequest(messages: messages))?.kind == .invalid)
        }
        // Two messages of the assistant in a row are one turn.
        let split = [
            Self.hi, asked, NeutralMessage(.assistant, [Self.call("b")]),
            NeutralMessage(.tool, [Self.result("b"), Self.result("a")]),
        ]
        #expect(refusal(NeutralRequest(messages: split)) == nil)
    }

    @Test("the first message is the user's, and one has to speak")
    func first() throws {
        let greeting = NeutralMessage(.assistant, text: "Hello!")
        try expect(
            NeutralRequest(messages: [greeting, Self.hi]),
            #""messages":[{"role":"user","content":"..."},{"role":"assistant","content":"Hello!"},{"role":"user","content":"Hi"}]}"#,
            "adapted messages")
        for messages in [[], [greeting], [NeutralMessage(.system, text: "A")], [NeutralMessage(.user, text: " \n")]] {
            #expect(refusal(NeutralRequest(messages: messages))?.kind == .unsupported)
        }
    }

    @Test("an answer that the client begins goes to models that go on with it")
    func prefill() throws {
        let request = NeutralRequest(messages: [Self.hi, NeutralMessage(.assistant, text: "It is\\\\n \n ")])
        try expect(
            request,
            #""messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"It is\\\\n"}]}"#)
        var capabilities = ModelCapabilities()
        capabilities.allowsPrefill = false
        #expect(refusal(request, capabilities)?.field == "messages")
    }

    @Test("tools: missing schemas, strictness, free text, names of another alphabet")
    func tools() throws {
        var request = NeutralRequest(messages: [Self.hi])
        request.tools = [
            NeutralTool("f", kind: .function(schema: nil)),
            NeutralTool(
                "a.b", description: "D",
                kind: .function(schema: JSONFragment(written: Array(#"{"properties":{}}"#.utf8))),
                isStrict: true),
            NeutralTool("free", kind: .custom(format: nil)),
        ]
        request.toolChoice = .tool("a.b")
        request.allowsParallelCalls = false
        // The name, and a checksum of it.
        let fitted = "a_b_e61d99190466522c"
        try expect(
            request,
            #""tools":[{"name":"f","input_schema":{"type":"object","properties":{}}},"#
                + #"{"name":"\#(fitted)","description":"D","input_schema":{"type":"object","properties":{},"additionalProperties":false},"strict":true},"#
                + #"{"name":"free","input_schema":{"type":"object","properties":{"input":{"type":"string"}},"required":["input"],"additionalProperties":false}}],"#
                + #""tool_choice":{"type":"tool","name":"\#(fitted)","disable_parallel_tool_use":true},\#(Self.message)}"#,
            "adapted tools.parameters, adapted tools")
        // The answer has the client's names, and free text.
        let answer = try Messages.response(
            Array(
                #"{"content":[{"type":"tool_use","id":"1","name":"\#(fitted)","input":{}},{"type":"tool_use","id":"2","name":"free","input":{"input":"a\nb"}}],"stop_reason":"tool_use"}"#
                    .utf8), request)
        #expect(
            answer.parts == [
                Self.call("1", "a.b"),
                NeutralPart(.toolCall(NeutralToolCall(id: "2", name: "free", arguments: "a\nb", isCustom: true))),
            ])
    }

    @Test("tool choice: demanded, limited, refused")
    func choice() throws {
        var request = NeutralRequest(messages: [Self.hi])
        request.tools = ["f", "g"].map { NeutralTool($0, kind: .function(schema: nil)) }
        func written(_ choice: NeutralToolChoice?, _ capabilities: ModelCapabilities = ModelCapabilities()) throws
            -> String
        {
            request.toolChoice = choice
            let (body, losses) = try Messages.write(request, capabilities)
            let root = try JSONDocument(parsing: Array(body.utf8)).root
            let choice = root["tool_choice"].map { String(decoding: $0.rawBytes, as: UTF8.self) } ?? "-"
            return "\(root["tools"]?.count ?? 0) \(choice) \(losses ?? "")"
        }
        #expect(try written(nil) == "2 - ")
        #expect(try written(.auto) == #"2 {"type":"auto"} "#)
        #expect(try written(NeutralToolChoice.none) == #"2 {"type":"none"} "#)
        #expect(try written(.required) == #"2 {"type":"any"} "#)
        #expect(try written(.allowed(["g"], isRequired: true)) == #"1 {"type":"any"} "#)
        var capabilities = ModelCapabilities()
        capabilities.allowsForcedToolChoice = false
        #expect(try written(.tool("f"), capabilities) == #"2 {"type":"auto"} adapted tool_choice"#)
        request.reasoning = NeutralReasoning(effort: .low)
        #expect(try written(.required) == #"2 {"type":"auto"} adapted tool_choice"#)
        request.toolChoice = .tool("h")
        #expect(refusal(request)?.field == "tool_choice")
        request.tools = []
        #expect(refusal(request)?.field == "tool_choice")
        request.toolChoice = NeutralToolChoice.none
        #expect(refusal(request) == nil)
    }

    @Test("sampling is clamped, and left out where the model takes none")
    func sampling() throws {
        var request = NeutralRequest(messages: [Self.hi])
        request.sampling.temperature = NumberText(1.3)
        request.sampling.topP = NumberText(-0.5)
        request.sampling.topK = NumberText(40)
        request.sampling.seed = NumberText(1)
        request.stopSequences = [" ", "END", "\n"]
        request.verbosity = "low"
        try expect(
            request, #"\#(Self.message),"temperature":1.0,"top_p":0.0,"top_k":40,"stop_sequences":["END"]}"#,
            "adapted temperature, adapted top_p, dropped stop, dropped seed, dropped verbosity")
        var capabilities = ModelCapabilities()
        capabilities.sampling = .temperatureOrTopP
        request.sampling.temperature = NumberText(0)
        try expect(
            request, #"\#(Self.message),"temperature":0,"top_k":40,"stop_sequences":["END"]}"#,
            "dropped top_p, dropped stop, dropped seed, dropped verbosity", capabilities)
        capabilities.sampling = .none
        try expect(
            request, #"\#(Self.message),"stop_sequences":["END"]}"#,
            "dropped temperature, dropped top_p, dropped top_k, dropped stop, dropped seed, dropped verbosity",
            capabilities)
    }

    @Test("a schema gets what the vendor demands; without a way to demand it, it is an instruction")
    func structured() throws {
        var request = NeutralRequest(messages: [NeutralMessage(.system, text: "A"), Self.hi])
        let schema = JSONFragment(
            written: Array(
                ##"{"type":"object","properties":{"n":{"type":"integer","minimum":1,"description":"N."},"a":{"type":"array","items":{"oneOf":[{"type":"string"},{"$ref":"#\/$defs/x"}]}}},"$defs":{"x":{"type":["object","null"]}}}"##
                    .utf8))
        request.outputFormat = .jsonSchema(NeutralSchema(name: "n", schema: schema, isStrict: true))
        try expect(
            request,
            ##""system":[{"type":"text","text":"A"}],\##(Self.message),"output_config":{"format":{"type":"json_schema","schema":{"type":"object","properties":{"n":{"type":"integer","description":"N. (minimum: 1)"},"a":{"type":"array","items":{"anyOf":[{"type":"string"},{"$ref":"#\/$defs/x"}]}}},"$defs":{"x":{"type":["object","null"],"additionalProperties":false}},"additionalProperties":false}}}}"##,
            "adapted response_format")
        var capabilities = ModelCapabilities()
        capabilities.structuredOutput = .instruction
        let (body, losses) = try Messages.write(request, capabilities)
        #expect(body.contains("follows this JSON Schema") && body.contains(#"\"minimum\":1"#))
        #expect(losses == "adapted response_format")
        request.outputFormat = .jsonObject
        #expect(try Messages.write(request).losses == "adapted response_format")
    }

    @Test("at most four cache marks, the first and the last ones; a longer time never behind a shorter")
    func cacheMarks() throws {
        let parts = (0..<6).map { index in
            NeutralPart(
                .text(JSONString("\(index)")), cacheHint: index == 0 ? .oneHour : index == 5 ? .oneHour : .standard)
        }
        let (body, losses) = try Messages.write(NeutralRequest(messages: [NeutralMessage(.user, parts)]))
        let content = try #require(try JSONDocument(parsing: Array(body.utf8)).root["messages"]?[0]?["content"])
        let marks = content.elements.map { $0["cache_control"].map { String(decoding: $0.rawBytes, as: UTF8.self) } }
        let short = #"{"type":"ephemeral"}"#
        #expect(marks == [#"{"type":"ephemeral","ttl":"1h"}"#, short, nil, nil, short, short])
        #expect(losses == "dropped cache_control")
    }

    @Test("pictures and documents: types are looked at, foreign ids refused")
    func media() throws {
        func written(_ part: NeutralPart.Content) throws -> String {
            let (body, _) = try Messages.write(NeutralRequest(messages: [NeutralMessage(.user, [NeutralPart(part)])]))
            let block = try JSONDocument(parsing: Array(body.utf8)).root["messages"]?[0]?["content"]?[0]
            return block.map { String(decoding: $0.rawBytes, as: UTF8.self) } ?? ""
        }
        let jpeg = JSONString(escaped: Array(#"\/9j\/4AAQ"#.utf8)[...])
        #expect(
            try written(.image(NeutralMedia(.base64(jpeg), mediaType: "image/png")))
                == #"{"type":"image","source":{"type":"base64","media_type":"image/jpeg","data":"\/9j\/4AAQ"}}"#)
        #expect(
            try written(.image(NeutralMedia(.base64("AAAA"), mediaType: "image/jpg"))).contains(#""image/jpeg""#))
        #expect(
            try written(.image(NeutralMedia(.base64("UklGRiQAAABXRUJQVlA4")))).contains(#""image/webp""#))
        #expect(
            try written(.image(NeutralMedia(.base64("JVBERi0xLjQK"), mediaType: "image/png")))
                == #"{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBERi0xLjQK"}}"#
        )
        #expect(
            try written(.document(NeutralMedia(.base64("aMOpIQ=="), mediaType: "text/csv", name: "t.csv")))
                == #"{"type":"document","source":{"type":"text","media_type":"text/plain","data":"hé!"},"title":"t.csv"}"#
        )
        let refused: [NeutralPart.Content] = [
            .image(NeutralMedia(.base64("AAAA"), mediaType: "image/bmp")), .image(NeutralMedia(.url("http://a/b.png"))),
            .image(NeutralMedia(.file(id: "file-1", origin: .openAIChat))),
            .document(NeutralMedia(.base64("UEsDBA=="), mediaType: "application/zip")),
            .audio(NeutralMedia(.base64("AAAA"))), .video(NeutralMedia(.base64("AAAA"))),
            .opaque(NeutralOpaque(origin: .gemini, kind: "executableCode", value: .emptyObject)),
        ]
        for part in refused {
            #expect(
                refusal(NeutralRequest(messages: [NeutralMessage(.user, [NeutralPart(part)])]))?.kind == .unsupported)
        }
    }

    @Test("who is served, and how fast")
    func tiers() throws {
        var request = NeutralRequest(messages: [Self.hi])
        request.endUser = "u"
        request.metadata = [NeutralLabel(key: "a", value: "b")]
        request.serviceTier = .fast
        request.isStreaming = true
        try expect(
            request, #"\#(Self.message),"metadata":{"user_id":"u"},"speed":"fast","stream":true}"#, "dropped metadata")
        request.serviceTier = .flex
        #expect(try Messages.write(request).losses == "dropped service_tier, dropped metadata")
        request.extras.append("n", JSONFragment(written: Array("2".utf8)), from: .openAIChat)
        #expect(try Messages.write(request).losses == "dropped service_tier, dropped metadata, dropped n")
    }

    @Test("tools of another vendor and grammars are refused")
    func foreignTools() {
        var request = NeutralRequest(messages: [Self.hi])
        request.tools = [
            NeutralTool(
                "w", kind: .hosted(NeutralOpaque(origin: .openAIResponses, kind: "web_search", value: .emptyObject)))
        ]
        #expect(refusal(request)?.kind == .unsupported)
        request.tools = [
            NeutralTool("w", kind: .custom(format: JSONFragment(written: Array(#"{"type":"grammar"}"#.utf8))))
        ]
        #expect(refusal(request)?.kind == .unsupported)
    }
}
