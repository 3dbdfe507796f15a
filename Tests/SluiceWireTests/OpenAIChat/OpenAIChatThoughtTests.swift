import SluiceWire
import Testing

@Suite("Chat Completions, thoughts")
struct OpenAIChatThoughtTests {
    private typealias Case = OpenAIChatCase

    private static let claude = NeutralOrigin(.anthropic, model: "claude-x")
    private static let gemini = NeutralOrigin(.gemini, model: "gemini-x")
    private static let parts: [NeutralPart] = [
        NeutralPart(.thinking("Hm."), signature: NeutralSignature("sig+/=", origin: claude)),
        NeutralPart(.redactedThinking, signature: NeutralSignature("secret", origin: claude)),
        NeutralPart(.text("Let me look.")),
        NeutralPart(.thinking("Both."), signature: NeutralSignature("sig2", origin: claude)),
        NeutralPart(.toolCall(NeutralToolCall(id: "toolu_1", name: "f", arguments: "{}"))),
        NeutralPart(.toolCall(NeutralToolCall(id: "toolu_2", name: "f", arguments: "{}"))),
    ]

    private func answer(_ parts: [NeutralPart], isStreamed: Bool) throws -> JSONNode {
        let response = NeutralResponse(parts: parts, finish: NeutralFinish(.toolCalls))
        guard isStreamed else { return try #require(Case.writeResponse(response).0["choices"]?[0]?["message"]) }
        // What an SDK puts together from the chunks.
        var id = [String]()
        var details = [String]()
        var seals = [String]()
        for data in Case.data(Case.stream(response.events).0) where data != "[DONE]" {
            let delta = try JSONDocument(parsing: Array(data.utf8)).root["choices"]?[0]?["delta"]
            for call in delta?["tool_calls"]?.elements.map({ $0 }) ?? [] {
                if let text = call["id"]?.stringValue { id.append(text) }
                if let extra = Case.text(call["extra_content"]) { seals.append(extra) }
            }
            for detail in delta?["reasoning_details"]?.elements.map({ $0 }) ?? [] {
                details.append(Case.text(detail) ?? "")
            }
        }
        let calls = id.enumerated().map { place, id in
            #"{"id":"\#(id)","type":"function","function":{"name":"f","arguments":"{}"}"#
                + (place < seals.count ? #","extra_content":\#(seals[place])"# : "") + "}"
        }
        return try JSONDocument(
            parsing: Array(
                """
                {"role":"assistant","content":"Let me look.","reasoning_details":[\(details.joined(separator: ","))],\
                "tool_calls":[\(calls.joined(separator: ","))]}
                """.utf8)
        ).root
    }

    /// The client's next request, with only the members of a message that `keys` names.
    private func next(_ message: JSONNode, keys: [String]) throws -> NeutralRequest {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("messages")
        writer.beginArray()
        writer.raw(Array(#"{"role":"user","content":"x"}"#.utf8))
        writer.beginObject()
        for (key, value) in message.members where keys.contains(key) {
            writer.key(key)
            writer.raw(value.rawBytes)
        }
        writer.endObject()
        for call in message["tool_calls"]?.elements.map({ $0 }) ?? [] {
            writer.raw(
                Array(#"{"role":"tool","tool_call_id":"\#(call["id"]?.stringValue ?? "")","content":"7"}"#.utf8))
        }
        writer.endArray()
        writer.endObject()
        return try Case.readRequest(JSONDocument(parsing: writer.take())).0
    }

    @Test("sealed thoughts come back in the ids of the calls, byte for byte and in place", arguments: [false, true])
    func inIDs(isStreamed: Bool) throws {
        let message = try answer(Self.parts, isStreamed: isStreamed)
        let request = try next(message, keys: ["role", "content", "tool_calls"])
        #expect(request.messages[1].parts == Self.parts)
        let results = request.messages[2].parts.map { part in
            if case .toolResult(let result) = part.content { result.callID } else { "" }
        }
        #expect(results == ["toolu_1", "toolu_2"])
        // What also came back elsewhere adds nothing.
        let full = try next(message, keys: ["role", "content", "tool_calls", "reasoning_details", "reasoning_content"])
        #expect(full.messages[1].parts == Self.parts)
    }

    @Test("sealed thoughts of a turn without calls come back in reasoning_details", arguments: [false, true])
    func inDetails(isStreamed: Bool) throws {
        let parts = Array(Self.parts.prefix(3))
        let message = try answer(parts, isStreamed: isStreamed)
        let request = try next(message, keys: ["role", "content", "reasoning_details"])
        #expect(request.messages[1].parts == parts)
    }

    @Test("an altered id loses its thoughts, and says so")
    func altered() throws {
        let message = try answer(Self.parts, isStreamed: false)
        let id = try #require(message["tool_calls"]?[0]?["id"]?.stringValue)
        let text = String(decoding: message.rawBytes, as: UTF8.self)
        let changed = text.split(separator: "slc1_", maxSplits: 1).joined(separator: "slc1_A")
        #expect(id.hasPrefix("slc1_"))
        let document = try JSONDocument(
            parsing: Array(#"{"messages":[\#(changed),{"role":"user","content":"x"}]}"#.utf8))
        var context = RequestReading(seal: TestSeal())
        _ = try? OpenAIChatCodec.readRequest(document, &context)
        #expect(context.losses.header == "dropped thinking")
    }

    @Test("Google's seal over a call goes where Google puts it, and into the id", arguments: [false, true])
    func google(isStreamed: Bool) throws {
        let parts: [NeutralPart] = [
            NeutralPart(.text("Let me look.")),
            NeutralPart(
                .toolCall(NeutralToolCall(id: "1", name: "f", arguments: "{}")),
                signature: NeutralSignature("CiQB+/==", origin: Self.gemini)),
        ]
        let message = try answer(parts, isStreamed: isStreamed)
        #expect(
            message["tool_calls"]?[0]?["extra_content"]?["google"]?["thought_signature"]?.stringValue == "CiQB+/==")
        let request = try next(message, keys: ["role", "content", "tool_calls"])
        #expect(request.messages[1].parts == parts)
    }

    @Test("Google's seal as a client of Google brings it is Google's")
    func googleClient() throws {
        let response = try Case.readResponse(Case.document("gemini", "response.json"), Case.reading(model: "gemini-3"))
        #expect(
            response.parts[0].signature
                == NeutralSignature("CiQB+/==", origin: NeutralOrigin(.gemini, model: "gemini-3")))
        let message = try #require(Case.document("gemini", "response.json").root["choices"]?[0]?["message"])
        let request = try next(message, keys: ["role", "tool_calls"])
        #expect(request.messages[1].parts[0].signature?.origin == NeutralOrigin(.gemini))
        var sealed = request
        sealed.messages[1].parts[0].signature = response.parts[0].signature
        for (model, isSent) in [("gemini-3", true), ("gpt-9", false)] {
            let (body, losses) = try Case.writeRequest(sealed, model: model)
            let call = body.root["messages"]?[1]?["tool_calls"]?[0]
            #expect((call?["extra_content"] != nil) == isSent)
            #expect((losses.header == nil) == isSent)
        }
    }

    @Test("thoughts are sent in the field that the server reads, and to no other")
    func field() throws {
        var request = try Case.request("")
        request.messages.append(NeutralMessage(.assistant, Self.parts))
        request.messages.append(
            NeutralMessage(
                .tool,
                ["toolu_1", "toolu_2"].map { NeutralPart(.toolResult(NeutralToolResult(callID: $0, parts: []))) }))
        var capabilities = ModelCapabilities()
        for field in ModelCapabilities.ReasoningField.allCases {
            capabilities.reasoningField = field
            let (body, losses) = try Case.writeRequest(request, capabilities)
            let message = try #require(body.root["messages"]?[1])
            #expect(message["reasoning_content"]?.stringValue == (field == .reasoningContent ? "Hm.\n\nBoth." : nil))
            #expect(message["reasoning"]?.stringValue == (field == .reasoning ? "Hm.\n\nBoth." : nil))
            #expect(message["reasoning_details"] == nil)
            #expect(message["content"]?.stringValue == "Let me look.")
            #expect(losses.header == "dropped thinking")
        }
        request.messages.append(NeutralMessage(.user, text: "thanks"))
        capabilities.reasoningField = .none
        #expect(try Case.writeRequest(request, capabilities).1.header == nil)
    }

    @Test("a server's own sealed entries go back to it as they were")
    func ownEntries() throws {
        for name in ["thinking-details", "thinking-blocks"] {
            let (request, _) = try Case.readRequest(Case.document(name, "request.json"))
            let (body, _) = try Case.writeRequest(request)
            let sent = try #require(Case.document(name, "request.json").root["messages"]?[1])
            let message = try #require(body.root["messages"]?[1])
            for key in ["reasoning_details", "thinking_blocks"] {
                let entries = sent[key]?.elements.map { $0 } ?? []
                #expect(message[key]?.count ?? 0 == entries.count)
                for (place, entry) in entries.enumerated() {
                    for (member, value) in entry.members {
                        #expect(Case.text(message[key]?[place]?[member]) == Case.text(value))
                    }
                }
            }
        }
    }

    @Test("thoughts without a seal are shown, and carried nowhere")
    func unsealed() throws {
        let parts = [NeutralPart(.thinking("Hm.")), Self.parts[4]]
        let message = try answer(parts, isStreamed: false)
        #expect(message["reasoning_content"]?.stringValue == "Hm.")
        #expect(message["reasoning_details"] == nil)
        #expect(message["tool_calls"]?[0]?["id"]?.stringValue == "toolu_1")
    }

    @Test("a thought too long to travel is reported, and the call keeps its id")
    func tooLong() throws {
        let long = NeutralPart(
            .thinking(JSONString(String(repeating: "x", count: 300_000))),
            signature: NeutralSignature("s", origin: Self.claude))
        let response = NeutralResponse(parts: [long, Self.parts[4]], finish: NeutralFinish(.toolCalls))
        let (body, losses) = try Case.writeResponse(response)
        #expect(body["choices"]?[0]?["message"]?["tool_calls"]?[0]?["id"]?.stringValue == "toolu_1")
        #expect(losses.header == "dropped thinking")
        #expect(Case.stream(response.events).1.header == "dropped thinking")
    }
}
