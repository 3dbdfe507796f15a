import SluiceWire
import Testing

@Suite("Messages requests from clients")
struct AnthropicRequestReaderTests {
    @Test("fields beside the conversation")
    func fields() throws {
        let request = try Messages.read(Messages.file("sampling", "request.json"))
        #expect(request.sampling.temperature?.text == "0.7")
        #expect(request.sampling.topP?.text == "0.9")
        #expect(request.sampling.topK?.int == 40)
        #expect(request.stopSequences == ["END", "\n\nHuman:"])
        #expect(request.endUser == "13803d75-b4b5-4c3e-b2a2-6f21399b021b")
        #expect(request.serviceTier == .standard)
        #expect(request.isStreaming)
        #expect(request.maximumOutputTokens == 1024)
        #expect(try Messages.request(#""speed":"fast""#).serviceTier == .fast)
    }

    @Test("results go before the rest of their message, all of one turn in one message")
    func results() throws {
        let request = try Messages.read(Messages.file("tools-parallel", "request.json"))
        #expect(request.messages.map(\.role) == [.user, .assistant, .tool, .user])
        guard case .toolResult(let first) = request.messages[2].parts[0].content,
            case .toolResult(let second) = request.messages[2].parts[1].content
        else {
            Issue.record("no results")
            return
        }
        #expect(first.callID == "toolu_2" && first.parts.count == 2 && !first.isError)
        #expect(second.callID == "toolu_1" && second.isError && second.text == "no such place")
        #expect(request.messages[2].parts[1].cacheHint == .fiveMinutes)
        let split = try Messages.read(Messages.file("tool-results-split", "request.json"))
        #expect(split.messages.map(\.role) == [.user, .assistant, .tool])
        #expect(split.messages[2].parts.count == 2)
    }

    @Test("numbers and escapes of arguments stay as they were written")
    func arguments() throws {
        let request = try Messages.read(Messages.file("unicode", "request.json"))
        guard case .toolCall(let call) = request.messages[2].parts[0].content else {
            Issue.record("no call")
            return
        }
        #expect(
            call.arguments.text
                == #"{"a":9007199254740993,"b":1.0,"c":1e21,"d":"\ud83d\ude00\u0000","e":{"z":1,"a":[0.1,-0]}}"#)
    }

    @Test("what only the vendor can do is marked as its own")
    func own() throws {
        let request = try Messages.read(Messages.file("hosted", "request.json"))
        #expect(request.extras.essential(notFor: .openAIChat) == "container")
        #expect(request.extras.essential(notFor: .anthropic) == nil)
        let kinds = request.tools.map { if case .hosted(let opaque) = $0.kind { opaque.kind } else { "" } }
        #expect(kinds == ["web_search_20250305", "code_execution_20260521", ""])
        #expect(try Messages.request(#""mcp_servers":[]"#).extras.essential(notFor: .gemini) == nil)
    }

    @Test(
        "what breaks the dialect's rules is refused with the field's path",
        arguments: [
            (#"{"model":"m","max_tokens":1}"#, "messages"),
            (#"{"model":"m","messages":[{"role":"user","content":"a"}]}"#, "max_tokens"),
            (#"{"max_tokens":"1","messages":[]}"#, "max_tokens"),
            (#"{"max_tokens":1e99,"messages":[]}"#, "max_tokens"),
            (#"{"max_tokens":1,"messages":{}}"#, "messages"),
            (#"{"max_tokens":1,"messages":[7]}"#, "messages[0]"),
            (#"{"max_tokens":1,"messages":[{"role":"tool","content":"a"}]}"#, "messages[0].role"),
            (#"{"max_tokens":1,"messages":[{"role":"user"}]}"#, "messages[0].content"),
            (
                #"{"max_tokens":1,"messages":[{"role":"user","content":[{"type":"text"}]}]}"#,
                "messages[0].content[0].text"
            ),
            (#"{"max_tokens":1,"messages":[{"role":"user","content":[{"text":"a"}]}]}"#, "messages[0].content[0].type"),
            (
                #"{"max_tokens":1,"messages":[{"role":"user","content":[{"type":"thinking","thinking":"a"}]}]}"#,
                "messages[0].content[0].type"
            ),
            (
                #"{"max_tokens":1,"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":"x"}]}]}"#,
                "messages[0].content[0].input"
            ),
            (
                #"{"max_tokens":1,"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":[{"type":"image"}]}]}]}"#,
                "messages[0].content[0].content[0].source"
            ),
            (
                #"{"max_tokens":1,"messages":[{"role":"user","content":"a"}],"system":[{"type":"text"}]}"#,
                "system[0].text"
            ),
            (#"{"max_tokens":1,"messages":[],"tools":[{"name":"f"}]}"#, "tools[0].input_schema"),
            (#"{"max_tokens":1,"messages":[],"tool_choice":{"type":"maybe"}}"#, "tool_choice.type"),
            (#"{"max_tokens":1,"messages":[],"thinking":{"type":"enabled"}}"#, "thinking.budget_tokens"),
            (#"{"max_tokens":1,"messages":[],"output_config":{"effort":"none"}}"#, "output_config.effort"),
            (
                #"{"max_tokens":1,"messages":[],"output_config":{"format":{"type":"text"}}}"#,
                "output_config.format.type"
            ),
            (#"{"max_tokens":1,"messages":[],"temperature":"hot"}"#, "temperature"),
            (#"{"max_tokens":1,"messages":[],"stop_sequences":["a",1]}"#, "stop_sequences[1]"),
            (#"{"max_tokens":1,"messages":[],"stream":1}"#, "stream"),
        ])
    func refused(_ text: String, _ field: String) throws {
        let error = #expect(throws: ConversionError.self) { try Messages.read(text) }
        #expect(error?.kind == .invalid)
        #expect(error?.field == field)
    }

    @Test("no truncated request traps", arguments: Messages.cases("request.json"))
    func truncations(_ name: String) throws {
        let bytes = try Messages.file(name, "request.json")
        let end = try #require(bytes.lastIndex(of: UInt8(ascii: "}")))
        for count in 0...end {
            #expect(throws: (any Error).self) { try Messages.read(Array(bytes[..<count])) }
        }
    }

    @Test("a token count needs no max_tokens, and asks for the conversation only")
    func tokenCount() throws {
        let document = try JSONDocument(parsing: Messages.file("count", "count-request.json"))
        var reading = RequestReading(seal: TestSeal())
        var request = try AnthropicTokenCount.readCountRequest(document, &reading)
        request.sampling.temperature = NumberText(1)
        request.stopSequences = ["x"]
        request.isStreaming = true
        var writing = Messages.writing()
        let body = try AnthropicTokenCount.writeCountRequest(request, &writing)
        let root = try JSONDocument(parsing: body).root
        #expect(Set(root.members.map(\.key)) == ["model", "system", "tools", "thinking", "messages"])
        #expect(
            try AnthropicTokenCount.readCount(JSONDocument(parsing: Messages.file("count", "count-response.json")))
                == 2095)
        #expect(String(decoding: AnthropicTokenCount.writeCount(7), as: UTF8.self) == #"{"input_tokens":7}"#)
        #expect(throws: ConversionError.self) {
            try AnthropicTokenCount.readCount(JSONDocument(parsing: Array(#"{"input_tokens":-1}"#.utf8)))
        }
    }
}
