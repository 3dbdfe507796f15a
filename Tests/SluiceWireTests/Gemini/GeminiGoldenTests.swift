import Glibc
import SluiceWire
import Testing

@Suite("Gemini: golden cases")
struct GeminiGoldenTests {
    @Test("a request is written again as recorded, and means the same", arguments: GeminiSupport.requests)
    func requests(name: String) throws {
        let bytes = try #require(GeminiSupport.bytes(name, "request.json"))
        var reading = RequestReading(seal: TestSeal())
        let request = try GeminiSupport.read(bytes, &reading)
        #expect(reading.losses.isEmpty)
        var writing = GeminiSupport.writing { $0.requiresCallSignatures = true }
        let body = try GeminiCodec.writeRequest(request, &writing)
        #expect(writing.losses.all.allSatisfy { $0.kind == .harmless }, "\(writing.losses.all)")
        if getenv("SLUICE_RECORD") != nil {
            #expect(Fixture.write(body + [0x0A], to: "dialects/gemini/\(name)/request.out.json"))
        }
        let recorded = GeminiSupport.bytes(name, "request.out.json")
        #expect(String(decoding: recorded ?? [], as: UTF8.self) == String(decoding: body, as: UTF8.self) + "\n")
        var again = RequestReading(seal: TestSeal())
        #expect(Self.comparable(try GeminiSupport.read(body, &again)) == Self.comparable(request))
    }

    @Test("a whole answer is written again with the same meaning", arguments: GeminiSupport.responses)
    func responses(name: String) throws {
        let bytes = try #require(GeminiSupport.bytes(name, "response.json"))
        let response = try GeminiSupport.response(bytes)
        var context = GeminiSupport.answering()
        let written = try GeminiCodec.writeResponse(response, &context)
        #expect(context.losses.isEmpty)
        let again = try GeminiSupport.response(written)
        #expect(Self.comparable(again) == Self.comparable(response))
        #expect(again.model == "client-model")
    }

    /// A request without what Google need not keep: which of two parts a text stood in, and thoughts without a seal.
    private static func comparable(_ request: NeutralRequest) -> NeutralRequest {
        var request = request
        for index in request.messages.indices {
            request.messages[index].parts.removeAll { part in
                if case .thinking = part.content { part.signature == nil } else { false }
            }
        }
        return request
    }

    /// An answer without the seals, which travel in tokens, and the model's name, which is the client's own.
    private static func comparable(_ response: NeutralResponse) -> NeutralResponse {
        var response = response
        response.model = nil
        for index in response.parts.indices where response.parts[index].signature != nil {
            response.parts[index].signature = NeutralSignature("s", origin: NeutralOrigin(.gemini))
        }
        return response
    }
}
