import SluiceWire
import Testing

@Suite("Chat Completions, whole answers for clients")
struct OpenAIChatResponseWriterTests {
    private typealias Case = OpenAIChatCase

    private static let call = NeutralPart(.toolCall(NeutralToolCall(id: "a", name: "f", arguments: "")))

    private func written(_ parts: [NeutralPart], _ reason: NeutralFinish.Reason = .stop) throws -> JSONNode {
        try Case.writeResponse(NeutralResponse(parts: parts, finish: NeutralFinish(reason))).0
    }

    @Test("content is there when there is none, and arguments are never empty")
    func callsOnly() throws {
        let body = try written([Self.call], .toolCalls)
        let choice = try #require(body["choices"]?[0])
        #expect(choice["message"]?["content"]?.isNull == true)
        #expect(choice["message"]?["tool_calls"]?[0]?["function"]?["arguments"]?.stringValue == "{}")
        #expect(choice["finish_reason"]?.stringValue == "tool_calls")
        #expect(body["id"]?.stringValue?.hasPrefix("chatcmpl-") == true)
        #expect(body["created"]?.intValue == 1_790_000_000)
        #expect(body["object"]?.stringValue == "chat.completion")
    }

    @Test(
        "finish reasons",
        arguments: [
            (NeutralFinish.Reason.stop, "stop"), (.stopSequence, "stop"), (.pause, "stop"), (.length, "length"),
            (.contextWindow, "length"), (.toolCalls, "tool_calls"), (.refusal, "content_filter"),
            (.contentFilter, "content_filter"),
        ])
    func finish(reason: NeutralFinish.Reason, word: String) throws {
        #expect(try written([], reason)["choices"]?[0]?["finish_reason"]?.stringValue == word)
        let (bytes, _) = Case.stream(NeutralResponse(parts: [], finish: NeutralFinish(reason)).events)
        #expect(String(decoding: bytes, as: UTF8.self).contains(#""finish_reason":"\#(word)"}"#))
    }

    @Test("output that could not be used is no answer")
    func malformed() throws {
        #expect(throws: ConversionError.self) { try self.written([], .malformedOutput) }
        let (bytes, _) = Case.stream(NeutralResponse(parts: [], finish: NeutralFinish(.malformedOutput)).events)
        #expect(Case.data(bytes).last?.hasPrefix(#"{"error":"#) == true)
    }

    @Test("a refused answer is a refusal")
    func refusal() throws {
        let message = try written([NeutralPart(.text("No."))], .refusal)["choices"]?[0]?["message"]
        #expect(message?["content"]?.isNull == true)
        #expect(message?["refusal"]?.stringValue == "No.")
    }

    @Test("a client of the form before tools gets a function_call")
    func functions() throws {
        let (request, _) = try Case.readRequest(Case.document("functions", "request.json"))
        let response = NeutralResponse(parts: [Self.call], finish: NeutralFinish(.toolCalls))
        let (body, _) = try Case.writeResponse(response, Case.writing(request))
        #expect(Case.text(body["choices"]?[0]?["message"]?["function_call"]) == #"{"name":"f","arguments":"{}"}"#)
        #expect(body["choices"]?[0]?["finish_reason"]?.stringValue == "function_call")
        #expect(body["choices"]?[0]?["message"]?["tool_calls"] == nil)
        let text = String(decoding: Case.stream(response.events, Case.writing(request)).0, as: UTF8.self)
        #expect(text.contains(#""function_call":{"name":"f","arguments":""}"#))
        #expect(text.contains(#""function_call":{"arguments":"{}"}"#))
        #expect(!text.contains("tool_calls"))
    }

    @Test("cached input is part of the prompt, reasoning of the completion")
    func usage() throws {
        let usage = TokenUsage(
            uncachedInput: 10, cacheRead: 5, cacheWrite5m: 2, cacheWrite1h: 1, output: 7, reasoning: 3)
        let response = NeutralResponse(parts: [], finish: NeutralFinish(.stop), usage: usage)
        let (body, _) = try Case.writeResponse(response)
        #expect(body["usage"]?["prompt_tokens"]?.intValue == 18)
        #expect(body["usage"]?["completion_tokens"]?.intValue == 10)
        #expect(body["usage"]?["total_tokens"]?.intValue == 28)
        #expect(body["usage"]?["prompt_tokens_details"]?["cached_tokens"]?.intValue == 5)
        #expect(body["usage"]?["prompt_tokens_details"]?["cache_write_tokens"]?.intValue == 3)
        #expect(body["usage"]?["completion_tokens_details"]?["reasoning_tokens"]?.intValue == 3)
    }

    @Test("an error of status 200 is no answer")
    func errorBody() throws {
        for text in [#"{"error":{"message":"busy"}}"#, #"{"error":"busy"}"#, #"{"choices":[]}"#, "[]", "{}"] {
            let document = try JSONDocument(parsing: Array(text.utf8))
            #expect(throws: ConversionError.self) { try Case.readResponse(document) }
        }
    }

    @Test("usage of several vendors")
    func vendorUsage() throws {
        let deepSeek = try Case.readResponse(Case.document("deepseek", "response.json"))
        #expect(deepSeek.usage == TokenUsage(uncachedInput: 10, cacheRead: 20, output: 4, reasoning: 5))
        let liteLLM = try Case.readResponse(Case.document("litellm", "response.json"))
        #expect(liteLLM.usage == TokenUsage(uncachedInput: 3, cacheRead: 3, cacheWrite5m: 4, output: 2))
        let openAI = try Case.readResponse(Case.document("plain", "response.json"))
        #expect(
            openAI.usage == TokenUsage(uncachedInput: 13, cacheRead: 4, cacheWrite5m: 2, output: 7, reasoning: 3))
    }
}
