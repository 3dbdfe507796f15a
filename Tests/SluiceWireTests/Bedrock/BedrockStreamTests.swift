import Testing

@testable import SluiceWire

@Suite("Bedrock streams")
struct BedrockStreamTests {
    static let answers = BedrockCase.streams.filter { $0.hasPrefix("answer_") }
    static let failures = BedrockCase.streams.filter { $0.hasPrefix("error_") }

    @Test("a stream is the whole answer in pieces", arguments: answers)
    func assembled(name: String) throws {
        var whole = try BedrockCase.response(name)
        whole.serviceTier = nil
        let events = BedrockCase.events([BedrockCase.stream(name)[...]])
        let assembled = try #require(BedrockCase.assembled(events))
        // White space between members is the only difference that a call's arguments may have.
        #expect(assembled.finish == whole.finish && assembled.usage == whole.usage)
        #expect(assembled.parts.map(Self.comparable) == whole.parts.map(Self.comparable))
        #expect(events.last == .end)
    }

    static func comparable(_ part: NeutralPart) -> NeutralPart {
        var part = part
        if case .toolCall(var call) = part.content {
            call.arguments = JSONString(utf8: call.arguments.utf8.filter { $0 > 0x20 })
            part.content = .toolCall(call)
        }
        if case .opaque(var opaque) = part.content {
            opaque.value = JSONFragment(written: Array(opaque.value.bytes.filter { $0 > 0x20 }))
            part.content = .opaque(opaque)
        }
        return part
    }

    @Test("any split gives the same events", arguments: BedrockCase.streams)
    func splits(name: String) {
        let bytes = BedrockCase.stream(name)
        let whole = BedrockCase.events([bytes[...]])
        for split in 0...bytes.count {
            #expect(BedrockCase.events([bytes[..<split], bytes[split...]]) == whole, "split at \(split)")
        }
        #expect(BedrockCase.events(bytes.indices.map { bytes[$0...$0] }) == whole)
        for size in [2, 3, 5, 11, 64] {
            let chunks = stride(from: 0, to: bytes.count, by: size).map { bytes[$0..<min($0 + size, bytes.count)] }
            #expect(BedrockCase.events(chunks) == whole)
        }
    }

    @Test("a cut stream never ends well before its reason is told", arguments: BedrockCase.streams)
    func cuts(name: String) {
        let frames = HexText.frames("\(BedrockCase.folder)/\(name)/stream.hex")
        let bytes = frames.flatMap { $0 }
        // Only the boundary after the reason, where nothing but the usage is missing, is an end.
        let complete = bytes.count - (frames.last?.count ?? 0)
        for end in 0..<bytes.count {
            let events = BedrockCase.events([bytes[..<end]])
            #expect(events.contains(.end) == (end == complete && name.hasPrefix("answer_")), "cut at \(end)")
        }
    }

    @Test("one damaged byte is an error, and nothing comes after it")
    func damage() {
        let bytes = BedrockCase.stream("answer_tools")
        for position in bytes.indices {
            var damaged = bytes
            damaged[position] ^= 0x01
            let events = BedrockCase.events([damaged[...]])
            let hasError = if case .error = events.last { true } else { false }
            #expect(hasError, "byte \(position)")
        }
    }

    @Test("exceptions are errors of their kind", arguments: failures)
    func exceptions(name: String) throws {
        let events = BedrockCase.events([BedrockCase.stream(name)[...]])
        guard case .error(let error) = events.last else {
            Issue.record("no error")
            return
        }
        let expected: (NeutralError.Kind, Int)? =
            switch name {
            case "error_modelStreamErrorException": (.server, 424)
            case "error_throttlingException": (.rateLimit, 429)
            case "error_internalServerException": (.server, 500)
            case "error_serviceUnavailableException": (.overloaded, 503)
            case "error_validationException": (.invalidRequest, 400)
            case "error_frame": (.server, 500)
            default: nil
            }
        let (kind, status) = try #require(expected)
        #expect(error.kind == kind && error.status == status && !error.message.isEmpty)
        #expect(!events.contains(.end))
    }

    @Test("what is written is read back as the same events", arguments: answers)
    func writtenAndRead(name: String) {
        let events = BedrockCase.events([BedrockCase.stream(name)[...]])
        var request = NeutralRequest(messages: [])
        request.extras.append(
            "additionalModelResponseFieldPaths", JSONFragment(written: Array(#"["/stop_sequence"]"#.utf8)),
            from: .bedrock)
        let bytes = BedrockCase.written(events, BedrockCase.answering(request))
        let again = BedrockCase.events([bytes[...]])
        let first = BedrockCase.assembled(events)
        var second = BedrockCase.assembled(again)
        // The client holds tokens, which only its next request opens.
        let parts = second?.parts ?? []
        second?.parts = parts.map { part in
            var part = part
            if let signature = part.signature {
                let token = BedrockBlob.decode(signature.value).flatMap { bytes in
                    bytes.starts(with: Array("slt1_".utf8)) ? JSONString(utf8: bytes) : nil
                }
                part.signature = ThinkingCarrier.signature(
                    from: token ?? signature.value, origin: signature.origin, seal: BedrockCase.seal)
            }
            return part
        }
        #expect(first?.finish == second?.finish && first?.usage == second?.usage)
        #expect(first?.parts.map(Self.comparable) == second?.parts.map(Self.comparable))
    }

    @Test("each answer is written for a client as recorded", arguments: answers)
    func golden(name: String) throws {
        let folder = "\(BedrockCase.folder)/\(name)"
        let frames = AWSEventStreamTests.split(
            BedrockCase.written(BedrockCase.events([BedrockCase.stream(name)[...]])))
        if BedrockCase.isRecording {
            #expect(Fixture.write(HexText.text(frames), to: "\(folder)/client.hex"))
        } else {
            #expect(frames == HexText.frames("\(folder)/client.hex"))
        }
        var context = BedrockCase.answering()
        let whole = try BedrockCodec.writeResponse(try BedrockCase.response(name), &context) + [UInt8(ascii: "\n")]
        if BedrockCase.isRecording {
            #expect(Fixture.write(whole, to: "\(folder)/client.json"))
        } else {
            #expect(whole == Fixture.bytes("\(folder)/client.json"))
        }
    }

    @Test("frames come in the vendor's order: text begins unannounced, the usage is last")
    func order() {
        let usage = TokenUsage(uncachedInput: 1, output: 2)
        let bytes = BedrockCase.written([
            .start(NeutralStart(usage: TokenUsage(uncachedInput: 1))), .ping, .partStart(index: 0, .text),
            .partEnd(index: 0),
            .partStart(index: 1, .thinking),
            .signature(index: 1, NeutralSignature("c2ln", origin: NeutralOrigin(.anthropic))),
            .partEnd(index: 1), .partStart(index: 2, .toolCall(id: "1", name: "f")),
            .partStart(index: 3, .toolCall(id: "2", name: "g")),
            .delta(index: 3, "{\"a\":1}"), .usage(usage), .finish(NeutralFinish(.toolCalls)), .end, .ping, .end,
        ])
        #expect(
            Self.kinds(bytes) == [
                "messageStart", "contentBlockDelta 0", "contentBlockDelta 0", "contentBlockStop 0",
                "contentBlockStart 1",
                "contentBlockDelta 1", "contentBlockStop 1", "contentBlockStart 2", "contentBlockDelta 2",
                "contentBlockStop 2", "messageStop", "metadata",
            ])
        let response = BedrockCase.assembled(BedrockCase.events([bytes[...]]))
        #expect(response?.usage == usage && response?.finish.reason == .toolCalls)
        #expect(response?.parts.count == 3)
    }

    /// The kinds of the frames, with the block's number.
    static func kinds(_ bytes: [UInt8]) -> [String] {
        var parser = AWSEventStreamParser()
        return AWSEventStreamTests.frames([bytes[...]], parser: &parser).frames.map { frame in
            func header(_ name: String) -> String? {
                guard case .string(let text)? = frame.headers.first(where: { $0.name == name })?.value else {
                    return nil
                }
                return text
            }
            #expect(header(":content-type") == "application/json")
            let number = (try? JSONDocument(parsing: frame.payload))?.root["contentBlockIndex"]?.intValue
            let kind = header(":event-type") ?? header(":exception-type") ?? "?"
            return number.map { "\(kind) \($0)" } ?? kind
        }
    }

    @Test("half a surrogate pair waits for its other half")
    func surrogates() throws {
        let bytes = BedrockCase.written([
            .start(NeutralStart()), .partStart(index: 0, .text),
            .delta(index: 0, JSONString(escaped: Array(#"a\ud83d"#.utf8)[...])),
            .delta(index: 0, JSONString(escaped: Array(#"\ude00b"#.utf8)[...])),
            .delta(index: 0, JSONString(escaped: Array(#"\ud83d"#.utf8)[...])), .partEnd(index: 0),
            .finish(NeutralFinish(.stop)), .end,
        ])
        let texts = AWSEventStreamTests.frames(bytes).frames.compactMap { frame in
            (try? JSONDocument(parsing: frame.payload))?.root["delta"]?["text"]?.stringValue
        }
        #expect(texts == ["a", "😀b", "\u{FFFD}"])
    }

    @Test("an error is an exception, and the last frame", arguments: NeutralError.Kind.allCases)
    func errors(kind: NeutralError.Kind) {
        let bytes = BedrockCase.written([
            .start(NeutralStart()), .partStart(index: 0, .text), .delta(index: 0, "a"),
            .error(NeutralError(kind, message: "no")), .partEnd(index: 0), .finish(NeutralFinish(.stop)), .end,
        ])
        let kinds = Self.kinds(bytes)
        #expect(kinds.count == 3)
        #expect(
            [
                "modelStreamErrorException", "throttlingException", "internalServerException",
                "serviceUnavailableException",
                "validationException",
            ].contains(kinds.last ?? ""))
        let events = BedrockCase.events([bytes[...]])
        guard case .error(let error) = events.last else {
            Issue.record("no error")
            return
        }
        #expect(error.message.hasSuffix("no"))
        if kind == .contextTooLong { #expect(error.kind == .contextTooLong) }
    }

    @Test("a stream that ends without a reason is an exception, not an end")
    func noReason() {
        let bytes = BedrockCase.written([.start(NeutralStart()), .end])
        #expect(Self.kinds(bytes) == ["messageStart", "internalServerException"])
    }

    @Test("calls of a tool of free text are unwrapped")
    func customTools() {
        var request = NeutralRequest(messages: [])
        request.tools = [NeutralTool("c", kind: .custom(format: nil))]
        let bytes = BedrockCase.written([
            .start(NeutralStart()), .partStart(index: 0, .toolCall(id: "1", name: "c")), .delta(index: 0, #"{"inp"#),
            .delta(index: 0, #"ut":"a\"b"}"#), .partEnd(index: 0), .finish(NeutralFinish(.toolCalls)), .end,
        ])
        let response = BedrockCase.assembled(BedrockCase.events([bytes[...]], request))
        guard case .toolCall(let call)? = response?.parts.first?.content else {
            Issue.record("no call")
            return
        }
        #expect(call.arguments == #"a"b"#)
    }

    @Test("the tap knows a frame's kind without reading what the answer says")
    func tap() throws {
        let bytes = BedrockCase.stream("answer_tools")
        var parser = AWSEventStreamParser()
        var offset = 0
        var kinds: [BedrockStreamEvent.Kind] = []
        var usage: TokenUsage?
        var reason: String?
        while let frame = try parser.next(in: bytes.span, at: &offset) {
            let event = parser.withFrame(frame, in: bytes.span) { BedrockStreamEvent.tap(headers: $0, payload: $1) }
            kinds.append(event.kind)
            usage = event.usage ?? usage
            reason = event.stopReason ?? reason
            if event.kind == .contentBlockDelta { #expect(event.payload == nil && event.hasContent) }
        }
        #expect(kinds.first == .messageStart && kinds.last == .metadata && kinds.count == 12)
        #expect(usage?.totalTokens == 254 && reason == "tool_use")
    }

    @Test("unknown events are passed over; a payload that is no object is an error")
    func unknownEvents() throws {
        var bytes: [UInt8] = []
        try AWSEventStreamWriter.append(event: "somethingNew", json: Array("[".utf8).span, to: &bytes)
        #expect(BedrockCase.events([bytes[...]]).isEmpty)
        try AWSEventStreamWriter.append(event: "contentBlockDelta", json: Array("[1".utf8).span, to: &bytes)
        guard case .error(let error) = BedrockCase.events([bytes[...]]).last else {
            Issue.record("no error")
            return
        }
        #expect(error.status == 502)
    }
}
