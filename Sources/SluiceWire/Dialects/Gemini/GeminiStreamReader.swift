/// Reads a provider's streamed answer, as server-sent events or as one JSON array; the first byte tells which.
///
/// Nothing in the stream says that it is complete but its end: the reason to finish may come with any chunk, and a
/// chunk with a seal or the usage may follow. So the finish is told when the body ends, or the array. Text goes on from
/// chunk to chunk until a part of another kind, or a seal, comes.
struct GeminiStreamReader: ChatStreamReader {
    private enum Framing {
        /// Nothing but white space, and perhaps a byte order mark, has come.
        case undecided([UInt8])
        case events(SSEParser)
        case array(GeminiArraySplitter)
    }

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    private static let leadLimit = 64 * 1024

    private var framing = Framing.undecided([])
    private var parts: GeminiStreamParts
    private var isOver = false
    private(set) var endOffset: Int?

    init(_ context: ResponseReading) {
        parts = GeminiStreamParts(context)
    }

    var losses: ConversionLosses { parts.losses }

    var standing: StreamStanding {
        switch framing {
        case .undecided: .within
        case .events(let parser): parser.isInsideEvent ? .within : .between
        case .array(let splitter): splitter.standing
        }
    }

    mutating func read(_ bytes: Span<UInt8>, into events: inout [NeutralEvent]) {
        guard !isOver, bytes.count > 0 else { return }
        switch framing {
        case .undecided(var lead):
            bytes.withUnsafeBufferPointer { lead.append(contentsOf: $0) }
            guard let decided = Self.decided(lead) else {
                framing = .undecided(lead)
                if lead.count > Self.leadLimit { fail("The provider's stream does not begin.", into: &events) }
                return
            }
            framing = decided.framing
            let rest = Array(lead.dropFirst(decided.skipped))
            read(rest.span, into: &events)
        case .events(var parser):
            framing = .undecided([])
            readEvents(bytes, &parser, into: &events)
            framing = .events(parser)
        case .array(var splitter):
            framing = .undecided([])
            readArray(bytes, &splitter, into: &events)
            framing = .array(splitter)
        }
    }

    mutating func finish(into events: inout [NeutralEvent]) {
        guard !isOver else { return }
        if case .events(var parser) = framing, let event = parser.finish() {
            // A last event without its blank line; one that is cut is no event.
            parser.withData(of: event, in: [UInt8]().span) { data in
                if let document = try? JSONDocument(copying: data) { take(document.root, into: &events) }
            }
        }
        if case .array(let splitter) = framing, splitter.isInsideElement { isOver = true }
        guard !isOver else { return }
        isOver = true
        parts.finish(into: &events)
    }

    /// The framing that the first bytes tell, and how many of them are a byte order mark; `nil` when more are needed.
    private static func decided(_ lead: [UInt8]) -> (framing: Framing, skipped: Int)? {
        let skipped = lead.starts(with: byteOrderMark) ? byteOrderMark.count : 0
        if skipped == 0, byteOrderMark.starts(with: lead) { return nil }
        guard let first = lead.dropFirst(skipped).first(where: { $0 > 0x20 }) else { return nil }
        let isArray = first == UInt8(ascii: "[") || first == UInt8(ascii: "{")
        return (isArray ? .array(GeminiArraySplitter()) : .events(SSEParser()), skipped)
    }

    private mutating func readEvents(_ bytes: Span<UInt8>, _ parser: inout SSEParser, into events: inout [NeutralEvent])
    {
        var offset = 0
        while !isOver, let event = parser.next(in: bytes, at: &offset) {
            if case .oversized = event.payload {
                return fail("An event of the provider's stream is too large.", into: &events)
            }
            parser.withData(of: event, in: bytes) { data in takeData(data, into: &events) }
            if isOver { endOffset = event.end }
        }
    }

    private mutating func readArray(
        _ bytes: Span<UInt8>, _ splitter: inout GeminiArraySplitter, into events: inout [NeutralEvent]
    ) {
        var offset = 0
        while !isOver {
            switch splitter.next(in: bytes, at: &offset) {
            case .more: return
            case .element: takeData(splitter.element.span, into: &events)
            case .end:
                isOver = true
                endOffset = offset
                parts.end(into: &events)
            case .failure: fail("The provider's stream is no array of chunks.", into: &events)
            }
        }
    }

    private mutating func takeData(_ data: Span<UInt8>, into events: inout [NeutralEvent]) {
        do {
            take(try JSONDocument(copying: data).root, into: &events)
        } catch {
            // Servers that imitate OpenAI's too end with this.
            if Self.isDone(data) {
                isOver = true
                parts.end(into: &events)
            } else {
                fail("A chunk of the provider's stream is no JSON.", into: &events)
            }
        }
    }

    private static func isDone(_ data: Span<UInt8>) -> Bool {
        data.withUnsafeBufferPointer { $0.elementsEqual("[DONE]".utf8) }
    }

    private mutating func take(_ root: JSONNode, into events: inout [NeutralEvent]) {
        if parts.take(root, into: &events) { isOver = true }
    }

    private mutating func fail(_ message: String, into events: inout [NeutralEvent]) {
        isOver = true
        events.append(.error(NeutralError(.server, status: 502, message: message)))
    }
}
