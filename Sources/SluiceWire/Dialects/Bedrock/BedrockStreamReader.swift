/// Reads the answer of ConverseStream.
///
/// Frames: `messageStart`; for each block `contentBlockStart` (tool calls and pictures only), `contentBlockDelta`,
/// `contentBlockStop`; `messageStop` with the reason; `metadata` with the usage, the last. Payloads are JSON, with a field `p` of
/// letters that hides their length.
/// Source: the service model of bedrock-runtime, `ConverseStreamOutput` (read 2026-11).
public struct BedrockStreamReader: ChatStreamReader {
    public private(set) var losses = ConversionLosses()
    public private(set) var endOffset: Int?

    private var parser: AWSEventStreamParser
    private var blocks: BedrockStreamBlocks
    private var hasBegun = false
    private var hasFinished = false
    private var hasUsage = false
    private var isDone = false

    init(_ context: ResponseReading) {
        parser = AWSEventStreamParser()
        blocks = BedrockStreamBlocks(model: context.model, names: BedrockToolNames(context.request.tools))
    }

    public mutating func read(_ bytes: Span<UInt8>, into events: inout [NeutralEvent]) {
        var offset = 0
        while !isDone {
            let frame: AWSEventStreamFrame?
            do throws(AWSEventStreamError) {
                frame = try parser.next(in: bytes, at: &offset)
            } catch {
                return fail("The provider's stream is damaged: \(error).", into: &events)
            }
            guard let frame else { return }
            let event = parser.withFrame(frame, in: bytes) { headers, payload in
                BedrockStreamEvent(headers: headers, payload: payload)
            }
            take(event, into: &events)
            if isDone { endOffset = frame.end }
        }
    }

    public var standing: StreamStanding { parser.isInsideFrame ? .within : .between }

    public mutating func finish(into events: inout [NeutralEvent]) {
        guard !isDone else { return }
        isDone = true
        // Bytes of a frame that did not come whole mean a cut, whatever came before.
        if hasFinished, !parser.isInsideFrame { events.append(.end) }
    }

    private mutating func take(_ event: BedrockStreamEvent, into events: inout [NeutralEvent]) {
        switch event.kind {
        case .exception(let error):
            isDone = true
            events.append(.error(error))
        case .malformed:
            fail("The provider's stream holds an event that is no JSON object.", into: &events)
        case .other: break
        case .messageStart: begin(into: &events)
        case .contentBlockStart, .contentBlockDelta, .contentBlockStop:
            guard !hasFinished else { return }
            begin(into: &events)
            guard let fault = blocks.take(event, into: &events) else { break }
            fail(fault, into: &events)
        case .messageStop:
            guard !hasFinished else { return }
            begin(into: &events)
            blocks.close(into: &events)
            hasFinished = true
            var finish = NeutralFinish(
                event.stopReason.map(BedrockStopReason.read) ?? .stop, vendorWord: event.stopReason)
            let fields = event.payload?.root["additionalModelResponseFields"]
            finish.stopSequence = BedrockResponseReader.stopSequence(fields)
            events.append(.finish(finish))
            if hasUsage { end(into: &events) }
        case .metadata:
            begin(into: &events)
            hasUsage = true
            if let usage = event.usage { events.append(.usage(usage)) }
            if hasFinished { end(into: &events) }
        }
        for field in blocks.takeLost() { losses.drop(field) }
    }

    private mutating func begin(into events: inout [NeutralEvent]) {
        guard !hasBegun else { return }
        hasBegun = true
        events.append(.start(NeutralStart()))
    }

    private mutating func end(into events: inout [NeutralEvent]) {
        isDone = true
        events.append(.end)
    }

    private mutating func fail(_ message: String, into events: inout [NeutralEvent]) {
        isDone = true
        events.append(.error(NeutralError(.server, status: 502, message: message)))
    }
}
