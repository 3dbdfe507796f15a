import NIOHTTP1
import SluiceWire
import Testing

@testable import SluiceMock

@Suite("OpenAI's rules and ways of telling")
struct OpenAIRulesTests {
    private let mock = PlanReader()
    private static let tools =
        #","tools":[{"type":"function","function":{"name":"get_weather","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}},{"type":"function","function":{"name":"search_news"}}]"#

    @Test(
        "reasoning models refuse what they do not have",
        arguments: [
            ("gpt-5", #","max_tokens":5"#, "max_tokens"), ("o1", #","temperature":0.5"#, "temperature"),
            ("o3-mini", #","stop":["x"]"#, "stop"), ("gpt-5-nano", #","top_p":0.5"#, "top_p"),
            ("o4-mini", #","presence_penalty":1"#, "presence_penalty"), ("gpt-5.1", #","logit_bias":{}"#, "logit_bias"),
        ])
    func reasoningModels(_ model: String, _ fields: String, _ param: String) {
        let reply = mock.chat(model, fields)
        #expect(reply.status == 400)
        #expect(reply.error?["param"]?.stringValue == param)
        #expect(mock.chat("gpt-4o", fields).status == 200)
        #expect(mock.chat("gpt-5-chat-latest", fields).status == 200)
    }

    @Test("the defaults are taken, and everything that samples without reasoning")
    func reasoningDefaults() {
        #expect(mock.chat("gpt-5", #","temperature":1,"top_p":1,"max_completion_tokens":5"#).status == 200)
        #expect(mock.chat("gpt-5.1", #","temperature":0.5,"reasoning_effort":"none""#).status == 200)
        for name in ["o1", "o3-mini", "gpt-5", "openai/gpt-5.2"] { #expect(ReasoningModelRules.isReasoning(name)) }
        for name in ["gpt-4o", "omni", "o", "oh1", "o1x", "llama"] { #expect(!ReasoningModelRules.isReasoning(name)) }
    }

    @Test(
        "ids, names and schemas are within bounds",
        arguments: [
            (
                #"{"role":"assistant","tool_calls":[{"id":"\#(String(repeating: "x", count: 41))","type":"function","function":{"name":"f","arguments":""}}]}"#,
                "", "maximum length 40, but got a string with length 41"
            ),
            (
                #"{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"a.b","arguments":""}}]}"#,
                "", "does not match pattern"
            ),
            (
                #"{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":""}}]},{"role":"user","content":"x"}"#,
                "", "did not have response messages: a"
            ),
            (#"{"role":"tool","tool_call_id":"a","content":"x"}"#, "", "must be a response to a preceeding message"),
            (
                #"{"role":"user","content":"x"}"#,
                #","tools":[{"type":"function","function":{"name":"f","parameters":{"type":"string"}}}]"#,
                "schema must be a JSON Schema of 'type: \"object\"'"
            ),
            (
                #"{"role":"user","content":"x"}"#,
                #","tools":[{"type":"function","function":{"name":"f","strict":true,"parameters":{"type":"object","properties":{"a":{"type":"object"}},"required":["a"],"additionalProperties":false}}}]"#,
                "In context=('properties', 'a'), 'additionalProperties' is required"
            ),
            (
                #"{"role":"user","content":"x"}"#,
                #","response_format":{"type":"json_schema","json_schema":{"name":"n","strict":true,"schema":{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}}}"#,
                "'required' is required to be supplied"
            ),
        ])
    func bounds(_ message: String, _ fields: String, _ words: String) {
        let reply = mock.post("/v1/chat/completions", #"{"model":"mock","messages":[\#(message)]\#(fields)}"#)
        #expect(reply.status == 400)
        #expect(reply.error?["message"]?.stringValue?.contains(words) == true, "\(reply.text)")
    }

    // MARK: Streams of calls

    private func calls(_ model: String) -> (indexes: [Int], arguments: [String], ids: [String], chunks: Int) {
        let stream = mock.post(
            "/v1/chat/completions",
            #"{"model":"\#(model)","stream":true,"messages":[{"role":"user","content":"weather and news"}]\#(Self.tools)}"#
        )
        var arguments = ["", ""]
        var indexes: [Int] = []
        var ids: [String] = []
        let chunks = stream.nodes.compactMap { $0["choices"]?[0]?["delta"]?["tool_calls"] }
        for call in chunks.flatMap({ Array($0.elements) }) {
            let index = call["index"]?.intValue ?? 0
            indexes.append(index)
            arguments[index] += call["function"]?["arguments"]?.stringValue ?? ""
            if let id = call["id"]?.stringValue { ids.append(id) }
        }
        return (indexes, arguments, ids, chunks.count)
    }

    @Test("calls stream one by one, in turns, or all at once, and are the same")
    func callOrders() {
        let usual = calls("mock")
        #expect(usual.indexes == usual.indexes.sorted())
        let turns = calls("gpt-4o+mock-interleaved-calls")
        #expect(Array(turns.indexes.prefix(4)) == [0, 1, 0, 1])
        let once = calls("mock-calls-in-one-chunk")
        #expect(once.chunks == 1)
        #expect(once.indexes == [0, 1])
        for other in [turns, once] {
            #expect(other.arguments == usual.arguments)
            #expect(other.ids == usual.ids)
        }
    }

    @Test("arguments can be empty, or no JSON, and ids can be foreign")
    func oddCalls() {
        #expect(calls("mock-empty-arguments").arguments == ["", ""])
        #expect(calls("mock-invalid-arguments").arguments[0] == #"{"city": "Par"#)
        #expect(calls("mock-foreign-ids").ids == ["functions.get_weather:0", "functions.search_news:1"])
    }

    @Test("reasoning goes by its other name when asked to")
    func reasoningAlias() {
        let whole = mock.chat("mock-reasoning-2-reasoning-alias")
        #expect(whole.json?["choices"]?[0]?["message"]?["reasoning"]?.kind == .string)
        let stream = mock.chat("mock-reasoning-2-reasoning-alias", #","stream":true"#)
        #expect(stream.nodes.contains { $0["choices"]?[0]?["delta"]?["reasoning"] != nil })
        #expect(!stream.text.contains("reasoning_content"))
    }

    @Test("an emoji can come as two deltas with half of it each")
    func surrogates() {
        let body = #"{"model":"mock-echo-surrogate-halves","stream":true,"messages":[{"role":"user","content":"a😀b"}]}"#
        let stream = mock.post("/v1/chat/completions", body)
        let contents = stream.text.split(separator: "\n").compactMap { line -> Substring? in
            guard let start = line.firstRange(of: #""content":""#)?.upperBound else { return nil }
            return line[start...].prefix { $0 != "\"" }
        }
        #expect(contents == ["", #"a\ud83d"#, #"\ude00b"#])
        let whole = mock.post("/v1/chat/completions", body.replacing(#""stream":true,"#, with: ""))
        #expect(whole.json?["choices"]?[0]?["message"]?["content"]?.stringValue == "a😀b")
    }

    @Test("writes can end inside of characters")
    func splitCharacters() {
        let body = #"{"model":"mock-echo-split-characters","stream":true,"messages":[{"role":"user","content":"aé😀"}]}"#
        let stream = mock.post("/v1/chat/completions", body)
        #expect(stream.text.contains("aé😀"))
        #expect(stream.pieces.filter { ($0.last ?? 0) >= 0xC0 }.count == 2)
    }

    @Test("tokens written to a cache are told")
    func cacheWrites() {
        let usage = mock.chat("mock-cached-tokens-1-cache-write-tokens-1").json?["usage"]
        #expect(usage?["prompt_tokens_details"]?["cached_tokens"]?.intValue == 1)
        #expect(usage?["prompt_tokens_details"]?["cache_write_tokens"]?.intValue == 1)
        #expect(usage?["prompt_tokens"]?.intValue == 3)
    }

    // MARK: Responses

    private func responses(_ input: String, _ fields: String = "") -> PlanReader.Reply {
        mock.post("/v1/responses", #"{"model":"gpt-5","input":\#(input)\#(fields)}"#)
    }

    @Test("reasoning items come back as they were, or are refused")
    func encryptedReasoning() throws {
        let fields = #","include":["reasoning.encrypted_content"],"reasoning":{"effort":"low"}"#
        let first = responses(#"[{"role":"user","content":"x"}]"#, fields)
        let output = try #require(first.json?["output"])
        #expect(output[0]?["encrypted_content"]?.kind == .string)
        #expect(output[0]?["summary"]?.count == 0)
        let items = String(decoding: output.rawBytes.dropFirst().dropLast(), as: UTF8.self)
        let again = #"[{"role":"user","content":"x"},\#(items),{"role":"user","content":"y"}]"#
        #expect(responses(again).status == 200)
        let content = try #require(output[0]?["encrypted_content"]?.stringValue)
        let altered = responses(again.replacing(content, with: "gAAAA"))
        #expect(altered.error?["code"]?.stringValue == "invalid_encrypted_content")
    }

    @Test(
        "items pair and stand where they may",
        arguments: [
            (
                #"[{"type":"function_call_output","call_id":"a","output":"x"}]"#,
                "No tool call found for function call output with call_id a."
            ),
            (
                #"[{"type":"function_call","call_id":"a","name":"f","arguments":""}]"#,
                "No tool output found for function call a."
            ),
            (#"[{"type":"reasoning","id":"rs_1","summary":[]}]"#, "without its required following item"),
            (
                #"[{"type":"function_call","id":"call_1","call_id":"a","name":"f","arguments":""}]"#,
                "Expected an ID that begins with 'fc'"
            ),
            (
                #"[{"role":"assistant","content":[{"type":"input_text","text":"x"}]}]"#,
                "Supported values are: 'output_text' and 'refusal'."
            ),
            (
                #"[{"role":"user","content":[{"type":"output_text","text":"x"}]}]"#,
                "Supported values are: 'input_text', 'input_image', and 'input_file'."
            ),
        ])
    func items(_ input: String, _ words: String) {
        let reply = responses(input)
        #expect(reply.status == 400)
        #expect(reply.error?["message"]?.stringValue?.contains(words) == true, "\(reply.text)")
    }

    @Test("input tokens are counted")
    func inputTokens() {
        let reply = mock.post("/v1/responses/input_tokens", #"{"model":"gpt-5","input":"12345678"}"#)
        #expect(reply.text == #"{"object":"response.input_tokens","input_tokens":2}"#)
    }
}
