import SluiceWire
import Testing

@Suite("Gemini: streams of providers")
struct GeminiStreamReaderTests {
    @Test("any split of the bytes gives the same events", arguments: GeminiSupport.streams)
    func splits(path: String) throws {
        let bytes = try #require(Fixture.bytes("dialects/gemini/\(path)"))
        let whole = GeminiSupport.events([bytes[...]])
        #expect(whole.count > 1)
        for point in bytes.indices {
            #expect(GeminiSupport.events([bytes[..<point], bytes[point...]]) == whole, "split at \(point)")
        }
        #expect(GeminiSupport.events(bytes.indices.map { bytes[$0...$0] }) == whole, "byte by byte")
    }

    @Test("both framings tell the same events", arguments: GeminiSupport.streams.filter { $0.hasSuffix(".sse") })
    func framings(path: String) throws {
        let name = String(path.prefix { $0 != "/" })
        let events = try #require(GeminiSupport.bytes(name, "stream.sse"))
        let array = try #require(GeminiSupport.bytes(name, "stream.array.json"))
        #expect(GeminiSupport.events([events[...]]) == GeminiSupport.events([array[...]]))
    }

    @Test("a stream assembled is the whole answer", arguments: ["plain", "tools", "thinking", "blocked"])
    func assembled(name: String) throws {
        let stream = try #require(GeminiSupport.bytes(name, "stream.sse"))
        let whole = try GeminiSupport.response(try #require(GeminiSupport.bytes(name, "response.json")))
        #expect(GeminiSupport.assembled(GeminiSupport.events([stream[...]])) == whole)
    }

    @Test("a stream that is cut before its last chunk is never complete", arguments: GeminiSupport.streams)
    func cuts(path: String) throws {
        let bytes = try #require(Fixture.bytes("dialects/gemini/\(path)"))
        // Up to the brace that closes the first chunk with a reason, whatever else may come.
        let reasons = [Array("finishReason".utf8), Array("blockReason".utf8)]
        let end = bytes.indices.first { index in reasons.contains { bytes[index...].starts(with: $0) } } ?? bytes.count
        for point in 0..<end {
            let events = GeminiSupport.events([bytes[..<point]])
            #expect(!events.contains(.end), "cut at \(point)")
        }
        for point in end..<bytes.count { _ = GeminiSupport.events([bytes[..<point]]) }
    }

    @Test("several calls in one chunk are several calls, with seals and exact arguments")
    func calls() throws {
        let bytes = try #require(GeminiSupport.bytes("tools", "stream.sse"))
        let response = try #require(GeminiSupport.assembled(GeminiSupport.events([bytes[...]])))
        let calls = response.parts.compactMap { part in
            if case .toolCall(let call) = part.content { call } else { nil }
        }
        #expect(calls.map(\.id) == ["fc1", "fc2", "fc3"])
        #expect(calls[0].arguments.text == #"{"city":"Paris","n":9007199254740993}"#)
        #expect(calls[1].arguments.text == #"{"city":"Rome \"old\" \\ \u2028"}"#)
        #expect(response.parts[1].signature?.value == "c2lnLTE=")
        #expect(response.parts[1].signature?.origin == NeutralOrigin(.gemini, model: "m"))
        #expect(response.finish == NeutralFinish(.toolCalls, vendorWord: "STOP"))
        #expect(response.usage == TokenUsage(uncachedInput: 40, cacheRead: 10, output: 20, reasoning: 30))
    }

    @Test("arguments that are streamed by path are put together")
    func pieces() throws {
        let bytes = try #require(GeminiSupport.bytes("partial", "stream.sse"))
        let response = try #require(GeminiSupport.assembled(GeminiSupport.events([bytes[...]])))
        guard case .toolCall(let call) = response.parts.first?.content else {
            Issue.record("no call")
            return
        }
        #expect(call.arguments.text == #"{"place":{"city":"New York"},"days":[1.0,2],"ok":true,"none":null}"#)
        #expect(response.parts.count == 1)
        #expect(response.finish.reason == .toolCalls)
    }

    @Test("an error within a stream is told with its kind, and ends it")
    func errors() throws {
        let bytes = try #require(GeminiSupport.bytes("broken", "stream.sse"))
        let events = GeminiSupport.events([bytes[...]])
        guard case .error(let error) = events.last else {
            Issue.record("no error")
            return
        }
        #expect(error.kind == .overloaded)
        #expect(error.status == 503)
        #expect(!events.contains(.end))
    }

    @Test(
        "odd ends",
        arguments: [
            ("", false, false), ("\u{FEFF}  ", false, false), ("data: {\"candidates\":[]}\n\n", false, false),
            ("[]", false, true), ("[{}]", false, true), ("data: nonsense\n\n", false, true),
            ("[nonsense]", false, true),
            ("data: []\n\n", false, true), ("data: [DONE]\n\n", false, true),
            ("\u{FEFF}data: {\"candidates\":[{\"finishReason\":\"STOP\"}]}", true, false),
            ("\u{FEFF} [{\"candidates\":[{\"finishReason\":\"STOP\"}]}\n]", true, false),
            ("{\"candidates\":[{\"finishReason\":\"STOP\"}]}", true, false),
            ("data: {\"candidates\":[{\"finishReason\":\"STOP\"}]}\r\rdata: [DONE]\r\r", true, false),
            ("[{\"candidates\":[{\"finishReason\":\"STOP\"}]},{\"candidates\":[{", false, false),
        ])
    func ends(text: String, isComplete: Bool, isError: Bool) {
        let bytes = Array(text.utf8)
        for events in [GeminiSupport.events([bytes[...]]), GeminiSupport.events(bytes.indices.map { bytes[$0...$0] })] {
            #expect(events.contains(.end) == isComplete)
            let errors = events.filter { if case .error = $0 { true } else { false } }
            #expect(!errors.isEmpty == isError)
        }
    }

    @Test(
        "reasons",
        arguments: [
            ("STOP", NeutralFinish.Reason.stop), ("MAX_TOKENS", .length), ("SAFETY", .contentFilter),
            ("RECITATION", .contentFilter), ("MODEL_ARMOR", .contentFilter),
            ("MALFORMED_FUNCTION_CALL", .malformedOutput),
            ("MISSING_THOUGHT_SIGNATURE", .malformedOutput), ("OTHER", .malformedOutput), ("CONTINUATION", .length),
            ("SOMETHING_NEW", .malformedOutput),
        ])
    func reasons(word: String, reason: NeutralFinish.Reason) throws {
        let bytes = Array(#"{"candidates":[{"finishReason":"\#(word)"}]}"#.utf8)
        #expect(try GeminiSupport.response(bytes).finish == NeutralFinish(reason, vendorWord: word))
    }
}
