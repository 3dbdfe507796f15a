import SluiceWire
import Testing

@Suite("Gemini: answers of providers")
struct GeminiResponseReaderTests {
    private func recorded(_ name: String) throws -> NeutralResponse {
        try GeminiSupport.response(try #require(GeminiSupport.bytes(name, "response.json")))
    }

    @Test("text, usage, id and model are read")
    func plain() throws {
        let response = try recorded("plain")
        #expect(response.id == "kFq9aNqdEuLxnsEP")
        #expect(response.model == "gemini-2.5-flash")
        #expect(response.parts == [NeutralPart(.text("Hello there! 😀 é"))])
        #expect(response.usage == TokenUsage(uncachedInput: 4, output: 3))
    }

    @Test("calls without ids get some that differ")
    func ids() throws {
        let text =
            #"{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f"}},{"functionCall":{"name":"f"}}]}}]}"#
        let response = try GeminiSupport.response(Array(text.utf8))
        let ids = response.parts.compactMap { part in
            if case .toolCall(let call) = part.content { call.id } else { nil }
        }
        #expect(Set(ids).count == 2)
        #expect(ids.allSatisfy { $0.hasPrefix("call_") })
        #expect(response.finish.reason == .toolCalls)
    }

    @Test("what Google ran itself is opaque, what it drew a picture, what it found beside")
    func hosted() throws {
        let response = try recorded("hosted")
        #expect(response.parts.count == 4)
        guard case .opaque(let code) = response.parts[0].content, case .image = response.parts[3].content else {
            Issue.record("other parts")
            return
        }
        #expect(code.kind == "executableCode")
        #expect(response.extras.value("groundingMetadata", of: .gemini) != nil)
        #expect(response.usage == TokenUsage(uncachedInput: 12, output: 4))
    }

    @Test("a refused prompt and a held back answer are content filters; a broken call is malformed")
    func filters() throws {
        let blocked = try recorded("blocked")
        #expect(blocked.finish.reason == .contentFilter)
        #expect(blocked.finish.vendorWord == "PROHIBITED_CONTENT")
        #expect(blocked.parts.isEmpty)
        #expect(try recorded("filtered").finish.reason == .contentFilter)
        #expect(try recorded("malformed").finish.reason == .malformedOutput)
    }

    @Test(
        "what is no answer is malformed",
        arguments: [
            "[]", "{}", #"{"candidates":[]}"#, #"{"error":{"code":500,"message":"x"}}"#, #"{"candidates":"x"}"#, "7",
        ])
    func malformed(text: String) {
        #expect(throws: ConversionError.self) { try GeminiSupport.response(Array(text.utf8)) }
    }

    @Test("truncations of every answer are refused and never trap", arguments: GeminiSupport.responses)
    func cuts(name: String) throws {
        let bytes = try #require(GeminiSupport.bytes(name, "response.json"))
        for end in bytes.indices { _ = try? GeminiSupport.response(Array(bytes[..<end])) }
    }
}
