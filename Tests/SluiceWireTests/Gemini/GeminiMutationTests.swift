import SluiceWire
import Testing

/// Recorded bodies with bytes changed, cut and repeated: whatever is read of them, nothing traps, and what can be read
/// can be written.
@Suite("Gemini: mutated bodies")
struct GeminiMutationTests {
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ (value &>> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value &>> 27)) &* 0x94D0_49BB_1331_11EB
            return value ^ (value &>> 31)
        }
    }

    private static let tokens = [
        "null", "{}", "[]", "\"\"", "-1", "1e999", "9223372036854775808", "true", "{\"a\":", "]", "\"$.a[0]\"",
        "\\ud800",
    ].map { Array($0.utf8) }

    private static func mutated(_ bytes: [UInt8], _ generator: inout Generator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
            let index = Int.random(in: bytes.indices, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes.removeSubrange(index..<min(bytes.count, index + Int.random(in: 1...24, using: &generator)))
            case 2: bytes.insert(contentsOf: tokens.randomElement(using: &generator) ?? [], at: index)
            case 3:
                // A value in place of another.
                guard let colon = bytes[index...].firstIndex(of: UInt8(ascii: ":")),
                    let end = bytes[colon...].firstIndex(where: { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "}") })
                else { continue }
                bytes.replaceSubrange(colon + 1..<end, with: tokens.randomElement(using: &generator) ?? [])
            default: bytes.append(contentsOf: bytes[index...].prefix(64))
            }
        }
        return bytes
    }

    @Test("requests", arguments: GeminiSupport.requests)
    func requests(name: String) throws {
        let bytes = try #require(GeminiSupport.bytes(name, "request.json"))
        var generator = Generator(state: 1)
        for _ in 0..<400 {
            guard let document = try? JSONDocument(parsing: Self.mutated(bytes, &generator)) else { continue }
            var reading = RequestReading(seal: TestSeal())
            guard let request = try? GeminiCodec.readRequest(document, &reading) else { continue }
            var writing = GeminiSupport.writing { $0.requiresCallSignatures = true }
            guard let body = try? GeminiCodec.writeRequest(request, &writing) else { continue }
            let again = try JSONDocument(parsing: body)
            #expect(throws: Never.self) { try GeminiCodec.readRequest(again, &reading) }
            #expect(throws: Never.self) { try GeminiCodec.writeCountRequest(request, &writing) }
        }
    }

    @Test("answers and errors", arguments: GeminiSupport.responses)
    func answers(name: String) throws {
        let bytes = try #require(GeminiSupport.bytes(name, "response.json"))
        let error = try #require(GeminiSupport.bytes("tools", "error.json"))
        var generator = Generator(state: 2)
        for _ in 0..<400 {
            let body = Self.mutated(bytes, &generator)
            let found = GeminiCodec.readError(status: 429, body: Self.mutated(error, &generator)) { _ in nil }
            _ = GeminiCodec.writeError(found, requestID: "r")
            guard let response = try? GeminiSupport.response(body) else { continue }
            var context = GeminiSupport.answering()
            #expect(throws: Never.self) { try GeminiSupport.response(GeminiCodec.writeResponse(response, &context)) }
        }
    }

    @Test("streams", arguments: GeminiSupport.streams)
    func streams(path: String) throws {
        let bytes = try #require(Fixture.bytes("dialects/gemini/\(path)"))
        var generator = Generator(state: 3)
        for _ in 0..<400 {
            let events = GeminiSupport.events([Self.mutated(bytes, &generator)[...]])
            let ends = events.filter { event in
                switch event {
                case .end, .error: true
                default: false
                }
            }
            #expect(ends.count <= 1)
            let text = GeminiSupport.stream(events, GeminiSupport.answering(isArray: true))
            if events.contains(.end) { #expect(throws: Never.self) { try JSONDocument(parsing: Array(text.utf8)) } }
        }
    }
}
