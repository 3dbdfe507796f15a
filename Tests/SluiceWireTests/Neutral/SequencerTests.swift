import SluiceWire
import Testing

@Suite("NeutralSequencer and NeutralAssembler")
struct SequencerTests {
    private func ordered(_ events: [NeutralEvent]) -> [NeutralEvent] {
        var sequencer = NeutralSequencer()
        var result: [NeutralEvent] = []
        for event in events { sequencer.take(event, into: &result) }
        return result
    }

    private func response(_ events: [NeutralEvent]) -> NeutralResponse? {
        var assembler = NeutralAssembler()
        for event in events { assembler.take(event) }
        return assembler.response
    }

    /// Whether each part ends before the next begins, and indexes count from 0.
    private func isSequential(_ events: [NeutralEvent]) -> Bool {
        var next = 0
        var open: Int?
        for event in events {
            switch event {
            case .partStart(let index, _):
                guard open == nil, index == next else { return false }
                open = index
                next += 1
            case .delta(let index, _), .signature(let index, _), .annotation(let index, _):
                guard open == index else { return false }
            case .partEnd(let index):
                guard open == index else { return false }
                open = nil
            case .finish, .end:
                guard open == nil else { return false }
            default: break
            }
        }
        return true
    }

    private static let interleaved: [NeutralEvent] = [
        .start(NeutralStart(id: "a", model: "m")),
        .partStart(index: 0, .text), .delta(index: 0, "Hi"), .partEnd(index: 0),
        .partStart(index: 1, .toolCall(id: "c1", name: "f")), .delta(index: 1, "{\"a\":"),
        .partStart(index: 2, .toolCall(id: "c2", name: "g")), .delta(index: 2, "{"), .delta(index: 1, "\"}\"}"),
        .delta(index: 2, "}"), .partEnd(index: 1), .partEnd(index: 2),
        .finish(NeutralFinish(.toolCalls)), .usage(TokenUsage(uncachedInput: 3, output: 4)), .end,
    ]

    @Test("interleaved calls come one after the other, and mean the same")
    func interleaved() {
        let ordered = self.ordered(Self.interleaved)
        #expect(self.isSequential(ordered))
        #expect(self.response(ordered) == self.response(Self.interleaved))
        #expect(self.response(ordered)?.parts.count == 3)
    }

    @Test("a call whose object is complete does not keep the next waiting")
    func complete() {
        let ordered = self.ordered([
            .partStart(index: 0, .toolCall(id: "a", name: "f")), .delta(index: 0, "{}"),
            .partStart(index: 1, .toolCall(id: "b", name: "g")), .delta(index: 1, "{\"x\""),
        ])
        #expect(ordered.last == .delta(index: 1, "{\"x\""))
        #expect(self.isSequential(ordered))
    }

    @Test("calls that never end are ended by the finish")
    func unfinished() {
        let ordered = self.ordered([
            .partStart(index: 0, .toolCall(id: "a", name: "f")), .partStart(index: 1, .toolCall(id: "b", name: "g")),
            .delta(index: 1, "{}"), .delta(index: 0, "{"), .finish(NeutralFinish(.toolCalls)), .end,
        ])
        #expect(self.isSequential(ordered))
        #expect(self.response(ordered)?.parts.count == 2)
    }

    @Test("more parts than may wait end the stream with an error, and nothing follows it")
    func tooManyWait() {
        var events: [NeutralEvent] = [.partStart(index: 0, .toolCall(id: "0", name: "f")), .delta(index: 0, "{")]
        for index in 1...NeutralSequencer.waitingLimit {
            events.append(.partStart(index: index, .toolCall(id: "\(index)", name: "f")))
        }
        #expect(!self.ordered(events).contains { if case .error = $0 { true } else { false } })
        let late = NeutralSequencer.waitingLimit + 1
        let ordered = self.ordered(
            events + [.partStart(index: late, .toolCall(id: "late", name: "f")), .delta(index: 0, "}"), .end])
        guard case .error = ordered.last else {
            Issue.record("The stream went on: \(String(describing: ordered.last)).")
            return
        }
        #expect(ordered.count == 3)
    }

    @Test("more text than may wait ends the stream with an error")
    func tooMuchWaits() {
        let piece = JSONString(String(repeating: "x", count: 1024 * 1024))
        var events: [NeutralEvent] = [
            .partStart(index: 0, .toolCall(id: "a", name: "f")), .delta(index: 0, "{"),
            .partStart(index: 1, .toolCall(id: "b", name: "g")),
        ]
        let most = NeutralSequencer.limitBytes / piece.escaped.count
        for _ in 0..<most { events.append(.delta(index: 1, piece)) }
        #expect(self.isSequential(self.ordered(events + [.finish(NeutralFinish(.toolCalls)), .end])))
        let ordered = self.ordered(events + [.delta(index: 1, "x"), .finish(NeutralFinish(.toolCalls)), .end])
        guard case .error = ordered.last else {
            Issue.record("The stream went on: \(ordered.count) events.")
            return
        }
    }

    @Test("any order of any events stays in sequence and never traps")
    func random() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            let events: [NeutralEvent] = (0..<40).map { _ in
                let index = Int.random(in: 0...4, using: &generator)
                return switch Int.random(in: 0...5, using: &generator) {
                case 0: .partStart(index: index, .toolCall(id: "\(index)", name: "f"))
                case 1: .partStart(index: index, .text)
                case 2: .delta(index: index, ["{", "}", "\"", "x"].randomElement(using: &generator) ?? "x")
                case 3: .partEnd(index: index)
                case 4: .signature(index: index, NeutralSignature("s", origin: NeutralOrigin(.gemini)))
                default: .usage(TokenUsage(output: index))
                }
            }
            #expect(self.isSequential(self.ordered(events + [.finish(NeutralFinish(.stop)), .end])))
        }
    }

    @Test("a whole answer as events is the same answer again")
    func events() {
        let signature = NeutralSignature("s", origin: NeutralOrigin(.anthropic))
        let response = NeutralResponse(
            id: "i", model: "m",
            parts: [
                NeutralPart(.thinking("t"), signature: signature), NeutralPart(.redactedThinking, signature: signature),
                NeutralPart(.text("x")), NeutralPart(.refusal("no")),
                NeutralPart(.toolCall(NeutralToolCall(id: "c", name: "f", arguments: "{}")), signature: signature),
                NeutralPart(.opaque(NeutralOpaque(origin: .anthropic, kind: "k", value: .emptyObject))),
            ],
            finish: NeutralFinish(.toolCalls), usage: TokenUsage(output: 1))
        #expect(self.response(response.events) == response)
    }

    @Test("without an end there is no answer, and with an error none")
    func incomplete() {
        #expect(self.response(Array(Self.interleaved.dropLast())) == nil)
        #expect(
            self.response(Self.interleaved.dropLast() + [.error(NeutralError(.server, message: "m")), .end]) == nil)
    }

    @Test("losses are named once, the worst counts, and names are safe and bounded")
    func losses() {
        var losses = ConversionLosses()
        losses.adapt("temperature")
        losses.drop("seed")
        losses.drop("temperature")
        losses.note("detail")
        losses.drop("x\r\nset-cookie: a")
        #expect(losses.header == "dropped temperature, dropped seed, dropped x__set-cookie__a")
        #expect(losses.log?.contains("harmless detail") == true)
        for number in 0..<100 { losses.drop("f\(number)") }
        #expect(losses.all.count == ConversionLosses.limit)
        #expect(losses.header?.hasSuffix("and 72 more") == true)
    }
}
