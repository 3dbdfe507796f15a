import SluiceWire
import Testing

@Suite("Chat Completions, damaged bytes")
struct OpenAIChatMutationTests {
    private static let rounds = 40

    /// Pieces that are right somewhere, put where they are wrong.
    private static let splices: [String] = [
        "null", "[]", "{}", "-1", "1e999", "\"\"", "9223372036854775807", "[[[[", "\\ud800", "data: ", "\n\n", "\r",
        "\"tool_calls\":[{}],", "\"index\":-1,", "\"reasoning_details\":[{\"type\":\"reasoning.text\"}],", "[DONE]",
    ]

    private static func damaged(_ bytes: [UInt8], _ state: inout UInt64) -> [UInt8] {
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(truncatingIfNeeded: state >> 33) % max(1, bound)
        }
        var bytes = bytes
        for _ in 0...next(3) {
            let place = next(bytes.count)
            switch next(3) {
            case 0: bytes[place] = UInt8(truncatingIfNeeded: next(256))
            case 1: bytes.removeSubrange(place..<min(bytes.count, place + 1 + next(12)))
            default: bytes.insert(contentsOf: Array(splices[next(splices.count)].utf8), at: place)
            }
            if bytes.isEmpty { bytes = [0x20] }
        }
        return bytes
    }

    @Test("nothing traps, and every stream ends once", arguments: Fixture.names(in: OpenAIChatCase.folder))
    func damage(name: String) {
        var state = UInt64(name.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
        for file in ["request.json", "response.json", "stream.sse"] {
            guard let bytes = Fixture.bytes("\(OpenAIChatCase.folder)/\(name)/\(file)") else { continue }
            for _ in 0..<Self.rounds { run(Self.damaged(bytes, &state)) }
        }
    }

    private func run(_ bytes: [UInt8]) {
        let events = OpenAIChatCase.events(bytes)
        let ends = events.filter { event in
            switch event {
            case .end, .error: true
            default: false
            }
        }
        #expect(ends.count <= 1)
        _ = OpenAIChatCase.stream(events)
        _ = OpenAIChatCodec.readError(status: 500, body: bytes) { _ in nil }
        guard let document = try? JSONDocument(parsing: bytes) else { return }
        if let (request, _) = try? OpenAIChatCase.readRequest(document) {
            _ = try? OpenAIChatCase.writeRequest(request)
        }
        if let response = try? OpenAIChatCase.readResponse(document) {
            _ = try? OpenAIChatCase.writeResponse(response)
            _ = OpenAIChatCase.stream(response.events)
        }
    }
}
