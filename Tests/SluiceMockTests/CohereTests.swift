import NIOHTTP1
import SluiceWire
import Testing

@testable import SluiceMock

@Suite("Cohere and Text Embeddings Inference")
struct CohereTests {
    private let mock = PlanReader()
    private static let tools =
        #","tools":[{"type":"function","function":{"name":"get_weather","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}}]"#

    private func chat(_ text: String = "Hello there", _ fields: String = "", model: String = "command-a")
        -> PlanReader.Reply
    {
        mock.post("/v2/chat", #"{"model":"\#(model)","messages":[{"role":"user","content":"\#(text)"}]\#(fields)}"#)
    }

    @Test("a stream says what the whole answer says, in named events")
    func stream() {
        let whole = chat()
        #expect(whole.json?["finish_reason"]?.stringValue == "COMPLETE")
        #expect(whole.json?["usage"]?["tokens"]?["output_tokens"]?.intValue == 9)
        let stream = chat("Hello there", #","stream":true"#)
        let names = stream.lines.filter { $0.hasPrefix("event: ") }.map { String($0.dropFirst(7)) }
        #expect(names == stream.nodes.compactMap { $0["type"]?.stringValue })
        #expect(names.first == "message-start")
        #expect(names.last == "message-end")
        #expect(stream.events.last == "[DONE]")
        let text = stream.nodes.filter { $0["type"]?.stringValue == "content-delta" }
            .compactMap { $0["delta"]?["message"]?["content"]?["text"]?.stringValue }.joined()
        #expect(text == whole.json?["message"]?["content"]?[0]?["text"]?.stringValue)
        #expect(stream.nodes.last?["delta"]?["finish_reason"]?.stringValue == "COMPLETE")
    }

    @Test("tools are planned, then called")
    func tools() {
        let whole = chat("weather", Self.tools)
        let call = whole.json?["message"]?["tool_calls"]?[0]
        #expect(whole.json?["finish_reason"]?.stringValue == "TOOL_CALL")
        #expect(whole.json?["message"]?["tool_plan"]?.stringValue == "I will use get_weather.")
        let stream = chat("weather", Self.tools + #","stream":true"#)
        let deltas = stream.nodes.compactMap { $0["delta"]?["message"]?["tool_calls"] }.filter { $0.kind == .object }
        #expect(deltas.first?["id"]?.stringValue == call?["id"]?.stringValue)
        let arguments = deltas.compactMap { $0["function"]?["arguments"]?.stringValue }.joined()
        #expect(arguments == call?["function"]?["arguments"]?.stringValue)
    }

    @Test("it thinks when it is asked to")
    func thinking() {
        let whole = chat("x", #","thinking":{"type":"enabled"}"#)
        #expect(whole.json?["message"]?["content"]?[0]?["type"]?.stringValue == "thinking")
        let stream = chat("x", #","thinking":{"type":"enabled"},"stream":true"#)
        let starts = stream.nodes.filter { $0["type"]?.stringValue == "content-start" }
        #expect(starts.compactMap { $0["index"]?.intValue } == [0, 1])
    }

    @Test(
        "a wrong request is a 400 with a message",
        arguments: [
            #"{"model":"m","messages":[]}"#,
            #"{"model":"m","messages":[{"role":"user","content":"x"}],"top_p":0.5}"#,
            #"{"model":"m","messages":[{"role":"user","content":"x"}],"tool_choice":"REQUIRED"}"#,
            #"{"model":"m","messages":[{"role":"user","content":"x"}],"p":1}"#,
            #"{"model":"m","messages":[{"role":"user","content":"x"},{"role":"tool","tool_call_id":"a","content":"x"}]}"#,
            #"{"model":"m","messages":[{"role":"user","content":"x"},{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":""}}]},{"role":"tool","tool_call_id":"a","content":"x"}]}"#,
            #"{"model":"m","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"f"}}]}"#,
        ])
    func wrong(_ body: String) {
        let reply = mock.post("/v2/chat", body)
        #expect(reply.status == 400)
        #expect(reply.json?["message"]?.kind == .string)
        #expect(reply.json?["error"] == nil)
    }

    @Test("errors are a message, in a stream the end of it")
    func errors() {
        #expect(chat(model: "mock-429").json?["message"]?.kind == .string)
        let broken = chat("x", #","stream":true"#, model: "mock-error-after-2")
        #expect(broken.nodes.last?["delta"]?["finish_reason"]?.stringValue == "ERROR")
    }

    @Test("texts become vectors of every type, documents are ranked")
    func others() {
        let embedded = mock.post(
            "/v2/embed",
            #"{"model":"e","input_type":"search_query","texts":["a","b"],"embedding_types":["float","uint8","binary","base64"],"output_dimension":16}"#
        )
        #expect(embedded.json?["embeddings"]?["float"]?[1]?.count == 16)
        #expect(embedded.json?["embeddings"]?["binary"]?[0]?.count == 2)
        #expect(embedded.json?["embeddings"]?["base64"]?[0]?.stringValue.flatMap(Base64.decode)?.count == 64)
        #expect(mock.post("/v2/embed", #"{"model":"e","texts":["a"]}"#).status == 400)
        let ranked = mock.post(
            "/v2/rerank", #"{"model":"r","query":"red fox","documents":["blue","a red fox","red"],"top_n":2}"#)
        #expect(ranked.json?["results"].map { $0.elements.compactMap { $0["index"]?.intValue } } == [1, 2])
    }

    @Test("the inference server answers with bare arrays, and has its own errors")
    func inference() {
        let vectors = mock.post("/embed", #"{"inputs":["a","b"],"dimensions":8,"normalize":true}"#)
        #expect(vectors.json?[1]?.count == 8)
        let ranked = mock.post("/rerank", #"{"query":"red fox","texts":["blue","a red fox"],"return_text":true}"#)
        #expect(ranked.json?[0]?["index"]?.intValue == 1)
        #expect(ranked.json?[0]?["text"]?.stringValue == "a red fox")
        for (path, body, status) in [
            ("/rerank", #"{"query":"x","texts":["a"],"top_n":1}"#, 422), ("/rerank", #"{"query":"x","texts":[]}"#, 400),
            ("/embed", #"{"inputs":[]}"#, 400), ("/embed", #"{"input":"a"}"#, 422),
        ] {
            let reply = mock.post(path, body)
            #expect(reply.status == status)
            #expect(reply.json?["error_type"]?.kind == .string)
        }
        let limited = mock.post("/rerank", #"{"query":"x","texts":["a"]}"#, ["x-mock-status": "429"])
        #expect(limited.json?["error_type"]?.stringValue == "Overloaded")
        // The others' rerank has the same path.
        #expect(mock.post("/rerank", #"{"model":"mock","query":"x","documents":["a"]}"#).json?["results"]?.count == 1)
    }
}
