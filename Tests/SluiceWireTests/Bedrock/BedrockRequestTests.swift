import Testing

@testable import SluiceWire

@Suite("Bedrock requests")
struct BedrockRequestTests {
    @Test("each case is written as recorded", arguments: BedrockCase.requests)
    func golden(name: String) throws {
        var context = BedrockCase.writing()
        var bytes = try BedrockCodec.writeRequest(try BedrockCase.request(name), &context)
        bytes.append(UInt8(ascii: "\n"))
        let losses = context.losses.all.map { "\($0.kind.rawValue) \($0.field)\n" }.joined()
        let folder = "\(BedrockCase.folder)/\(name)"
        if BedrockCase.isRecording {
            #expect(Fixture.write(bytes, to: "\(folder)/upstream.json"))
            if !losses.isEmpty { #expect(Fixture.write(Array(losses.utf8), to: "\(folder)/losses.txt")) }
            return
        }
        let expected = try #require(Fixture.bytes("\(folder)/upstream.json"))
        #expect(String(decoding: bytes, as: UTF8.self) == String(decoding: expected, as: UTF8.self))
        #expect(losses == String(decoding: Fixture.bytes("\(folder)/losses.txt") ?? [], as: UTF8.self))
    }

    @Test("there and back means the same", arguments: BedrockCase.requests.filter { $0 != "empty_content" })
    func thereAndBack(name: String) throws {
        let request = try BedrockCase.request(name)
        var context = BedrockCase.writing()
        let bytes = try BedrockCodec.writeRequest(request, &context)
        var again = try BedrockCase.request(json: String(decoding: bytes, as: UTF8.self))
        #expect(context.losses.firstVisible == nil)
        if name == "tools_parallel" {
            // An empty result is given a text, an empty schema its type.
            again.messages[2].parts[2] = request.messages[2].parts[2]
            again.tools[1].kind = request.tools[1].kind
        }
        // Which stop sequence was met is asked for where the client did not.
        if name == "all_fields" { #expect(again.extras == request.extras) }
        #expect(again == request)
    }

    @Test("cutting a request neither traps nor passes", arguments: BedrockCase.requests)
    func truncation(name: String) throws {
        let bytes = try #require(Fixture.bytes("\(BedrockCase.folder)/\(name)/request.json"))
        for end in stride(from: 0, to: bytes.count - 3, by: 7) {
            #expect(throws: JSONError.self) { try JSONDocument(parsing: Array(bytes[..<end])) }
        }
    }

    @Test(
        "what cannot be understood names its field",
        arguments: [
            ("{}", "messages"), (#"{"messages":[]}"#, "messages"), (#"{"messages":{}}"#, "messages"),
            (#"{"messages":[{"role":"user"}]}"#, "messages[0].content"),
            (#"{"messages":[{"role":"tool","content":[{"text":"a"}]}]}"#, "messages[0].role"),
            (#"{"messages":[{"role":"user","content":[{"text":1}]}]}"#, "messages[0].content[0].text"),
            (#"{"messages":[{"role":"user","content":["a"]}]}"#, "messages[0].content[0]"),
            (#"{"messages":[{"role":"user","content":[{"image":{"format":"png"}}]}]}"#, "messages[0].content[0].image"),
            (
                #"{"messages":[{"role":"user","content":[{"toolResult":{"content":[]}}]}]}"#,
                "messages[0].content[0].toolResult.toolUseId"
            ),
            (
                #"{"messages":[{"role":"assistant","content":[{"toolUse":{"toolUseId":"a"}}]}]}"#,
                "messages[0].content[0].toolUse.name"
            ),
            (
                #"{"messages":[{"role":"user","content":[{"text":"a"}]}],"inferenceConfig":{"maxTokens":0}}"#,
                "inferenceConfig.maxTokens"
            ),
            (
                #"{"messages":[{"role":"user","content":[{"text":"a"}]}],"inferenceConfig":{"temperature":"1"}}"#,
                "inferenceConfig.temperature"
            ),
            (
                #"{"messages":[{"role":"user","content":[{"text":"a"}]}],"toolConfig":{"tools":[{"toolSpec":{}}]}}"#,
                "toolConfig.tools[0].toolSpec.name"
            ),
        ])
    func faults(json: String, field: String) {
        #expect { try BedrockCase.request(json: json) } throws: { error in
            (error as? ConversionError)?.field == field && (error as? ConversionError)?.kind == .invalid
        }
    }

    @Test("results are a message of their own, before what else the turn says")
    func results() throws {
        let request = try BedrockCase.request("tools_parallel")
        #expect(request.messages.map(\.role) == [.user, .assistant, .tool, .user])
        #expect(request.messages[2].parts.count == 3)
        guard case .toolResult(let first) = request.messages[2].parts[0].content else {
            Issue.record("no result")
            return
        }
        #expect(first.text.text.contains("9007199254740993") && first.text.text.contains("20.0"))
        #expect(first.parts.count == 2)
    }

    @Test("the model's own fields are understood, and what is not stays")
    func modelFields() throws {
        let request = try BedrockCase.request("all_fields")
        #expect(request.sampling.topK?.text == "50")
        let rest = try #require(request.extras.value("additionalModelRequestFields", of: .bedrock)).parsed().root
        #expect(rest["top_k"] == nil && rest["other"]?["a"]?.numberText == "1.0")
        let thinking = try BedrockCase.request("thinking")
        #expect(thinking.reasoning == NeutralReasoning(mode: .enabled, budgetTokens: 4096))
        let structured = try BedrockCase.request("structured")
        #expect(structured.reasoning == NeutralReasoning(mode: .adaptive, effort: .low, isShown: true))
        let serial = try BedrockCase.request("tool_choice_serial")
        #expect(serial.allowsParallelCalls == false && serial.toolChoice == .tool("get_weather"))
    }

    @Test("the path says whether it is a stream")
    func streaming() throws {
        var context = RequestReading(seal: BedrockCase.seal, isStreamingPath: true)
        let request = try BedrockCodec.readRequest(try BedrockCase.document("plain", "request.json"), &context)
        #expect(request.isStreaming && request.includesUsage)
    }

    @Test("tokens are counted of the prompt alone, both ways")
    func count() throws {
        var reading = RequestReading(seal: BedrockCase.seal)
        let request = try BedrockTokenCount.readCountRequest(
            try BedrockCase.count("request.json"), &reading)
        var writing = BedrockCase.writing()
        var wish = request
        wish.sampling.temperature = NumberText(1)
        wish.maximumOutputTokens = 5
        let root = try JSONDocument(parsing: try BedrockTokenCount.writeCountRequest(wish, &writing)).root
        let converse = try #require(root["input"]?["converse"])
        #expect(Set(converse.members.map(\.key)) == ["toolConfig", "system", "messages"])
        #expect(try BedrockTokenCount.readCount(try BedrockCase.count("response.json")) == 42)
        #expect(String(decoding: BedrockTokenCount.writeCount(42), as: UTF8.self) == #"{"inputTokens":42}"#)
        #expect(throws: ConversionError.self) {
            try BedrockTokenCount.readCount(try JSONDocument(parsing: Array("{}".utf8)))
        }
    }
}
