import NIOHTTP1
import SluiceWire
import Testing

@testable import SluiceMock

@Suite("Chat completions")
struct ChatTests {
    private let mock = PlanReader()
    private let weather =
        ##","tools":[{"type":"function","function":{"name":"get_weather","parameters":{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer","minimum":3},"unit":{"enum":["c","f"]},"where":{"$ref":"#/$defs/Place"}},"$defs":{"Place":{"type":"object","properties":{"lat":{"type":"number"}}}}}}},{"type":"function","function":{"name":"search_news"}}]"##

    @Test("a whole answer has the vendor's shape")
    func whole() {
        let reply = mock.chat()
        #expect(reply.status == 200)
        #expect(reply.headers.first(name: "content-length") == "\(reply.body.count)")
        #expect(reply.json?["object"]?.stringValue == "chat.completion")
        #expect(
            reply.json?["choices"]?[0]?["message"]?["content"]?.stringValue
                == "This is the mock model. You said: Hello there")
        #expect(reply.json?["choices"]?[0]?["finish_reason"]?.stringValue == "stop")
        #expect(reply.json?["usage"]?["prompt_tokens"]?.intValue == 3)
        #expect(reply.json?["usage"]?["completion_tokens"]?.intValue == 9)
        #expect(reply.ending == .end(isClosing: false))
    }

    @Test("the same path without /v1 gives the same bytes")
    func withoutPrefix() {
        let body = #"{"model":"mock","messages":[{"role":"user","content":"x"}]}"#
        #expect(mock.post("/v1/chat/completions", body).body == mock.post("/chat/completions?a=b", body).body)
    }

    @Test("a stream says what the whole answer says, token by token")
    func streamEqualsWhole() {
        let whole = mock.chat()
        let stream = mock.chat("mock", #","stream":true,"stream_options":{"include_usage":true}"#)
        #expect(stream.headers.first(name: "content-type") == "text/event-stream; charset=utf-8")
        #expect(stream.headers.first(name: "content-length") == nil)
        #expect(stream.events.last == "[DONE]")
        let text = stream.nodes.compactMap { $0["choices"]?[0]?["delta"]?["content"]?.stringValue }.joined()
        #expect(text == whole.json?["choices"]?[0]?["message"]?["content"]?.stringValue)
        #expect(stream.nodes.first?["choices"]?[0]?["delta"]?["role"]?.stringValue == "assistant")
        #expect(Set(stream.nodes.compactMap { $0["id"]?.stringValue }) == [whole.json?["id"]?.stringValue ?? ""])
        let finishes = stream.nodes.compactMap { $0["choices"]?[0]?["finish_reason"]?.stringValue }
        #expect(finishes == ["stop"])
        let usages = stream.nodes.filter { $0["usage"]?.kind == .object }
        #expect(usages.count == 1)
        #expect(usages.first?["choices"]?.count == 0)
        #expect(usages.first?["usage"].map { Array($0.rawBytes) } == whole.json?["usage"].map { Array($0.rawBytes) })
    }

    @Test("usage comes in a stream only when it is asked for")
    func usageOnRequest() {
        #expect(mock.chat("mock", #","stream":true"#).nodes.allSatisfy { $0["usage"] == nil })
    }

    @Test("the ways of telling usage")
    func usageStyles() {
        let asked = #","stream":true,"stream_options":{"include_usage":true}"#
        #expect(mock.chat("mock-no-usage", asked).nodes.allSatisfy { $0["usage"] == nil })
        #expect(mock.chat("mock-no-usage").json?["usage"] == nil)
        #expect(mock.chat("mock-usage-null", asked).nodes.allSatisfy { $0["usage"]?.isNull == true })
        let last = mock.chat("mock-usage-in-last-chunk", asked).nodes.last
        #expect(last?["choices"]?[0]?["finish_reason"]?.stringValue == "stop")
        #expect(last?["usage"]?["total_tokens"]?.intValue == 12)
    }

    @Test("the limit of tokens cuts the answer and says so")
    func limit() {
        let reply = mock.chat("mock-tokens-50", #","max_completion_tokens":5"#)
        #expect(reply.json?["choices"]?[0]?["finish_reason"]?.stringValue == "length")
        #expect(reply.json?["usage"]?["completion_tokens"]?.intValue == 5)
    }

    @Test("tokens are as many as asked for, streamed and whole")
    func tokens() {
        #expect(mock.chat("mock-tokens-500").json?["usage"]?["completion_tokens"]?.intValue == 500)
        let stream = mock.chat("mock-tokens-500", #","stream":true"#)
        #expect(stream.nodes.count == 502)
    }

    @Test("a text that speaks of a tool's name calls it, with arguments that fit its schema")
    func toolCall() throws {
        let reply = mock.post(
            "/v1/chat/completions",
            #"{"model":"mock","messages":[{"role":"user","content":"What is the WEATHER in Paris?"}]\#(weather)}"#)
        let message = reply.json?["choices"]?[0]?["message"]
        #expect(message?["content"]?.isNull == true)
        #expect(message?["tool_calls"]?.count == 1)
        #expect(reply.json?["choices"]?[0]?["finish_reason"]?.stringValue == "tool_calls")
        let arguments = try #require(message?["tool_calls"]?[0]?["function"]?["arguments"]?.stringValue)
        let parsed = try JSONDocument(parsing: Array(arguments.utf8)).root
        #expect(parsed["city"]?.kind == .string)
        #expect(parsed["days"]?.intValue == 3)
        #expect(parsed["unit"]?.stringValue == "c")
        #expect(parsed["where"]?["lat"]?.kind == .number)
    }

    @Test("a streamed tool call comes in pieces that join to the whole one")
    func streamedToolCall() {
        let body = #""messages":[{"role":"user","content":"weather and news"}]\#(weather)"#
        let whole = mock.post("/v1/chat/completions", #"{"model":"mock",\#(body)}"#)
        let stream = mock.post("/v1/chat/completions", #"{"model":"mock","stream":true,\#(body)}"#)
        let calls = whole.json?["choices"]?[0]?["message"]?["tool_calls"]
        #expect(calls?.count == 2)
        for index in 0..<2 {
            let deltas = stream.nodes.compactMap { $0["choices"]?[0]?["delta"]?["tool_calls"]?[0] }
                .filter { $0["index"]?.intValue == index }
            #expect(deltas.compactMap { $0["id"]?.stringValue } == [calls?[index]?["id"]?.stringValue ?? ""])
            #expect(
                deltas.compactMap { $0["function"]?["arguments"]?.stringValue }.joined()
                    == calls?[index]?["function"]?["arguments"]?.stringValue)
        }
    }

    @Test("tool_choice decides", arguments: [("\"none\"", 0), ("\"required\"", 1), ("\"auto\"", 0)])
    func toolChoice(_ choice: String, _ count: Int) {
        let reply = mock.chat("mock", #"\#(weather),"tool_choice":\#(choice)"#)
        #expect((reply.json?["choices"]?[0]?["message"]?["tool_calls"]?.count ?? 0) == count)
    }

    @Test("parallel calls can be forbidden")
    func noParallelCalls() {
        let reply = mock.chat("mock-tool-calls-3", #"\#(weather),"parallel_tool_calls":false"#)
        #expect(reply.json?["choices"]?[0]?["message"]?["tool_calls"]?.count == 1)
    }

    @Test("a tool's result is answered in text")
    func toolResult() {
        let reply = mock.post(
            "/v1/chat/completions",
            #"{"model":"mock","messages":[{"role":"user","content":"weather"},{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"get_weather","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c1","content":"sunny"}]\#(weather)}"#
        )
        #expect(reply.json?["choices"]?[0]?["message"]?["content"]?.stringValue == "The tool answered: sunny")
    }

    @Test("structured output fits its schema")
    func structuredOutput() throws {
        let reply = mock.chat(
            "mock",
            #","response_format":{"type":"json_schema","json_schema":{"name":"a","schema":{"type":"object","properties":{"tags":{"type":"array","items":{"type":"string"},"minItems":2}}}}}"#
        )
        let text = try #require(reply.json?["choices"]?[0]?["message"]?["content"]?.stringValue)
        #expect(try JSONDocument(parsing: Array(text.utf8)).root["tags"]?.count == 2)
    }

    @Test("a schema that refers to itself ends")
    func recursiveSchema() {
        let reply = mock.chat(
            "mock",
            ##","response_format":{"type":"json_schema","json_schema":{"name":"a","schema":{"type":"object","properties":{"a":{"$ref":"#"},"b":{"$ref":"#"},"c":{"$ref":"#"}}}}}"##
        )
        #expect(reply.status == 200)
    }

    @Test("several choices take turns in a stream")
    func choices() {
        #expect(mock.chat("mock", #","n":3"#).json?["choices"]?.count == 3)
        let stream = mock.chat("mock", #","n":3,"stream":true"#)
        let indexes = stream.nodes.compactMap { $0["choices"]?[0]?["index"]?.intValue }
        #expect(Array(indexes.prefix(6)) == [0, 1, 2, 0, 1, 2])
        #expect(stream.nodes.compactMap { $0["choices"]?[0]?["finish_reason"]?.stringValue }.count == 3)
    }

    @Test("a refusal is told as the vendor tells it")
    func refusal() {
        let reply = mock.chat("mock-refuse")
        #expect(reply.json?["choices"]?[0]?["message"]?["content"]?.isNull == true)
        #expect(reply.json?["choices"]?[0]?["message"]?["refusal"]?.kind == .string)
        #expect(reply.json?["choices"]?[0]?["finish_reason"]?.stringValue == "content_filter")
    }

    @Test("an echo is the text, byte for byte", arguments: ["a  b\\n\\u00e9 \\ud83d\\ude00 end", " ", "x\\t\\\"y\\\""])
    func echo(_ text: String) throws {
        let expected = try JSONDocument(parsing: Array("\"\(text)\"".utf8)).root.stringValue
        let body = #""messages":[{"role":"user","content":"\#(text)"}]"#
        let whole = mock.post("/v1/chat/completions", #"{"model":"mock-echo",\#(body)}"#)
        #expect(whole.json?["choices"]?[0]?["message"]?["content"]?.stringValue == expected)
        let stream = mock.post("/v1/chat/completions", #"{"model":"mock-echo","stream":true,\#(body)}"#)
        #expect(stream.nodes.compactMap { $0["choices"]?[0]?["delta"]?["content"]?.stringValue }.joined() == expected)
    }

    @Test("what a gateway rewrites does not change the answer")
    func stableAnswer() {
        let one = mock.chat("mock", #","stream":true"#)
        let two = mock.chat("gpt-4o", #","stream":true,"stream_options":{"include_usage":true}"#)
        #expect(one.nodes.first?["id"]?.stringValue == two.nodes.first?["id"]?.stringValue)
    }

    @Test("a long prompt is quoted, not copied, and cut between characters")
    func longPrompt() {
        let long = String(repeating: "ä\\n", count: 60_000)
        let reply = mock.post(
            "/v1/chat/completions", #"{"model":"mock","messages":[{"role":"user","content":"\#(long)"}]}"#)
        let content = reply.json?["choices"]?[0]?["message"]?["content"]?.stringValue ?? ""
        #expect(content.hasSuffix("..."))
        #expect(!content.contains("\u{FFFD}"))
        #expect(content.utf8.count < 400)
    }
}
