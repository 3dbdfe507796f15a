import NIOHTTP1
import SluiceWire
import Testing

@testable import SluiceMock

@Suite("Validation")
struct ValidationTests {
    private let mock = PlanReader()

    @Test(
        "a wrong chat request is a 400 that names the field",
        arguments: [
            (#"{"messages":[{"role":"user","content":"x"}]}"#, "model"),
            (#"{"model":"mock"}"#, "messages"),
            (#"{"model":"mock","messages":[]}"#, "messages"),
            (#"{"model":"mock","messages":[{"role":"robot","content":"x"}]}"#, "messages[0].role"),
            (#"{"model":"mock","messages":[{"role":"user"}]}"#, "messages[0].content"),
            (
                #"{"model":"mock","messages":[{"role":"user","content":[{"type":"text"}]}]}"#,
                "messages[0].content[0].text"
            ),
            (#"{"model":"mock","messages":[{"role":"user","content":"x","extra":1}]}"#, "messages[0].extra"),
            (#"{"model":"mock","messages":[{"role":"user","content":"x"}],"tempature":1}"#, "tempature"),
            (#"{"model":"mock","messages":[{"role":"user","content":"x"}],"temperature":2.1}"#, "temperature"),
            (#"{"model":"mock","messages":[{"role":"user","content":"x"}],"temperature":"1"}"#, "temperature"),
            (#"{"model":"mock","messages":[{"role":"user","content":"x"}],"n":0}"#, "n"),
            (#"{"model":"mock","messages":[{"role":"user","content":"x"}],"n":1.5}"#, "n"),
            (#"{"model":"mock","messages":[{"role":"user","content":"x"}],"stop":["a","b","c","d","e"]}"#, "stop"),
            (#"{"model":"mock","messages":[{"role":"user","content":"x"}],"tools":[]}"#, "tools"),
            (#"{"model":"mock","messages":[{"role":"user","content":"x"}],"tool_choice":"auto"}"#, "tool_choice"),
            (
                #"{"model":"mock","messages":[{"role":"user","content":"x"}],"stream_options":{"include_usage":true}}"#,
                "stream_options"
            ),
            (#"{"model":"mock","model":"mock","messages":[{"role":"user","content":"x"}]}"#, "model"),
            (
                #"{"model":"mock","messages":[{"role":"user","content":"x"},{"role":"tool","tool_call_id":"a","content":""}]}"#,
                "messages[1].tool_call_id"
            ),
            (
                #"{"model":"mock","messages":[{"role":"assistant","content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":""}}]},{"role":"user","content":"x"}]}"#,
                "messages[1].role"
            ),
            (#"{"model":"mock","messages":[{"role":"assistant","content":null}]}"#, "messages[0].content"),
            (#"{"model":"mock","messages":[{"role":"user","content":"x"}],"top_logprobs":2}"#, "top_logprobs"),
            (
                #"{"model":"mock","messages":[{"role":"user","content":"x"}],"max_tokens":1,"max_completion_tokens":1}"#,
                "max_tokens"
            ),
        ])
    func chat(_ body: String, _ param: String) {
        let reply = mock.post("/v1/chat/completions", body)
        #expect(reply.status == 400)
        #expect(reply.error?["type"]?.stringValue == "invalid_request_error")
        #expect(reply.error?["param"]?.stringValue == param)
        #expect(reply.error?["message"]?.stringValue?.isEmpty == false)
    }

    @Test("a misspelt field is told the right one")
    func suggestion() {
        let reply = mock.chat("mock", #","temprature":1"#)
        #expect(reply.error?["message"]?.stringValue?.contains("did you mean temperature?") == true)
    }

    @Test("lenient passes over what is not known, and over nothing else")
    func lenient() {
        #expect(mock.chat("mock-lenient", #","future":{"a":1}"#).status == 200)
        #expect(mock.chat("mock-lenient", #","temperature":9"#).status == 400)
    }

    @Test("null is as good as nothing for a field that may be left out")
    func nulls() {
        #expect(
            mock.chat("mock", #","temperature":null,"tools":null,"stream":null,"stop":null,"n":null"#).status == 200)
    }

    @Test(
        "a wrong messages request is a 400 in Anthropic's shape",
        arguments: [
            #"{"model":"mock","messages":[{"role":"user","content":"x"}]}"#,
            #"{"model":"mock","max_tokens":1,"messages":[]}"#,
            #"{"model":"mock","max_tokens":1,"messages":[{"role":"assistant","content":"x"}]}"#,
            #"{"model":"mock","max_tokens":1,"messages":[{"role":"user","content":""}]}"#,
            #"{"model":"mock","max_tokens":1,"messages":[{"role":"user","content":[{"type":"text","text":" "}]}]}"#,
            #"{"model":"mock","max_tokens":1,"messages":[{"role":"user","content":"x"}],"stream_options":{}}"#,
            #"{"model":"mock","max_tokens":1,"messages":[{"role":"user","content":"x"}],"temperature":1.5}"#,
            #"{"model":"mock","max_tokens":1,"messages":[{"role":"user","content":"x"}],"tools":[{"name":"f"}]}"#,
            #"{"model":"mock","max_tokens":1,"messages":[{"role":"user","content":"x"}],"tool_choice":{"type":"auto"}}"#,
            #"{"model":"mock","max_tokens":1,"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"a"}]}]}"#,
            #"{"model":"mock","max_tokens":1,"messages":[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{}}]},{"role":"user","content":"no result"}]}"#,
            #"{"model":"mock","max_tokens":1,"messages":[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{}}]},{"role":"user","content":[{"type":"text","text":"t"},{"type":"tool_result","tool_use_id":"a"}]}]}"#,
            #"{"model":"mock","max_tokens":1000,"thinking":{"type":"enabled","budget_tokens":2000},"messages":[{"role":"user","content":"x"}]}"#,
        ])
    func messages(_ body: String) {
        let reply = mock.post("/v1/messages", body, ["anthropic-version": "2023-06-01"])
        #expect(reply.status == 400)
        #expect(reply.json?["type"]?.stringValue == "error")
        #expect(reply.error?["type"]?.stringValue == "invalid_request_error")
        #expect(reply.json?["request_id"]?.stringValue == reply.headers.first(name: "request-id"))
    }

    @Test("the version of the API is required, and the newest one takes no sampling")
    func anthropicVersion() {
        let body = #"{"model":"mock","max_tokens":1,"temperature":1,"messages":[{"role":"user","content":"x"}]}"#
        #expect(mock.post("/v1/messages", body).status == 400)
        #expect(mock.post("/v1/messages", body, ["anthropic-version": "2020-01-01"]).status == 400)
        #expect(mock.post("/v1/messages", body, ["anthropic-version": "2023-06-01"]).status == 200)
        #expect(mock.post("/v1/messages", body, ["anthropic-version": "2026-10-21"]).status == 400)
    }

    @Test("a key is needed only when the server has one")
    func key() {
        let locked = PlanReader(MockConfiguration(requiredKey: "sk-right"))
        #expect(locked.chat().status == 401)
        #expect(
            locked.chat(headers: ["authorization": "Bearer sk-wrong"]).error?["code"]?.stringValue == "invalid_api_key")
        #expect(locked.chat(headers: ["Authorization": "bearer sk-right"]).status == 200)
        #expect(locked.messages(headers: ["x-api-key": "sk-right"]).status == 200)
        #expect(locked.messages().error?["type"]?.stringValue == "authentication_error")
        #expect(locked.send("GET", "/health").status == 200)
    }

    @Test("wrong methods, paths and types")
    func edges() {
        let wrongMethod = mock.send("PUT", "/v1/chat/completions")
        #expect(wrongMethod.status == 405)
        #expect(wrongMethod.headers.first(name: "allow") == "POST")
        #expect(mock.send("POST", "/v1/nothing").status == 404)
        #expect(mock.send("POST", "/v1/chat/completions", Array("{}".utf8)).status == 415)
        #expect(mock.chat(headers: ["content-encoding": "gzip"]).status == 415)
        let broken = mock.post("/v1/chat/completions", #"{"model":"mock",}"#)
        #expect(broken.status == 400)
        #expect(broken.error?["code"]?.stringValue == "invalid_json")
        for body in ["", "[]", "null", "\"x\"", "1"] {
            #expect(mock.post("/v1/chat/completions", body).status == 400)
        }
    }

    @Test("a request is checked even when it is to fail")
    func checkedBeforeFailing() {
        #expect(mock.chat("mock-503", #","tempature":1"#).status == 400)
        #expect(mock.chat("mock-503").status == 503)
    }

    @Test("an unknown behaviour is an unknown model; an unknown header is a wrong request")
    func unknownBehaviour() {
        let reply = mock.chat("mock-slwo")
        #expect(reply.status == 404)
        #expect(reply.error?["code"]?.stringValue == "model_not_found")
        #expect(mock.chat(headers: ["x-mock-slwo": "1"]).status == 400)
    }

    /// A request of each kind with as much in it as fits.
    private static let rich: [(path: String, body: String)] = [
        (
            "/v1/chat/completions",
            #"{"model":"gpt-5","messages":[{"role":"user","content":[{"type":"text","text":"x"}]},{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"a","content":"x"}],"tools":[{"type":"function","function":{"name":"f","strict":true,"parameters":{"type":"object","additionalProperties":false}}}],"n":2}"#
        ),
        (
            "/v1/responses",
            #"{"model":"o3","input":[{"role":"user","content":[{"type":"input_text","text":"x"}]},{"type":"reasoning","id":"rs_1","summary":[]},{"type":"function_call","call_id":"a","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"a","output":"x"}],"reasoning":{"effort":"low"}}"#
        ),
        (
            "/v1/messages",
            #"{"model":"claude-opus-5-5","max_tokens":9,"system":[{"type":"text","text":"x","cache_control":{"type":"ephemeral"}}],"messages":[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"thinking","thinking":"x","signature":"AQ=="},{"type":"tool_use","id":"a","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":[{"type":"text","text":"x"}]}]}],"output_config":{"format":{"type":"json_schema","schema":{"type":"object","additionalProperties":false}}}}"#
        ),
        (
            "/v1beta/models/gemini-3-pro:generateContent",
            #"{"contents":[{"role":"user","parts":[{"text":"x"}]},{"role":"model","parts":[{"functionCall":{"name":"f","args":{"a":1.5}},"thoughtSignature":"AQ=="}]},{"role":"user","parts":[{"functionResponse":{"name":"f","response":{"a":1}}}]}],"generation_config":{"thinkingConfig":{"thinkingLevel":"LOW"}},"tools":[{"functionDeclarations":[{"name":"f","parameters":{"type":"OBJECT","properties":{"a":{"type":"STRING"}}}}]}]}"#
        ),
        (
            "/model/anthropic.claude-opus-4-7/converse",
            #"{"messages":[{"role":"user","content":[{"text":"x"},{"document":{"format":"pdf","name":"a","source":{"bytes":"AAAA"}}}]},{"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"x","signature":"AQ=="}}},{"toolUse":{"toolUseId":"a","name":"f","input":{}}}]},{"role":"user","content":[{"toolResult":{"toolUseId":"a","content":[{"json":{}}]}}]}],"toolConfig":{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{"type":"object"}}}}]}}"#
        ),
        (
            "/api/chat",
            #"{"model":"m","messages":[{"role":"user","content":"x","images":["AAAA"]},{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":{}}}]}],"options":{"stop":["x"],"num_predict":3},"think":"low","format":{"type":"object"}}"#
        ),
        (
            "/v2/chat",
            #"{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"x"}]},{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"a","content":"x"}],"p":0.5}"#
        ),
        ("/v2/embed", #"{"model":"m","input_type":"image","inputs":[{"content":[{"type":"text","text":"x"}]}]}"#),
        ("/embed", #"{"inputs":["a",[1,2]],"dimensions":3}"#),
        ("/rerank", #"{"query":"x","texts":["a","b"]}"#),
        ("/v1/embeddings", #"{"model":"mock","input":["a"],"dimensions":3}"#),
        ("/model/titan/invoke", #"{"inputText":"a","dimensions":3}"#),
    ]

    @Test("no text breaks the checkers", arguments: [1, 2, 3, 4, 5, 6, 7, 8])
    func mutations(_ seed: Int) {
        let spare = Array(#"{}[]",:0x-9.eE\u nulltrue"#.utf8)
        for (number, (path, body)) in Self.rich.enumerated() {
            for round in 0..<60 {
                var bytes = Array(body.utf8)
                let roll = DeterministicHash.mix(UInt64(seed), round &* 16 &+ number)
                let position = Int(roll % UInt64(bytes.count))
                switch roll >> 32 & 3 {
                case 0: bytes[position] = spare[Int(roll >> 40) % spare.count]
                case 1: bytes.remove(at: position)
                case 2: bytes.insert(spare[Int(roll >> 40) % spare.count], at: position)
                default: bytes.removeSubrange(position..<min(bytes.count, position + Int(roll >> 50) % 20))
                }
                let reply = mock.post(path, String(decoding: bytes, as: UTF8.self), ["anthropic-version": "2023-06-01"])
                #expect([200, 400, 404, 422].contains(reply.status), "\(path)")
                #expect(reply.json != nil || reply.headers.first(name: "content-type") == "application/x-ndjson")
            }
        }
    }
}
