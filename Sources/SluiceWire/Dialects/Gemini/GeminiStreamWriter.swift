/// Writes a streamed answer for a client, as server-sent events ended by CRLF or as one JSON array.
///
/// Each chunk is a whole response with a piece of the answer; a call comes whole, in one chunk; the last chunk has the
/// reason and the usage. An error is a chunk of its own and the last. Google's SDKs take a comment line for a broken
/// chunk, so an idle stream is kept alive with an empty line.
/// Source: google-genai 3.4.0, `_iter_response_stream`, `Chat.send_message_stream` (2026-11).
struct GeminiStreamWriter: ChatStreamWriter {
    private enum Block {
        case text, thinking
        case call(id: String, name: String, NeutralSignature?)
        /// Whole when it began.
        case whole
    }

    /// How large a call's arguments may become: 16 MiB.
    private static let argumentLimit = 16 * 1024 * 1024

    private let isArray: Bool
    private let model: String
    private let requestID: String
    private var identifiers: NeutralIdentifiers
    private var parts: GeminiPartWriter
    private var sequencer = NeutralSequencer()
    private var id: String?
    private var block: Block?
    /// A call's arguments, or a thought that is not shown.
    private var kept: [JSONString] = []
    private var keptBytes = 0
    private var hold = JSONStringHold()
    private var hasContent = false
    private var hasChunks = false
    private var finish: NeutralFinish?
    private var usage: TokenUsage?
    private var isOver = false

    init(_ context: ResponseWriting) {
        isArray = context.framing == .jsonArray
        model = context.model
        requestID = context.requestID
        identifiers = context.identifiers
        parts = GeminiPartWriter(context)
    }

    var contentType: String { isArray ? "application/json; charset=UTF-8" : "text/event-stream" }

    var losses: ConversionLosses { parts.losses }
    private(set) var failure: NeutralError?

    mutating func write(_ event: NeutralEvent, into output: inout [UInt8]) {
        guard !isOver else { return }
        var ordered: [NeutralEvent] = []
        sequencer.take(event, into: &ordered)
        for event in ordered where !isOver { take(event, into: &output) }
    }

    private mutating func take(_ event: NeutralEvent, into output: inout [UInt8]) {
        switch event {
        case .start(let start):
            id = start.id
            usage = start.usage
        case .partStart(_, let start): begin(start, into: &output)
        case .delta(_, let text): append(text, into: &output)
        case .signature(_, let signature): seal(signature, into: &output)
        case .annotation(_, let annotation): parts.drop(annotation.word)
        case .partEnd: endBlock(into: &output)
        case .finish(let finish): self.finish = finish
        case .usage(let usage): self.usage = usage
        case .end: writeLast(into: &output)
        case .ping: output.append(contentsOf: [0x0D, 0x0A])
        case .error(let error): writeError(error, into: &output)
        }
    }

    // MARK: Parts

    private mutating func begin(_ start: NeutralPartStart, into output: inout [UInt8]) {
        kept = []
        keptBytes = 0
        switch start {
        case .text, .refusal: block = .text
        case .thinking: block = .thinking
        case .redactedThinking(let signature):
            block = .whole
            parts.hide(nil, signature: signature, isRedacted: true)
        case .toolCall(let id, let name, let signature): block = .call(id: id, name: name, signature)
        case .media(let part):
            block = .whole
            writeChunk(into: &output) { parts, writer in parts.medium(part, to: &writer) }
        case .opaque(let opaque):
            block = .whole
            writeChunk(into: &output) { parts, writer in parts.opaque(opaque, to: &writer) }
        }
    }

    private mutating func append(_ text: JSONString, into output: inout [UInt8]) {
        switch block {
        case .text: show(hold.take(text), isThought: false, into: &output)
        case .thinking where parts.writesThoughts: show(hold.take(text), isThought: true, into: &output)
        case .thinking, .call:
            kept.append(text)
            keptBytes += text.escaped.count
            if keptBytes > Self.argumentLimit {
                writeError(NeutralError(.server, message: "The provider's tool arguments are too long."), into: &output)
            }
        case .whole, nil: break
        }
    }

    private mutating func show(_ text: JSONString, isThought: Bool, into output: inout [UInt8]) {
        guard !text.isEmpty else { return }
        writeChunk(into: &output) { parts, writer in
            if isThought { parts.thought(text, to: &writer) } else { parts.text(text, to: &writer) }
        }
    }

    /// Shows half a pair of surrogates that stayed alone.
    private mutating func showHeld(into output: inout [UInt8]) {
        switch block {
        case .text: show(hold.flush(), isThought: false, into: &output)
        case .thinking where parts.writesThoughts: show(hold.flush(), isThought: true, into: &output)
        default: break
        }
    }

    private mutating func seal(_ signature: NeutralSignature, into output: inout [UInt8]) {
        showHeld(into: &output)
        switch block {
        case .text:
            writeChunk(into: &output) { parts, writer in parts.text(.empty, signature: signature, to: &writer) }
        case .thinking where parts.writesThoughts:
            writeChunk(into: &output) { parts, writer in parts.thought(.empty, signature: signature, to: &writer) }
        case .thinking:
            parts.hide(.joined(kept), signature: signature)
        case .call(let id, let name, _):
            block = .call(id: id, name: name, signature)
        case .whole, nil: break
        }
    }

    private mutating func endBlock(into output: inout [UInt8]) {
        showHeld(into: &output)
        if case .call(let id, let name, let signature) = block {
            let call = NeutralToolCall(id: id, name: name, arguments: .joined(kept))
            writeChunk(into: &output) { parts, writer in parts.call(call, signature: signature, to: &writer) }
        }
        block = nil
        kept = []
    }

    // MARK: Chunks

    /// Writes a chunk of one part, unless the part turns out to have no place.
    private mutating func writeChunk(
        into output: inout [UInt8], _ part: (inout GeminiPartWriter, inout JSONWriter) -> Void
    ) {
        let start = output.count
        let hadChunks = hasChunks
        var writer = beginChunk(&output)
        writer.key("candidates")
        writer.beginArray()
        writer.beginObject()
        writer.key("content")
        writer.beginObject()
        writer.key("parts")
        writer.beginArray()
        let empty = writer.bytes.count
        part(&parts, &writer)
        let isEmpty = writer.bytes.count == empty
        writer.endArray()
        writer.key("role")
        writer.string("model")
        writer.endObject()
        writer.key("index")
        writer.integer(0)
        writer.endObject()
        writer.endArray()
        endChunk(&writer, usage: nil, start, into: &output)
        if isEmpty {
            output.removeSubrange(start...)
            hasChunks = hadChunks
        } else {
            hasContent = true
        }
    }

    private mutating func writeLast(into output: inout [UInt8]) {
        guard let finish else {
            return writeError(
                NeutralError(.server, message: "The provider's stream ended without a reason."), into: &output)
        }
        let start = output.count
        var writer = beginChunk(&output)
        if !hasContent, let feedback = GeminiResponseWriter.feedback(finish) {
            writer.key("promptFeedback")
            writer.fragment(feedback)
        } else {
            writer.key("candidates")
            writer.beginArray()
            writer.beginObject()
            // Google's SDKs forget a turn with a chunk that has no part; a turn that was held back they shall forget.
            if finish.reason != .contentFilter {
                writer.key("content")
                writer.beginObject()
                writer.key("parts")
                writer.beginArray()
                parts.text(.empty, to: &writer)
                writer.endArray()
                writer.key("role")
                writer.string("model")
                writer.endObject()
            }
            GeminiFrame.writeFinish(finish, to: &writer)
            writer.key("index")
            writer.integer(0)
            writer.endObject()
            writer.endArray()
        }
        endChunk(&writer, usage: usage, start, into: &output)
        if isArray { output.append(contentsOf: "\r\n]".utf8) }
        isOver = true
    }

    private mutating func writeError(_ error: NeutralError, into output: inout [UInt8]) {
        let start = output.count
        output.append(contentsOf: lead.utf8)
        output.append(contentsOf: GeminiErrorBody.write(error, requestID: requestID).body)
        GeminiCompactJSON.joinLines(&output, from: start + lead.utf8.count)
        output.append(contentsOf: (isArray ? "]" : "\r\n\r\n").utf8)
        isOver = true
        failure = error
    }

    /// What stands before a chunk.
    private var lead: String {
        if !isArray { return "data: " }
        return hasChunks ? ",\r\n" : "["
    }

    private mutating func beginChunk(_ output: inout [UInt8]) -> JSONWriter {
        output.append(contentsOf: lead.utf8)
        hasChunks = true
        var taken: [UInt8] = []
        swap(&taken, &output)
        var writer = JSONWriter(appendingTo: taken)
        writer.beginObject()
        return writer
    }

    private mutating func endChunk(
        _ writer: inout JSONWriter, usage: TokenUsage?, _ start: Int, into output: inout [UInt8]
    ) {
        let id = self.id ?? identifiers.make("")
        self.id = id
        GeminiFrame.writeTail(usage: usage, model: model, id: id, to: &writer)
        writer.endObject()
        output = writer.take()
        if isArray { return }
        // What a provider wrote over several lines must not break the event.
        GeminiCompactJSON.joinLines(&output, from: start)
        output.append(contentsOf: [0x0D, 0x0A, 0x0D, 0x0A])
    }
}
