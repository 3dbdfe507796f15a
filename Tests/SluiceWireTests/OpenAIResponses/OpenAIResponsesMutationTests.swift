import SluiceWire
import Testing

@Suite("OpenAI Responses: bytes that nobody meant")
struct OpenAIResponsesMutationTests {
    /// Numbers that are the same in each run.
    private struct Numbers {
        var state: UInt64

        mutating func next(below limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(truncatingIfNeeded: (state >> 33) % UInt64(max(1, limit)))
        }
    }

    private static let pieces: [[UInt8]] = [
        "null", "{}", "[]", "-1", "1e999", "9223372036854775808", "\"\"", "true", "\"type\"", "\\ud83d", ",", "}", "]",
        "\"reasoning\"", "\"function_call\"", "\"output_index\":-9223372036854775808,", "\"slt1_AAAA\"",
        "\"slc1_AAAA\"",
    ].map { Array($0.utf8) }

    private func mutated(_ bytes: [UInt8], _ numbers: inout Numbers) -> [UInt8] {
        var bytes = bytes
        for _ in 0...numbers.next(below: 3) {
            let place = numbers.next(below: bytes.count)
            switch numbers.next(below: 4) {
            case 0: bytes[place] = UInt8(truncatingIfNeeded: numbers.next(below: 256))
            case 1: bytes.removeSubrange(place..<min(bytes.count, place + numbers.next(below: 16)))
            case 2: bytes.insert(contentsOf: Self.pieces[numbers.next(below: Self.pieces.count)], at: place)
            default:
                bytes.replaceSubrange(
                    place..<min(bytes.count, place + 4), with: Self.pieces[numbers.next(below: Self.pieces.count)])
            }
            if bytes.isEmpty { bytes = [0x7B, 0x7D] }
        }
        return bytes
    }

    @Test("a request is read and written, or refused", arguments: ResponsesFixture.cases(with: "request.json"))
    func requests(name: String) throws {
        let bytes = try ResponsesFixture.bytes(name, "request.json")
        var numbers = Numbers(state: 1)
        for _ in 0..<150 {
            guard let document = try? JSONDocument(parsing: mutated(bytes, &numbers)) else { continue }
            var reading = ResponsesFixture.reading()
            guard let request = try? OpenAIResponsesCodec.readRequest(document, &reading) else { continue }
            var writing = ResponsesFixture.writing()
            if let written = try? OpenAIResponsesCodec.writeRequest(request, &writing) {
                #expect(throws: Never.self) { try JSONDocument(parsing: written) }
            }
            let answer = ResponsesFixture.write([.start(NeutralStart())], ResponsesFixture.client(request))
            #expect(!answer.isEmpty)
        }
    }

    @Test("a stream is read and written, or fails", arguments: ResponsesFixture.cases(with: "stream.sse"))
    func streams(name: String) throws {
        let bytes = try ResponsesFixture.bytes(name, "stream.sse")
        var numbers = Numbers(state: 2)
        for _ in 0..<60 {
            let events = ResponsesFixture.events(mutated(bytes, &numbers), size: 64)
            _ = ResponsesFixture.write(events)
        }
    }

    @Test(
        "an answer and an error are read, whatever they are", arguments: ResponsesFixture.cases(with: "response.json"))
    func answers(name: String) throws {
        let bytes = try ResponsesFixture.bytes(name, "response.json")
        var numbers = Numbers(state: 3)
        for _ in 0..<100 {
            let body = mutated(bytes, &numbers)
            let error = OpenAIResponsesCodec.readError(status: 400 + numbers.next(below: 200), body: body) { _ in nil }
            #expect((400...599).contains(OpenAIResponsesCodec.writeError(error, requestID: "r").status))
            guard let document = try? JSONDocument(parsing: body) else { continue }
            var reading = ResponsesFixture.answer()
            guard let response = try? OpenAIResponsesCodec.readResponse(document, &reading) else { continue }
            var writing = ResponsesFixture.client()
            let written = try OpenAIResponsesCodec.writeResponse(response, &writing)
            #expect(throws: Never.self) { try JSONDocument(parsing: written) }
        }
    }
}
