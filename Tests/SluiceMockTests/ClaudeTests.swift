import NIOHTTP1
import SluiceWire
import Testing

@testable import SluiceMock

@Suite("Claude's rules")
struct ClaudeTests {
    private let mock = PlanReader()
    private let tools =
        #","tools":[{"name":"get_weather","input_schema":{"type":"object","properties":{"city":{"type":"string"}}}}]"#

    private func send(
        _ model: String, _ fields: String = "",
        messages: String = #"[{"role":"user","content":"What is the weather?"}]"#,
        version: String = "2023-06-01"
    ) -> PlanReader.Reply {
        mock.post(
            "/v1/messages", #"{"model":"\#(model)","max_tokens":4000,"messages":\#(messages)\#(fields)}"#,
            ["anthropic-version": version])
    }

    @Test(
        "names on all platforms are known",
        arguments: [
            ("claude-opus-5-5", "opus-5-5"), ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "sonnet-4-5"),
            ("claude-opus-4-6@20260201", "opus-4-6"), ("claude-3-5-sonnet-20241022", "sonnet-3-5"),
            ("anthropic/claude-opus-4.7", "opus-4-7"), ("claude-opus-4-20250514", "opus-4"),
        ])
    func families(_ name: String, _ family: String) {
        #expect(ClaudeModel(name)?.family == family)
        #expect(ClaudeModel("gpt-5") == nil)
        #expect(ClaudeModel("claude-") == nil)
    }

    @Test(
        "what a model does not take is refused in the vendor's words",
        arguments: [
            ("claude-opus-4-7", #","temperature":0.5"#, "`temperature` is deprecated for this model."),
            ("claude-opus-5", #","top_k":1"#, "`top_k` is deprecated for this model."),
            ("claude-sonnet-4-5", #","temperature":0.5,"top_p":0.5"#, "cannot both be specified"),
            ("claude-opus-4-7", #","thinking":{"type":"enabled","budget_tokens":1024}"#, "thinking.type.adaptive"),
            ("claude-haiku-4-5", #","thinking":{"type":"adaptive"}"#, "adaptive thinking is not supported"),
            ("claude-opus-5-5", #","thinking":{"type":"disabled"}"#, "\"thinking.type.disabled\" is not supported"),
            ("claude-sonnet-5-5", #","thinking":{"type":"disabled"}"#, "\"thinking.type.disabled\" is not supported"),
            ("claude-opus-5", #","thinking":{"type":"between_tools"}"#, "between_tools"),
            (
                "claude-opus-5", #","thinking":{"type":"disabled"},"output_config":{"effort":"max"}"#,
                "not supported with effort level 'max'"
            ),
            ("claude-sonnet-4-5", #","output_config":{"effort":"low"}"#, "does not support the effort parameter"),
            ("claude-opus-4-5", #","output_config":{"effort":"max"}"#, "Supported levels: low, medium, high."),
            (
                "claude-sonnet-4-5", #","temperature":0.5,"thinking":{"type":"enabled","budget_tokens":1024}"#,
                "may only be set to 1 when thinking is enabled"
            ),
            ("claude-opus-4-5", #","thinking":{"type":"enabled","budget_tokens":4000}"#, "budget_tokens"),
            (
                "claude-opus-5", #","output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}}"#,
                "'additionalProperties' must be explicitly set to false"
            ),
            ("claude-opus-5", #","stop_sequences":[" "]"#, "must contain non-whitespace"),
            ("claude-opus-5", #","system":[{"type":"text","text":" "}]"#, "non-whitespace text"),
            ("claude-opus-5", #","stream_options":{}"#, "stream_options: Extra inputs are not permitted"),
        ])
    func refused(_ model: String, _ fields: String, _ words: String) {
        let reply = send(model, fields)
        #expect(reply.status == 400)
        #expect(reply.error?["message"]?.stringValue?.contains(words) == true, "\(reply.text)")
    }

    @Test(
        "what a model takes is taken",
        arguments: [
            ("claude-sonnet-4-5", #","temperature":0.5"#), ("claude-opus-4-7", #","temperature":1"#),
            ("claude-opus-4-6", #","thinking":{"type":"adaptive"},"output_config":{"effort":"max"}"#),
            ("claude-sonnet-5-5", #","thinking":{"type":"between_tools"}"#),
            ("claude-haiku-5-5", #","thinking":{"type":"disabled"},"output_config":{"effort":"high"}"#),
            ("claude-3-5-sonnet-20241022", #","temperature":0.5,"top_p":0.5,"top_k":3"#),
            ("mock", #","temperature":0.5,"top_p":0.5,"thinking":{"type":"between_tools"}"#),
        ])
    func taken(_ model: String, _ fields: String) {
        #expect(send(model, fields).status == 200)
    }

    @Test("tools are forced only where they can be")
    func forcedTools() {
        let forced = tools + #","tool_choice":{"type":"any"}"#
        #expect(send("claude-opus-5", forced + #","thinking":{"type":"disabled"}"#).status == 200)
        #expect(send("claude-opus-5-5", forced).status == 400)
        #expect(send("claude-opus-4-5", forced + #","thinking":{"type":"enabled","budget_tokens":1024}"#).status == 400)
    }

    @Test("a prefill and a turn of the system are taken where they can be")
    func turns() {
        let prefill = #"[{"role":"user","content":"x"},{"role":"assistant","content":"y"}]"#
        #expect(send("claude-sonnet-4-5", messages: prefill).status == 200)
        #expect(send("claude-opus-4-6", messages: prefill).text.contains("does not support assistant message prefill"))
        let system = #"[{"role":"user","content":"x"},{"role":"system","content":"y"}]"#
        #expect(send("claude-opus-4-8", messages: system).status == 200)
        #expect(send("claude-opus-4-7", messages: system).text.contains("role 'system' is not supported"))
        let first = #"[{"role":"system","content":"x"},{"role":"user","content":"y"}]"#
        #expect(send("claude-opus-5", messages: first).status == 400)
    }

    @Test("the newest version takes less")
    func newestVersion() {
        let document =
            #"[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"document","source":{"type":"text","media_type":"text/plain","data":"x"}}]},{"role":"user","content":"y"}]"#
        #expect(send("mock", messages: document).status == 200)
        #expect(send("mock", messages: document, version: "2026-10-21").status == 400)
        let cited =
            #"[{"role":"user","content":[{"type":"text","text":"x","citations":[{"type":"char_location"}]}]}]"#
        #expect(send("mock", messages: cited).status == 200)
        #expect(send("mock", messages: cited, version: "2026-10-21").status == 400)
    }

    /// What the model answered, as the next request's history, with a result for its call.
    private func history(_ reply: PlanReader.Reply) throws -> (content: String, messages: String) {
        let node = try #require(reply.json?["content"])
        let content = String(decoding: node.rawBytes, as: UTF8.self)
        let ids = node.elements.compactMap { $0["id"]?.stringValue }
        return (content, Self.messages(content, try #require(ids.first)))
    }

    private static func messages(_ content: String, _ id: String) -> String {
        #"[{"role":"user","content":"What is the weather?"},{"role":"assistant","content":\#(content)},{"role":"user","content":[{"type":"tool_result","tool_use_id":"\#(id)","content":"wet"}]}]"#
    }

    @Test("thinking comes back as it was, or is refused")
    func replay() throws {
        let fields = tools + #","thinking":{"type":"enabled","budget_tokens":1024}"#
        let first = send("claude-sonnet-4-5+mock-redacted-thinking-1", fields)
        let (_, messages) = try history(first)
        #expect(first.json?["content"]?[0]?["type"]?.stringValue == "thinking")
        #expect(first.json?["content"]?[1]?["type"]?.stringValue == "redacted_thinking")
        #expect(send("claude-sonnet-4-5", fields, messages: messages).text.contains("The tool answered: wet"))
        let altered = messages.replacing("Let me think", with: "Let us think")
        #expect(
            send("claude-sonnet-4-5", fields, messages: altered).error?["message"]?.stringValue
                == "messages.1.content.0: Invalid `signature` in `thinking` block")
        let data = try #require(first.json?["content"]?[1]?["data"]?.stringValue)
        #expect(send("claude-sonnet-4-5", fields, messages: messages.replacing(data, with: "AAAA")).status == 400)
        // Another model's blocks are passed over.
        #expect(send("claude-opus-4-6", tools, messages: messages).status == 200)
        let bare =
            #"[{"type":"tool_use","id":"a","name":"get_weather","input":{}}]"#
        let refused = send("claude-sonnet-4-5", fields, messages: Self.messages(bare, "a"))
        #expect(refused.text.contains("Expected `thinking` or `redacted_thinking`, but found `tool_use`"))
        #expect(send("claude-sonnet-4-5", tools, messages: Self.messages(bare, "a")).status == 200)
    }

    @Test("preserved thinking is bound to its conversation, cache marks and spelling aside")
    func preserved() throws {
        let first = send("claude-opus-5-5", tools + #","system":"be kind""#)
        #expect(first.json?["content"]?[0]?["thinking"]?.stringValue == "")
        let (_, messages) = try history(first)
        #expect(send("claude-opus-5-5", tools + #","system":"be kind""#, messages: messages).status == 200)
        let marked =
            #","system":[{"type":"text","text":"be kind","cache_control":{"type":"ephemeral"}}]"#
        #expect(send("claude-opus-5-5", tools + marked, messages: messages).status == 200)
        let changed = send("claude-opus-5-5", tools + #","system":"be brief""#, messages: messages)
        #expect(changed.text.contains("The block is bound to a different conversation."))
        let dropped =
            #","thinking":{"type":"adaptive","block_binding":{"prefix_mismatch_behavior":"drop_block"}}"#
        #expect(send("claude-opus-5-5", tools + dropped, messages: messages).status == 200)
    }

    @Test("a stream has the same thinking and signature as the whole reply")
    func streamedThinking() throws {
        for display in ["summarized", "omitted"] {
            let fields = #","thinking":{"type":"adaptive","display":"\#(display)"}"#
            let whole = send("claude-opus-5-5+mock-redacted-thinking-2", fields)
            let stream = send("claude-opus-5-5+mock-redacted-thinking-2", fields + #","stream":true"#)
            let deltas = stream.nodes.compactMap { $0["delta"] }
            let block = whole.json?["content"]?[0]
            #expect(deltas.compactMap { $0["thinking"]?.stringValue }.joined() == block?["thinking"]?.stringValue)
            #expect(deltas.compactMap { $0["signature"]?.stringValue } == [block?["signature"]?.stringValue ?? ""])
            let redacted = stream.nodes.compactMap { $0["content_block"]?["data"]?.stringValue }
            #expect(redacted == whole.json?["content"].map { $0.elements.compactMap { $0["data"]?.stringValue } })
            #expect(redacted.count == 2)
            #expect((block?["thinking"]?.stringValue == "") == (display == "omitted"))
        }
    }

    @Test("tokens written to a cache are told by how long they are kept")
    func cacheWrites() {
        let usage = mock.messages("mock-cache-write-tokens-1-cache-write-hour-tokens-1").json?["usage"]
        #expect(usage?["input_tokens"]?.intValue == 1)
        #expect(usage?["cache_creation_input_tokens"]?.intValue == 2)
        #expect(usage?["cache_creation"]?["ephemeral_1h_input_tokens"]?.intValue == 1)
    }

    @Test("a refusal has its details, and any reason can be asked for")
    func stopReasons() {
        #expect(mock.messages("mock-refuse").json?["stop_details"]?["type"]?.stringValue == "refusal")
        #expect(mock.messages("mock-finish-pause_turn").json?["stop_reason"]?.stringValue == "pause_turn")
        let stream = mock.messages("mock-finish-pause_turn", #","stream":true"#)
        #expect(stream.nodes.contains { $0["delta"]?["stop_reason"]?.stringValue == "pause_turn" })
        let error = mock.messages("mock-error-after-2-stream-error-api_error", #","stream":true"#)
        #expect(error.nodes.last?["error"]?["type"]?.stringValue == "api_error")
    }

    @Test(
        "wrong turns are refused in the vendor's words",
        arguments: [
            (
                #"[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"tool_use","id":"a.b","name":"f","input":{}}]},{"role":"user","content":"y"}]"#,
                "String should match pattern"
            ),
            (
                #"[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{}}]},{"role":"user","content":"y"}]"#,
                "`tool_use` ids were found without `tool_result` blocks immediately after: a."
            ),
            (
                #"[{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"x"}]}]"#,
                "unexpected `tool_use_id` found in `tool_result` blocks: a."
            ),
            (#"[{"role":"user","content":[{"type":"text","text":""}]}]"#, "text content blocks must be non-empty"),
            (
                #"[{"role":"user","content":"x"},{"role":"assistant","content":"y "}]"#,
                "cannot end with trailing whitespace"
            ),
            (
                #"[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/bmp","data":"AAAA"}}]}]"#,
                "'image/webp'"
            ),
            (
                #"[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"!"}}]}]"#,
                "invalid base64 data"
            ),
            (#"[{"role":"user"}]"#, "messages.0.content: Field required"),
        ])
    func wrongTurns(_ messages: String, _ words: String) {
        let reply = send("mock", messages: messages)
        #expect(reply.status == 400)
        #expect(reply.error?["message"]?.stringValue?.contains(words) == true, "\(reply.text)")
    }
}
