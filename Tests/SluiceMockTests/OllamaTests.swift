import NIOHTTP1
import SluiceWire
import Testing

@testable import SluiceMock

@Suite("Ollama")
struct OllamaTests {
    private let mock = PlanReader()
    private static let tools =
        #","tools":[{"type":"function","function":{"name":"get_weather","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}}]"#

    private func chat(_ model: String = "llama3", _ text: String = "Hello there", _ fields: String = "")
        -> PlanReader.Reply
    {
        mock.post("/api/chat", #"{"model":"\#(model)","messages":[{"role":"user","content":"\#(text)"}]\#(fields)}"#)
    }

    @Test("a stream of lines is what comes unless it is not wanted")
    func stream() {
        let whole = chat("llama3", "Hello there", #","stream":false"#)
        #expect(whole.headers.first(name: "content-type") == "application/json")
        #expect(whole.json?["message"]?["content"]?.stringValue == "This is the mock model. You said: Hello there")
        #expect(whole.json?["done_reason"]?.stringValue == "stop")
        #expect(whole.json?["prompt_eval_count"]?.intValue == 3)
        let stream = chat()
        #expect(stream.headers.first(name: "content-type") == "application/x-ndjson")
        #expect(stream.text.hasSuffix("}\n"))
        let text = stream.lineNodes.compactMap { $0["message"]?["content"]?.stringValue }.joined()
        #expect(text == whole.json?["message"]?["content"]?.stringValue)
        #expect(stream.lineNodes.filter { $0["done"]?.boolValue == true }.count == 1)
        #expect(stream.lineNodes.last?["eval_count"]?.intValue == whole.json?["eval_count"]?.intValue)
    }

    @Test("tools are called with objects, and done for the same reason as ever")
    func tools() {
        let whole = chat("llama3", "weather", Self.tools + #","stream":false"#)
        let call = whole.json?["message"]?["tool_calls"]?[0]
        #expect(call?["function"]?["arguments"]?["city"]?.kind == .string)
        #expect(call?["id"]?.kind == .string)
        #expect(whole.json?["done_reason"]?.stringValue == "stop")
        let stream = chat("llama3", "weather", Self.tools)
        #expect(
            stream.lineNodes.compactMap { $0["message"]?["tool_calls"]?[0]?["function"]?["name"]?.stringValue }.count
                == 1)
        let answered = mock.post(
            "/api/chat",
            #"{"model":"m","stream":false,"messages":[{"role":"user","content":"weather"},{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"get_weather","arguments":{}}}]},{"role":"tool","tool_name":"get_weather","tool_call_id":"a","content":"wet"}]}"#
        )
        #expect(answered.text.contains("The tool answered: wet"))
    }

    @Test("it thinks when it is asked to", arguments: [("true", true), ("\"low\"", true), ("false", false)])
    func thinking(_ value: String, _ isOn: Bool) {
        let whole = chat("m", "x", #","stream":false,"think":\#(value)"#)
        #expect((whole.json?["message"]?["thinking"] != nil) == isOn)
        let stream = chat("m", "x", #","think":\#(value)"#)
        let text = stream.lineNodes.compactMap { $0["message"]?["thinking"]?.stringValue }.joined()
        #expect(text == whole.json?["message"]?["thinking"]?.stringValue ?? "")
    }

    @Test(
        "a wrong request is refused in Go's words",
        arguments: [
            (
                #"{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"x"}]}]}"#,
                "json: cannot unmarshal array into Go struct field ChatRequest.messages.content of type string"
            ),
            (
                #"{"model":"m","messages":[{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{}"}}]}]}"#,
                "json: cannot unmarshal string into Go struct field "
                    + "ChatRequest.messages.tool_calls.function.arguments of type map[string]interface {}"
            ),
            (#"{"model":"m","messages":[],"tool_choice":"auto"}"#, #"json: unknown field "tool_choice""#),
            (
                #"{"model":"m","messages":[{"role":"user","content":"x","images":["data:image/png;base64,AAAA"]}]}"#,
                "illegal base64 data at input byte 4"
            ),
            (#"{"messages":[]}"#, "model is required"),
            (
                #"{"model":"m","messages":[{"role":"user","content":"x"}],"options":{"stop":"x"}}"#,
                "json: cannot unmarshal string into Go struct field ChatRequest.options.stop of type []"
            ),
        ])
    func wrong(_ body: String, _ message: String) {
        let reply = mock.post("/api/chat", body)
        #expect(reply.status == 400)
        #expect(reply.json?["error"]?.stringValue == message)
    }

    @Test("errors are one member, in a stream one line")
    func errors() {
        #expect(chat("mock-503").json?["error"]?.kind == .string)
        #expect(chat("mock-nothing").text == #"{"error":"model 'mock-nothing' not found"}"#)
        #expect(chat("mock-nothing").status == 404)
        let broken = chat("mock-error-after-2")
        #expect(broken.lineNodes.count == 3)
        #expect(broken.lineNodes.last?["error"]?.kind == .string)
        #expect(chat("mock-no-done").lineNodes.allSatisfy { $0["done"]?.boolValue == false })
    }

    @Test("the other endpoints")
    func others() {
        let generated = mock.post("/api/generate", #"{"model":"m","prompt":"Hello there","stream":false}"#)
        #expect(generated.json?["response"]?.stringValue == "This is the mock model. You said: Hello there")
        #expect(mock.post("/api/generate", #"{"model":"m","prompt":"x"}"#).lineNodes.last?["done"]?.boolValue == true)
        #expect(mock.post("/api/chat", #"{"model":"m"}"#).json?["done_reason"]?.stringValue == "load")
        #expect(
            mock.post("/api/chat", #"{"model":"m","messages":[],"keep_alive":0}"#).json?["done_reason"]?.stringValue
                == "unload")
        let embedded = mock.post("/api/embed", #"{"model":"m","input":["a","b"],"dimensions":8}"#)
        #expect(embedded.json?["embeddings"]?[1]?.count == 8)
        #expect(mock.post("/api/embeddings", #"{"model":"m","prompt":"a"}"#).json?["embedding"]?.count == 256)
        #expect(mock.send("GET", "/api/tags").json?["models"]?.count == Models.names.count)
        #expect(mock.send("GET", "/api/version").json?["version"]?.kind == .string)
        #expect(mock.post("/api/show", #"{"model":"m"}"#).json?["capabilities"]?.count == 5)
        #expect(mock.send("POST", "/api/tags").status == 405)
    }
}
