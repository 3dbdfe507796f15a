import SluiceWire
import Testing

/// What tests of dialects have in common: contexts with fixed inputs, and streams read in any split.
enum DialectCases {
    static let identifiers = NeutralIdentifiers(seed: 1, 2)

    static func reading() -> RequestReading {
        RequestReading(seal: TestSeal())
    }

    static func writing(
        _ model: String = "target-model", _ capabilities: ModelCapabilities = ModelCapabilities()
    ) -> RequestWriting {
        RequestWriting(model: model, capabilities: capabilities, identifiers: identifiers)
    }

    static func answerReading(
        _ model: String = "target-model", _ request: NeutralRequest = NeutralRequest(messages: [])
    ) -> ResponseReading {
        ResponseReading(model: model, identifiers: identifiers, request: request)
    }

    static func answerWriting(_ request: NeutralRequest = NeutralRequest(messages: [])) -> ResponseWriting {
        ResponseWriting(
            model: "client-model", now: 1_795_000_000, requestID: "req_1", identifiers: identifiers, seal: TestSeal(),
            request: request)
    }

    static func document(_ text: String) throws -> JSONDocument {
        try JSONDocument(parsing: Array(text.utf8))
    }

    static func document(_ text: [UInt8]) throws -> JSONDocument {
        try JSONDocument(parsing: text)
    }

    static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self)
    }

    /// The events of a stream that is fed in pieces which end at `cuts`.
    static func events(_ bytes: [UInt8], cuts: [Int] = [], from reader: any ChatStreamReader) -> [NeutralEvent] {
        var reader = reader
        var events: [NeutralEvent] = []
        var start = 0
        for cut in cuts + [bytes.count] {
            reader.read(Array(bytes[start..<cut]).span, into: &events)
            start = cut
        }
        reader.finish(into: &events)
        return events
    }

    /// The bytes that a writer makes of events.
    static func bytes(_ events: [NeutralEvent], with writer: any ChatStreamWriter) -> [UInt8] {
        var writer = writer
        var bytes: [UInt8] = []
        for event in events { writer.write(event, into: &bytes) }
        return bytes
    }

    /// The whole answer that events make.
    static func assembled(_ events: [NeutralEvent]) -> NeutralResponse? {
        var assembler = NeutralAssembler()
        for event in events { assembler.take(event) }
        return assembler.response
    }

    /// Feeds a stream whole, byte by byte and with every single cut; all must give the same events.
    static func checkSplits(_ bytes: [UInt8], _ make: () -> any ChatStreamReader) {
        let whole = self.events(bytes, from: make())
        #expect(self.events(bytes, cuts: Array(0...bytes.count), from: make()) == whole)
        for cut in 0...bytes.count {
            let isSame = self.events(bytes, cuts: [cut], from: make()) == whole
            #expect(isSame, "cut at \(cut)")
            if !isSame { return }
        }
    }

    /// Cuts a stream off at every byte before its last complete event; none may end as if it were complete.
    static func checkTruncations(_ bytes: [UInt8], _ make: () -> any ChatStreamReader) {
        let whole = self.events(bytes, from: make())
        for count in 0..<bytes.count {
            let events = self.events(Array(bytes[..<count]), from: make())
            if events.contains(.end) {
                // Only what is no part of the last event may be missing.
                #expect(events == whole, "cut at \(count)")
            }
        }
    }
}
