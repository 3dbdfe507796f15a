import SluiceWire

/// What a conversion costs beside its IO: requests, whole answers and streams between OpenAI Chat and Anthropic Messages.
enum Conversions {
    private struct Seal: CarrierSeal {
        func tag(over bytes: Span<UInt8>) -> [UInt8] { [UInt8](repeating: 7, count: 16) }
    }

    private static let chat = Array(
        (#"{"model":"m","messages":[{"role":"system","content":"You are a helpful assistant."},{"role":"user","#
            + #""content":"What is a sluice, and which way does the water go when it opens?"}],"temperature":0.7,"#
            + #""max_tokens":256}"#).utf8)
    private static let message = Array(
        (#"{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"A sluice is a "#
            + #"channel whose flow is set by a gate. Raised, the gate lets the water run from the higher side to the lower "#
            + #"one; lowered, it holds the water back."}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"#
            + #""input_tokens":31,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":38}}"#)
            .utf8)

    static func measure(_ measure: Measure) {
        guard let request = self.read(self.chat, OpenAIChatCodec.self) else { return }
        let messages = self.write(request, AnthropicCodec.self)
        let completion = self.answer(self.message, from: AnthropicCodec.self, to: OpenAIChatCodec.self, request)
        measure.report("request, OpenAI to Anthropic", bytes: self.chat.count) {
            self.read(self.chat, OpenAIChatCodec.self).map { self.write($0, AnthropicCodec.self).count } ?? -1
        }
        measure.report("request, Anthropic to OpenAI", bytes: messages.count) {
            self.read(messages, AnthropicCodec.self).map { self.write($0, OpenAIChatCodec.self).count } ?? -1
        }
        measure.report("answer, Anthropic to OpenAI", bytes: self.message.count) {
            self.answer(self.message, from: AnthropicCodec.self, to: OpenAIChatCodec.self, request).count
        }
        measure.report("answer, OpenAI to Anthropic", bytes: completion.count) {
            self.answer(completion, from: OpenAIChatCodec.self, to: AnthropicCodec.self, request).count
        }
        let events = self.stream(of: AnthropicCodec.self, request)
        measure.report("stream of 100 events, Anthropic to OpenAI", bytes: events.count) {
            self.convert(events, from: AnthropicCodec.self, to: OpenAIChatCodec.self, request)
        }
        let chunks = self.stream(of: OpenAIChatCodec.self, request)
        measure.report("stream of 100 events, OpenAI to Anthropic", bytes: chunks.count) {
            self.convert(chunks, from: OpenAIChatCodec.self, to: AnthropicCodec.self, request)
        }
    }

    private static func read(_ bytes: [UInt8], _ codec: any ChatCodec.Type) -> NeutralRequest? {
        var context = RequestReading(seal: Seal())
        guard let document = try? JSONDocument(parsing: bytes) else { return nil }
        return try? codec.readRequest(document, &context)
    }

    private static func write(_ request: NeutralRequest, _ codec: any ChatCodec.Type) -> [UInt8] {
        var context = RequestWriting(
            model: "m", capabilities: ModelCapabilities(), identifiers: NeutralIdentifiers(seed: 1, 2))
        return (try? codec.writeRequest(request, &context)) ?? []
    }

    private static func reading(_ request: NeutralRequest) -> ResponseReading {
        ResponseReading(model: "m", identifiers: NeutralIdentifiers(seed: 1, 2), request: request)
    }

    private static func writing(_ request: NeutralRequest) -> ResponseWriting {
        ResponseWriting(
            model: "m", now: 1, requestID: "r", identifiers: NeutralIdentifiers(seed: 3, 4), seal: Seal(),
            request: request)
    }

    private static func answer(
        _ bytes: [UInt8], from target: any ChatCodec.Type, to client: any ChatCodec.Type, _ request: NeutralRequest
    ) -> [UInt8] {
        var reading = self.reading(request)
        var writing = self.writing(request)
        guard let document = try? JSONDocument(parsing: bytes),
            let response = try? target.readResponse(document, &reading)
        else { return [] }
        return (try? client.writeResponse(response, &writing)) ?? []
    }

    private static func stream(of codec: any ChatCodec.Type, _ request: NeutralRequest) -> [UInt8] {
        var writer = codec.makeStreamWriter(self.writing(request))
        var bytes: [UInt8] = []
        writer.write(.start(NeutralStart(id: "i", model: "m")), into: &bytes)
        writer.write(.partStart(index: 0, .text), into: &bytes)
        for _ in 0..<100 { writer.write(.delta(index: 0, "A word or two "), into: &bytes) }
        writer.write(.partEnd(index: 0), into: &bytes)
        writer.write(.finish(NeutralFinish(.stop)), into: &bytes)
        writer.write(.usage(TokenUsage(uncachedInput: 31, output: 100)), into: &bytes)
        writer.write(.end, into: &bytes)
        return bytes
    }

    private static func convert(
        _ bytes: [UInt8], from target: any ChatCodec.Type, to client: any ChatCodec.Type, _ request: NeutralRequest
    ) -> Int {
        var reader = target.makeStreamReader(self.reading(request))
        var writer = client.makeStreamWriter(self.writing(request))
        var events: [NeutralEvent] = []
        var output: [UInt8] = []
        reader.read(bytes.span, into: &events)
        reader.finish(into: &events)
        for event in events { writer.write(event, into: &output) }
        return output.count
    }
}
