import Testing

@testable import SluiceWire

@Suite("Bedrock under mutation")
struct BedrockFuzzTests {
    /// SplitMix64: the same inputs every time.
    struct Random: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return value ^ (value >> 31)
        }
    }

    /// Values that stand in for others: of every kind, and of sizes that overflow.
    static let values = [
        "null", "true", "-1", "1e400", "9223372036854775808", "0.5", "\"\"", "\"a\"", "\" \"", "\"\\ud83d\"", "[]",
        "{}",
        "[[]]", "{\"text\":1}", "{\"a\":{}}", "[{\"text\":\"x\"}]", "\"slt1_AA\"", "\"slc1_AA\"",
        "{\"type\":\"enabled\"}",
    ]

    /// The text with one or two of its values replaced by others.
    static func mutated(_ root: JSONNode, _ bytes: [UInt8], _ random: inout Random) -> [UInt8] {
        var ranges: [Range<Int>] = []
        func collect(_ node: JSONNode) {
            ranges.append(node.range)
            for member in node.members { collect(member.value) }
            for element in node.elements { collect(element) }
        }
        collect(root)
        let range = ranges[Int.random(in: 0..<ranges.count, using: &random)]
        let other = ranges[Int.random(in: 0..<ranges.count, using: &random)]
        let value =
            Bool.random(using: &random)
            ? Array(values[Int.random(in: 0..<values.count, using: &random)].utf8) : Array(bytes[other])
        return Array(bytes[..<range.lowerBound]) + value + Array(bytes[range.upperBound...])
    }

    @Test("no request traps, and what is written is JSON", arguments: BedrockCase.requests)
    func requests(name: String) throws {
        let document = try BedrockCase.document(name, "request.json")
        var random = Random(state: 11)
        for _ in 0..<120 {
            let bytes = Self.mutated(document.root, document.bytes, &random)
            guard let mutated = try? JSONDocument(parsing: bytes) else { continue }
            var reading = RequestReading(seal: BedrockCase.seal)
            guard let request = try? BedrockCodec.readRequest(mutated, &reading) else { continue }
            for model in [BedrockCase.model, "us.amazon.nova-2-lite-v1:0", "meta.llama3-1-8b-instruct-v1:0"] {
                var writing = BedrockCase.writing(model)
                guard let written = try? BedrockCodec.writeRequest(request, &writing) else { continue }
                #expect((try? JSONDocument(parsing: written)) != nil)
            }
        }
    }

    @Test("no answer traps, and what is written is JSON", arguments: BedrockCase.responses)
    func responses(name: String) throws {
        let document = try BedrockCase.document(name, "response.json")
        var random = Random(state: 13)
        for _ in 0..<120 {
            let bytes = Self.mutated(document.root, document.bytes, &random)
            guard let mutated = try? JSONDocument(parsing: bytes) else { continue }
            var reading = BedrockCase.reading()
            guard let response = try? BedrockCodec.readResponse(mutated, &reading) else { continue }
            var writing = BedrockCase.answering()
            let written = try BedrockCodec.writeResponse(response, &writing)
            #expect((try? JSONDocument(parsing: written)) != nil)
            _ = BedrockCase.written(response.events)
            _ = BedrockCodec.readError(status: 400, body: bytes) { _ in nil }
        }
    }

    @Test("no stream traps, and its events stay in order", arguments: BedrockCase.streams)
    func streams(name: String) throws {
        let frames = HexText.frames("\(BedrockCase.folder)/\(name)/stream.hex")
        var random = Random(state: 17)
        for _ in 0..<80 {
            var bytes: [UInt8] = []
            for frame in frames.shuffled(using: &random) where Int.random(in: 0..<8, using: &random) > 0 {
                bytes += Self.mutated(frame, &random)
            }
            let events = BedrockCase.events([bytes[...]])
            Self.checkOrder(events)
            let written = BedrockCase.written(events)
            #expect(AWSEventStreamTests.frames(written).error == nil)
        }
    }

    /// A frame with a value of its payload replaced, its checksums right.
    static func mutated(_ frame: [UInt8], _ random: inout Random) -> [UInt8] {
        let read = AWSEventStreamTests.frames(frame).frames
        guard let first = read.first, let document = try? JSONDocument(parsing: first.payload),
            Int.random(in: 0..<3, using: &random) == 0
        else { return frame }
        var bytes: [UInt8] = []
        let payload = self.mutated(document.root, first.payload, &random)
        try? AWSEventStreamWriter.append(headers: first.headers, payload: payload.span, to: &bytes)
        return bytes
    }

    static func checkOrder(_ events: [NeutralEvent]) {
        var open: Set<Int> = []
        var next = 0
        var isDone = false
        var hasStarted = false
        for event in events {
            #expect(!isDone)
            switch event {
            case .start:
                #expect(!hasStarted)
                hasStarted = true
            case .partStart(let index, _):
                #expect(index == next && hasStarted)
                next += 1
                open.insert(index)
            case .delta(let index, _), .signature(let index, _), .annotation(let index, _):
                #expect(open.contains(index))
            case .partEnd(let index): #expect(open.remove(index) != nil)
            case .finish: #expect(open.isEmpty)
            case .end, .error: isDone = true
            case .usage, .ping: break
            }
        }
    }
}
