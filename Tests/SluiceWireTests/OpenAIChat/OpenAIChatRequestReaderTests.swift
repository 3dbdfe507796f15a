import SluiceWire
import Testing

@Suite("Chat Completions, requests of clients")
struct OpenAIChatRequestReaderTests {
    private typealias Case = OpenAIChatCase

    @Test(
        "a request that breaks the rules is refused, and the field is named",
        arguments: [
            ("[]", nil), ("{}", "messages"), (#"{"messages":[]}"#, "messages"), (#"{"messages":{}}"#, "messages"),
            (#"{"messages":[7]}"#, "messages[0]"), (#"{"messages":[{"content":"x"}]}"#, "messages[0].role"),
            (#"{"messages":[{"role":"robot","content":"x"}]}"#, "messages[0].role"),
            (#"{"messages":[{"role":"user"}]}"#, "messages[0].content"),
            (#"{"messages":[{"role":"user","content":[{"text":"x"}]}]}"#, "messages[0].content[0].type"),
            (
                #"{"messages":[{"role":"user","content":[{"type":"text","text":7}]}]}"#,
                "messages[0].content[0].text"
            ),
            (
                #"{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png,x"}}]}]}"#,
                "messages[0].content[0].image_url.url"
            ),
            (#"{"messages":[{"role":"assistant"}]}"#, "messages[0].content"),
            (#"{"messages":[{"role":"tool","tool_call_id":"a","content":"x"}]}"#, "messages[0].tool_call_id"),
            (#"{"messages":[{"role":"user","content":"x"}],"max_tokens":0}"#, "max_tokens"),
            (#"{"messages":[{"role":"user","content":"x"}],"temperature":"1"}"#, "temperature"),
            (#"{"messages":[{"role":"user","content":"x"}],"n":2}"#, "n"),
            (#"{"messages":[{"role":"user","content":"x"}],"modalities":["text","audio"]}"#, "modalities"),
            (#"{"messages":[{"role":"user","content":"x"}],"tools":[{"type":"function"}]}"#, "tools[0].function"),
            (
                #"{"messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":""}}]}"#,
                "tools[0].function.name"
            ),
            (#"{"messages":[{"role":"user","content":"x"}],"tool_choice":"maybe"}"#, "tool_choice"),
            (#"{"messages":[{"role":"user","content":"x"}],"metadata":{"a":1}}"#, "metadata.a"),
            (#"{"messages":[{"role":"user","content":"x"}],"reasoning_effort":"huge"}"#, "reasoning_effort"),
            (#"{"messages":[{"role":"user","content":"x"}],"stop":[1]}"#, "stop[0]"),
        ])
    func refused(body: String, field: String?) throws {
        let document = try JSONDocument(parsing: Array(body.utf8))
        var context = RequestReading(seal: TestSeal())
        #expect {
            _ = try OpenAIChatCodec.readRequest(document, &context)
        } throws: { error in
            (error as? ConversionError)?.field == field
        }
    }

    @Test("a call without its result is refused, and so is a result of another call")
    func unpaired() throws {
        let call =
            #"{"role":"assistant","content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]}"#
        for (messages, field) in [
            ("[\(call)]", "messages[0].tool_calls"),
            (#"[\#(call),{"role":"user","content":"x"}]"#, "messages[0].tool_calls"),
            (#"[\#(call),{"role":"tool","tool_call_id":"b","content":"x"}]"#, "messages[1].tool_call_id"),
        ] {
            #expect {
                _ = try Case.request("", messages: messages)
            } throws: { error in
                (error as? ConversionError)?.field == field
            }
        }
        let result = #"{"role":"tool","tool_call_id":"a","content":null}"#
        #expect(try Case.request("", messages: "[\(call),\(result)]").messages.count == 2)
    }

    @Test("all results of a turn are one message")
    func results() throws {
        let (request, _) = try Case.readRequest(Case.document("tools-parallel", "request.json"))
        #expect(request.messages.map(\.role) == [.user, .assistant, .tool, .user])
        let ids = request.messages[2].parts.map { part in
            if case .toolResult(let result) = part.content { result.callID } else { "" }
        }
        #expect(ids == ["call_2", "call_1", "call_3"])
    }

    @Test(
        "tool choice in all forms",
        arguments: [
            (#""auto""#, NeutralToolChoice.auto), (#""none""#, .none), (#""required""#, .required),
            (#"{"type":"function","function":{"name":"f"}}"#, .tool("f")),
            (#"{"type":"custom","custom":{"name":"f"}}"#, .tool("f")),
            (
                #"{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function","function":{"name":"f"}}]}}"#,
                .allowed(["f"], isRequired: false)
            ),
        ])
    func toolChoice(text: String, expected: NeutralToolChoice) throws {
        #expect(try Case.request(#""tool_choice":\#(text)"#).toolChoice == expected)
    }

    @Test("the newer name of a limit wins, as does the newer name of the user")
    func newerNames() throws {
        let request = try Case.request(
            #""max_tokens":5,"max_completion_tokens":7,"user":"u","safety_identifier":"s""#)
        #expect(request.maximumOutputTokens == 7)
        #expect(request.endUser == "s")
        #expect(request.origin == .openAIChat)
    }

    @Test("cache marks of OpenAI's and of Anthropic's form")
    func cacheHints() throws {
        let request = try Case.request(
            "",
            messages: #"""
                [{"role":"system","content":"s","cache_control":{"type":"ephemeral"}},
                {"role":"user","content":[{"type":"text","text":"a","cache_control":{"type":"ephemeral","ttl":"1h"}},
                {"type":"text","text":"b","prompt_cache_breakpoint":{"mode":"explicit"}},{"type":"text","text":"c"}]}]
                """#)
        #expect(request.messages[0].parts[0].cacheHint == .standard)
        #expect(request.messages[1].parts.map(\.cacheHint) == [.oneHour, .standard, nil])
    }

    @Test("the media type of a picture is what its first bytes say")
    func mediaTypes() throws {
        let request = try Case.request(
            "",
            messages: #"""
                [{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image\/png;base64,\/9j\/4AAQ"}},
                {"type":"image_url","image_url":"data:image/jpg;base64,AAAA"},
                {"type":"file","file":{"filename":"a.csv","file_data":"QQ=="}},
                {"type":"file","file":{"file_data":"JVBERi0xLjQK"}}]}]
                """#)
        let types = request.messages[0].parts.map { part -> String? in
            switch part.content {
            case .image(let media), .document(let media): media.mediaType
            default: nil
            }
        }
        #expect(types == ["image/jpeg", "image/jpeg", "text/csv", "application/pdf"])
    }

    @Test("functions become tools, and their calls and results pair")
    func functions() throws {
        let (request, _) = try Case.readRequest(Case.document("functions", "request.json"))
        #expect(request.toolChoice == .tool("f"))
        #expect(request.tools.map(\.name) == ["f"])
        guard case .toolCall(let call)? = request.messages[1].parts.first?.content,
            case .toolResult(let result)? = request.messages[2].parts.first?.content
        else {
            Issue.record("no call and result")
            return
        }
        #expect(call.id == result.callID)
        #expect(result.name == "f")
    }

    @Test(
        "wishes to think, in the forms of several servers",
        arguments: [
            (#""reasoning_effort":"xhigh""#, NeutralReasoning(effort: .xhigh)),
            (#""reasoning":{"effort":"low","exclude":true}"#, NeutralReasoning(effort: .low, isShown: false)),
            (#""reasoning":{"max_tokens":2000}"#, NeutralReasoning(budgetTokens: 2000)),
            (#""reasoning":{"enabled":false}"#, NeutralReasoning(mode: .disabled)),
            (
                #""thinking":{"type":"enabled","budget_tokens":4096}"#,
                NeutralReasoning(mode: .enabled, budgetTokens: 4096)
            ),
        ])
    func reasoning(member: String, expected: NeutralReasoning) throws {
        #expect(try Case.request(member).reasoning == expected)
    }

    @Test("a form of output that is not OpenAI's is for no other dialect")
    func otherFormat() throws {
        let request = try Case.request(#""response_format":{"type":"grammar","grammar":"x"}"#)
        #expect(request.extras.essential(notFor: .anthropic) == "response_format")
        #expect(request.extras.essential(notFor: .openAIChat) == nil)
    }
}
