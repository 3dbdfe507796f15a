import NIOHTTP1
import SluiceWire
import Testing

@testable import SluiceMock

@Suite("The other endpoints")
struct OtherEndpointTests {
    private let mock = PlanReader()

    @Test("embeddings are unit vectors, the same in both encodings")
    func embeddings() throws {
        let floats = mock.post("/v1/embeddings", #"{"model":"mock","input":["a","b"],"dimensions":8}"#)
        #expect(floats.json?["data"]?.count == 2)
        let numbers = try #require(floats.json?["data"]?[0]?["embedding"])
        let vector = numbers.elements.compactMap { $0.doubleValue }
        #expect(vector.count == 8)
        #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
        let base64 = mock.post(
            "/v1/embeddings", #"{"model":"mock","input":"a","dimensions":8,"encoding_format":"base64"}"#)
        #expect(base64.json?["data"]?[0]?["embedding"]?.stringValue?.utf8.count == 44)
        let tokens = mock.post("/v1/embeddings", #"{"model":"mock","input":[[1,2],[3]]}"#)
        #expect(tokens.json?["data"]?.count == 2)
        #expect(mock.post("/v1/embeddings", #"{"model":"mock","input":[]}"#).status == 400)
        #expect(mock.post("/v1/embeddings", #"{"model":"mock","input":""}"#).status == 400)
    }

    @Test("base64 pads", arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")])
    func base64(_ text: String, _ encoded: String) {
        #expect(Base64.encode(Array(text.utf8)) == encoded)
    }

    @Test("completions answer each prompt, and every chunk's text is a string")
    func completions() {
        let whole = mock.post("/v1/completions", #"{"model":"mock","prompt":["a","b"],"max_tokens":2}"#)
        #expect(whole.json?["choices"]?.count == 2)
        #expect(whole.json?["choices"]?[1]?["finish_reason"]?.stringValue == "length")
        let stream = mock.post("/v1/completions", #"{"model":"mock","prompt":"a","stream":true}"#)
        #expect(stream.events.last == "[DONE]")
        #expect(stream.nodes.allSatisfy { $0["choices"]?[0]?["text"]?.kind == .string })
    }

    @Test("responses stream every item from added to done, with sequence numbers from 0")
    func responses() {
        let whole = mock.post("/v1/responses", #"{"model":"mock-reasoning-3","input":"hi"}"#)
        let stream = mock.post("/v1/responses", #"{"model":"mock-reasoning-3","input":"hi","stream":true}"#)
        #expect(stream.nodes.compactMap { $0["sequence_number"]?.intValue } == Array(0..<stream.nodes.count))
        let types = stream.nodes.compactMap { $0["type"]?.stringValue }
        #expect(types.first == "response.created")
        #expect(types.last == "response.completed")
        #expect(types.filter { $0 == "response.output_item.added" }.count == 2)
        #expect(types.filter { $0 == "response.output_item.done" }.count == 2)
        #expect(!stream.text.contains("[DONE]"))
        let last = stream.nodes.last?["response"]
        #expect(last.map { Array($0.rawBytes) } == whole.body)
        let text = stream.nodes.filter { $0["type"]?.stringValue == "response.output_text.delta" }
            .compactMap { $0["delta"]?.stringValue }.joined()
        #expect(text == whole.json?["output"]?[1]?["content"]?[0]?["text"]?.stringValue)
    }

    @Test("responses repeat the request's fields and refuse what needs state")
    func responseFields() {
        let reply = mock.post(
            "/v1/responses", #"{"model":"mock","input":"hi","metadata":{"a":"b"},"temperature":0.10}"#)
        #expect(reply.text.contains(#""metadata":{"a":"b"}"#))
        #expect(reply.text.contains(#""temperature":0.10"#))
        #expect(mock.post("/v1/responses", #"{"model":"mock","input":"hi","previous_response_id":"r"}"#).status == 400)
        #expect(mock.post("/v1/responses", #"{"model":"mock"}"#).error?["param"]?.stringValue == "input")
        #expect(
            mock.post("/v1/responses", #"{"model":"mock","input":[{"role":"user","text":"x"}]}"#).error?["param"]?
                .stringValue == "input[0].text")
    }

    @Test("responses call functions")
    func responseCalls() {
        let tools =
            #""tools":[{"type":"function","name":"get_weather","parameters":{"type":"object","properties":{}}}]"#
        let stream = mock.post("/v1/responses", #"{"model":"mock","stream":true,"input":"weather",\#(tools)}"#)
        let item = stream.nodes.last?["response"]?["output"]?[0]
        #expect(item?["type"]?.stringValue == "function_call")
        #expect(item?["status"]?.stringValue == "completed")
        let answered = mock.post(
            "/v1/responses",
            #"{"model":"mock","input":[{"role":"user","content":"weather"},{"type":"function_call","call_id":"c","name":"get_weather","arguments":"{}"},{"type":"function_call_output","call_id":"c","output":"wet"}],\#(tools)}"#
        )
        #expect(answered.text.contains("The tool answered: wet"))
    }

    @Test("messages stream from message_start to message_stop, each event under its own name")
    func messages() {
        let stream = mock.messages("mock-reasoning-2-cached-tokens-1", #","stream":true"#)
        let names = stream.text.split(separator: "\n").filter { $0.hasPrefix("event: ") }.map {
            String($0.dropFirst(7))
        }
        #expect(names == stream.nodes.compactMap { $0["type"]?.stringValue })
        #expect(names.first == "message_start")
        #expect(names.last == "message_stop")
        #expect(names.filter { $0 == "content_block_start" }.count == 2)
        let usage = stream.nodes.first?["message"]?["usage"]
        #expect(usage?["input_tokens"]?.intValue == 2)
        #expect(usage?["cache_read_input_tokens"]?.intValue == 1)
        let delta = stream.nodes.first { $0["type"]?.stringValue == "message_delta" }
        #expect(delta?["delta"]?["stop_reason"]?.stringValue == "end_turn")
        #expect(delta?["usage"]?["output_tokens"]?.intValue == 11)
    }

    @Test("messages use tools, whose input is an object and streams as JSON text")
    func messageTools() throws {
        let tools =
            #","tools":[{"name":"get_weather","input_schema":{"type":"object","properties":{"city":{"type":"string"}}}}],"tool_choice":{"type":"any"}"#
        let whole = mock.messages("mock", tools)
        #expect(whole.json?["stop_reason"]?.stringValue == "tool_use")
        #expect(whole.json?["content"]?[0]?["input"]?["city"]?.kind == .string)
        let stream = mock.messages("mock", tools + #","stream":true"#)
        let partial = stream.nodes.compactMap { $0["delta"]?["partial_json"]?.stringValue }
        #expect(partial.first == "")
        #expect(Array(partial.joined().utf8) == whole.json?["content"]?[0]?["input"].map { Array($0.rawBytes) })
    }

    @Test("tokens are counted without an answer")
    func countTokens() {
        let reply = mock.post(
            "/v1/messages/count_tokens", #"{"model":"mock","messages":[{"role":"user","content":"12345678"}]}"#,
            ["anthropic-version": "2023-06-01"])
        #expect(reply.text == #"{"input_tokens":2}"#)
    }

    @Test("models are listed in the shape of whoever asks")
    func models() {
        #expect(mock.send("GET", "/v1/models").json?["data"]?.count == Models.names.count)
        #expect(mock.send("GET", "/models/mock-echo").json?["id"]?.stringValue == "mock-echo")
        #expect(mock.send("GET", "/v1/models/mock%2Decho").json?["id"]?.stringValue == "mock-echo")
        #expect(mock.send("GET", "/v1/models/gpt-4o").error?["code"]?.stringValue == "model_not_found")
        let anthropic = mock.send("GET", "/v1/models", [], ["anthropic-version": "2023-06-01"])
        #expect(anthropic.json?["first_id"]?.stringValue == "mock")
        for name in Models.names { #expect(mock.send("GET", "/v1/models/\(name)").status == 200) }
    }

    @Test("moderations, rerank, pictures and speech")
    func others() {
        #expect(
            mock.post("/v1/moderations", #"{"input":["fine","a Forbidden thing"]}"#).json?["results"]?[1]?["flagged"]?
                .boolValue == true)
        let ranked = mock.post(
            "/rerank",
            #"{"model":"mock","query":"red fox","documents":["blue","a red fox","red"],"top_n":2,"return_documents":true}"#
        )
        let order = ranked.json?["results"].map { $0.elements.compactMap { $0["index"]?.intValue } }
        #expect(order == [1, 2])
        #expect(ranked.json?["results"]?[0]?["document"]?["text"]?.stringValue == "a red fox")
        let picture = mock.post("/v1/images/generations", #"{"model":"mock","prompt":"x","n":2}"#)
        #expect(picture.json?["data"]?[1]?["b64_json"]?.stringValue?.hasPrefix("iVBORw0KGgo") == true)
        let speech = mock.post("/v1/audio/speech", #"{"model":"mock","input":"hello","voice":"alloy"}"#)
        #expect(speech.headers.first(name: "content-type") == "audio/mpeg")
        #expect(speech.body.count == 1280)
    }

    private func form(_ uri: String, _ parts: [(String, String?, String)]) -> PlanReader.Reply {
        var body = ""
        for (name, filename, content) in parts {
            let file = filename.map { "; filename=\"\($0)\"" } ?? ""
            body += "--B-1\r\nContent-Disposition: form-data; name=\"\(name)\"\(file)\r\n\r\n\(content)\r\n"
        }
        body += "--B-1--\r\n"
        return mock.send("POST", uri, Array(body.utf8), ["content-type": "multipart/form-data; boundary=\"B-1\""])
    }

    @Test("forms are read, and checked as strictly")
    func forms() {
        let good = form("/v1/audio/transcriptions", [("file", "a.mp3", "1\r\n--B-\r\n2"), ("model", nil, "mock")])
        #expect(good.json?["text"]?.stringValue == "This is the mock model. I heard 10 bytes.")
        let text = form(
            "/v1/audio/translations", [("model", nil, "mock"), ("file", "a", "12"), ("response_format", nil, "text")])
        #expect(text.text == "This is the mock model. I heard 2 bytes.\n")
        #expect(form("/v1/audio/transcriptions", [("model", nil, "mock")]).error?["param"]?.stringValue == "file")
        #expect(
            form("/v1/audio/transcriptions", [("file", "a", "1"), ("model", nil, "mock"), ("modle", nil, "x")])
                .error?["param"]?.stringValue == "modle")
        #expect(form("/v1/audio/transcriptions", [("file", "a", "1"), ("model", nil, "mock-429")]).status == 429)
        #expect(form("/v1/images/edits", [("image", "a.png", "1"), ("prompt", nil, "x")]).json?["data"]?.count == 1)
        #expect(form("/v1/images/variations", [("image", "a.png", "1"), ("n", nil, "3")]).json?["data"]?.count == 3)
        for broken in ["", "--B-1", "--B-1\r\n", "--B-1\r\n\r\n--B-1--", "--B-1--"] {
            let reply = mock.send(
                "POST", "/v1/audio/translations", Array(broken.utf8),
                ["content-type": "multipart/form-data; boundary=B-1"])
            #expect(reply.status == 400)
        }
    }

    @Test("the listing has every behaviour, for programs and for people")
    func listing() {
        let json = mock.send("GET", "/")
        #expect(json.json?["behaviours"]?.count == BehaviourKind.allCases.count)
        let text = mock.send("GET", "/", [], ["accept": "text/plain"])
        for kind in BehaviourKind.allCases { #expect(text.text.contains(kind.header)) }
    }

    @Test("requests are remembered byte for byte, without their keys")
    func recorder() throws {
        let body = #"{ "model" : "mock",  "messages":[{"role":"user","content":"x"}] , "seed": 1.0e1 }"#
        _ = mock.post(
            "/v1/chat/completions?x=1", body, ["authorization": "Bearer sk-abcdefghij", "x-request-id": "r1"])
        _ = mock.chat(headers: ["x-request-id": "r2"])
        let reply = mock.send("GET", "/_mock/requests?request-id=r1")
        #expect(reply.json?["requests"]?.count == 1)
        let entry = try #require(reply.json?["requests"]?[0])
        #expect(entry["body"]?.stringValue == body)
        #expect(entry["path"]?.stringValue == "/v1/chat/completions?x=1")
        #expect(reply.text.contains("Bearer …ghij"))
        #expect(!reply.text.contains("sk-abc"))
        #expect(mock.send("DELETE", "/_mock/requests").status == 200)
        #expect(mock.send("GET", "/_mock/requests").json?["requests"]?.count == 0)
    }

    @Test("no more requests are remembered than asked for, the oldest go first, bodies are cut")
    func recorderIsBounded() {
        let small = PlanReader(MockConfiguration(rememberedRequests: 2, rememberedBodyBytes: 10))
        for index in 0..<5 { _ = small.send("POST", "/v1/x\(index)", [UInt8](repeating: 0xFF, count: 20)) }
        let requests = small.send("GET", "/_mock/requests").json?["requests"]
        let paths = requests.map { $0.elements.compactMap { $0["path"]?.stringValue } }
        #expect(paths == ["/v1/x3", "/v1/x4"])
        #expect(requests?[0]?["body_bytes"]?.intValue == 20)
        #expect(requests?[0]?["body_truncated"]?.boolValue == true)
        #expect(requests?[0]?["body_base64"]?.stringValue == Base64.encode([UInt8](repeating: 0xFF, count: 10)))
    }

    @Test("statistics count what belongs to a vendor's API")
    func statistics() {
        _ = mock.chat()
        _ = mock.chat("mock-429")
        _ = mock.send("GET", "/health")
        let statistics = mock.send("GET", "/_mock/stats").json
        #expect(statistics?["requests"]?.intValue == 2)
        #expect(statistics?["replies"]?["2xx"]?.intValue == 1)
        #expect(statistics?["replies"]?["4xx"]?.intValue == 1)
    }
}
