import SluiceWire

/// A stream's decoder gives the same events however its bytes are split, ends once, and every writer can write them.
enum DecoderOracle {
    static func check(_ dialect: Dialect, _ input: [UInt8]) -> String? {
        guard let codec = DialectRegistry.chat(dialect) else { return nil }
        let bytes = dialect == .bedrock ? self.framed(input) : input
        let whole = self.events(codec, bytes, step: bytes.count)
        for step in [1, 2, 7, 64] where step < bytes.count {
            if self.events(codec, bytes, step: step) != whole { return "pieces of \(step) bytes give other events" }
        }
        if let last = whole.firstIndex(where: { self.isLast($0) }), last != whole.count - 1 {
            return "events after the last"
        }
        for client in DialectOracle.chats {
            guard let other = DialectRegistry.chat(client) else { continue }
            var writer = other.makeStreamWriter(DialectOracle.answering(NeutralRequest(messages: [])))
            var output: [UInt8] = []
            for event in whole { writer.write(event, into: &output) }
            let count = output.count
            guard whole.last.map({ self.isLast($0) }) == true else { continue }
            writer.write(.delta(index: 0, "more"), into: &output)
            if output.count != count { return "\(client) writes after the last event" }
        }
        return nil
    }

    private static func isLast(_ event: NeutralEvent) -> Bool {
        switch event {
        case .end, .error: true
        default: false
        }
    }

    private static func events(_ codec: any ChatCodec.Type, _ bytes: [UInt8], step: Int) -> [NeutralEvent] {
        var reader = codec.makeStreamReader(
            ResponseReading(
                model: "m", identifiers: NeutralIdentifiers(seed: 1, 2), request: NeutralRequest(messages: [])))
        var events: [NeutralEvent] = []
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + max(1, step))
            reader.read(bytes[start..<end].span, into: &events)
            start = end
        }
        reader.finish(into: &events)
        return events
    }

    /// Each line as the payload of a frame whose checksums are right: mutated frames would never get past them. The event's
    /// type is the line's first word.
    private static func framed(_ input: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        for line in input.split(separator: 0x0A) {
            let type = line.prefix { $0 != 0x20 }
            let isException = type.first == 0x21
            let payload = Array(line.dropFirst(type.count + 1))
            let name = String(decoding: isException ? type.dropFirst() : type, as: UTF8.self)
            // A name that no frame can have is left out.
            try? AWSEventStreamWriter.append(
                headers: [
                    AWSEventStreamHeader(":message-type", isException ? "exception" : "event"),
                    AWSEventStreamHeader(isException ? ":exception-type" : ":event-type", name),
                ],
                payload: payload.span,
                to: &output)
        }
        return output
    }
}
