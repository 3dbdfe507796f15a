import SluiceWire
import Testing

@Suite("Gemini: usage and the tap")
struct GeminiUsageTests {
    @Test(
        "counts are read into classes that do not overlap",
        arguments: [
            (#"{"promptTokenCount":10,"candidatesTokenCount":0,"totalTokenCount":10}"#, TokenUsage(uncachedInput: 10)),
            (
                #"{"promptTokenCount":10,"cachedContentTokenCount":4,"toolUsePromptTokenCount":3,"candidatesTokenCount":2,"thoughtsTokenCount":7}"#,
                TokenUsage(uncachedInput: 9, cacheRead: 4, output: 2, reasoning: 7)
            ),
            (
                #"{"promptTokenCount":10,"promptTokensDetails":[{"modality":"AUDIO","tokenCount":6},{"tokenCount":4,"modality":"TEXT"}],"candidatesTokenCount":5,"candidatesTokensDetails":[{"modality":"AUDIO","tokenCount":9}]}"#,
                TokenUsage(uncachedInput: 4, audioInput: 6, audioOutput: 5)
            ),
            (#"{"promptTokenCount":1,"cachedContentTokenCount":99}"#, TokenUsage(cacheRead: 1)),
            (#"{"totalTokenCount":0}"#, TokenUsage()), (#"{"promptTokenCount":-1}"#, TokenUsage()),
            (#"{"trafficType":"ON_DEMAND"}"#, nil), ("[]", nil), ("", nil),
        ] as [(String, TokenUsage?)])
    func counts(text: String, usage: TokenUsage?) {
        #expect(GeminiSupport.usage(text) == usage)
    }

    @Test("usage written is read again as it was")
    func again() throws {
        let usage = TokenUsage(
            uncachedInput: 5, cacheRead: 3, audioInput: 2, output: 4, reasoning: 6, audioOutput: 1)
        var context = GeminiSupport.answering()
        let body = try GeminiCodec.writeResponse(
            NeutralResponse(parts: [NeutralPart(.text("x"))], finish: NeutralFinish(.stop), usage: usage), &context)
        #expect(try GeminiSupport.response(body).usage == usage)
        let counts = try JSONDocument(parsing: body).root["usageMetadata"]
        #expect(counts?["promptTokenCount"]?.numberText == "10")
        #expect(counts?["candidatesTokenCount"]?.numberText == "5")
        #expect(counts?["totalTokenCount"]?.numberText == "21")
    }

    @Test("tokens are counted in the form of each of Google's services")
    func tokenCount() throws {
        var reading = RequestReading(seal: TestSeal())
        let text =
            #"{"generateContentRequest":{"model":"models/x","contents":[{"parts":[{"text":"a"}]}],"#
            + #""systemInstruction":{"parts":[{"text":"s"}]},"generationConfig":{"temperature":1}}}"#
        let request = try GeminiCodec.readCountRequest(JSONDocument(parsing: Array(text.utf8)), &reading)
        #expect(request.messages.map(\.role) == [.system, .user])
        let inner =
            #""systemInstruction":{"parts":[{"text":"s"}]},"contents":[{"role":"user","parts":[{"text":"a"}]}]}"#
        var writing = GeminiSupport.writing("gemini-3")
        #expect(
            String(decoding: try GeminiCodec.writeCountRequest(request, &writing), as: UTF8.self)
                == #"{"generateContentRequest":{"model":"models/gemini-3",\#(inner)}"#)
        writing = GeminiSupport.writing("gemini-3", kind: "vertex")
        #expect(
            String(decoding: try GeminiCodec.writeCountRequest(request, &writing), as: UTF8.self) == #"{\#(inner)"#)
        let plain = Array(#"{"contents":[{"parts":[{"text":"a"}]}]}"#.utf8)
        #expect(try GeminiCodec.readCountRequest(JSONDocument(parsing: plain), &reading).messages.count == 1)
        let answer = GeminiCodec.writeCount(31)
        #expect(
            String(decoding: answer, as: UTF8.self)
                == #"{"totalTokens":31,"promptTokensDetails":[{"modality":"TEXT","tokenCount":31}]}"#)
        #expect(try GeminiCodec.readCount(JSONDocument(parsing: answer)) == 31)
        #expect(throws: ConversionError.self) { try GeminiCodec.readCount(JSONDocument(parsing: Array("{}".utf8))) }
    }
}
