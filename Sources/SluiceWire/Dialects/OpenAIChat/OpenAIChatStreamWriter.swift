/// Writes a stream of chunks for a client.
///
/// First a chunk with the role, then the pieces, then a chunk with the finish reason, then, if the client asked, one with
/// the usage, then `[DONE]`. Id, time and model are the same in all chunks, and `finish_reason` is there in each. The
/// finish is held back until the vendor has said that the stream is complete, so that no error follows it.
struct OpenAIChatStreamWriter: ChatStreamWriter {
    let contentType = "text/event-stream; charset=utf-8"
    var context: ResponseWriting
    let isLegacy: Bool
    private var head: [UInt8] = []
    private let tail: [UInt8]
    var open: [(index: Int, part: OpenAIChatOpenPart)] = []
    var pending = OpenAIChatPendingThoughts()
    var callCount = 0
    var detailCount = 0
    private var pictureCount = 0
    private var hasThoughts = false
    private var needsSeparator = false
    private var hasRefusal = false
    /// The code points of the message so far, and before the open text; sources of all of which wait for its end.
    private var textLength = 0
    private var textStart = 0
    private var unplaced: [NeutralCitation] = []
    private var finish: NeutralFinish?
    private var usage: TokenUsage?
    private var isOver = false

    init(_ context: ResponseWriting) {
        self.context = context
        isLegacy = context.request.usesLegacyFunctions
        let usage = context.request.includesUsage ? #","usage":null"# : ""
        tail = Array((#","logprobs":null,"finish_reason":null}]"# + usage + "}\n\n").utf8)
    }

    var losses: ConversionLosses { context.losses }
    private(set) var failure: NeutralError?

    mutating func write(_ event: NeutralEvent, into output: inout [UInt8]) {
        guard !isOver else { return }
        switch event {
        case .start(let start):
            begin(id: start.id, into: &output)
            if let counts = start.usage { usage = counts }
        case .partStart(let index, let start):
            begin(id: nil, into: &output)
            write(index, start, into: &output)
        case .delta(let index, let text): write(index, text, into: &output)
        case .signature(let index, let signature): take(index, signature)
        case .annotation(let index, let annotation): write(index, annotation, into: &output)
        case .partEnd(let index): end(index, into: &output)
        case .finish(let finish): self.finish = finish
        case .usage(let counts): usage = counts
        case .end: complete(into: &output)
        case .ping: SSEWriter.appendComment("ping", to: &output)
        case .error(let error): fail(error, into: &output)
        }
    }

    // MARK: Beginning and end

    private mutating func begin(id: String?, into output: inout [UInt8]) {
        guard head.isEmpty else { return }
        var json = JSONWriter(capacity: 192)
        json.beginObject()
        json.key("id" as StaticString)
        json.string(OpenAIChatResponseWriter.id(id, &context))
        json.key("object" as StaticString)
        json.string("chat.completion.chunk")
        json.key("created" as StaticString)
        json.integer(context.now)
        json.key("model" as StaticString)
        json.string(context.model)
        json.key("choices" as StaticString)
        json.beginArray()
        head = Array("data: ".utf8)
        head.append(contentsOf: json.bytes)
        chunk(into: &output) { json in
            json.key("role" as StaticString)
            json.string("assistant")
            json.key("content" as StaticString)
            json.string("")
        }
    }

    /// Writes a chunk of one delta.
    func chunk(into output: inout [UInt8], _ writeMembers: (inout JSONWriter) -> Void) {
        output.append(contentsOf: head)
        output.append(contentsOf: #"{"index":0,"delta":"#.utf8)
        var taken: [UInt8] = []
        swap(&taken, &output)
        var json = JSONWriter(appendingTo: taken)
        json.beginObject()
        writeMembers(&json)
        json.endObject()
        output = json.take()
        output.append(contentsOf: tail)
    }

    /// Writes a chunk whose delta is one text.
    private func chunk(_ key: StaticString, _ text: JSONString, into output: inout [UInt8]) {
        guard !text.isEmpty else { return }
        chunk(into: &output) { json in
            json.key(key)
            json.string(text)
        }
    }

    private mutating func complete(into output: inout [UInt8]) {
        guard let finish else {
            return fail(NeutralError(.server, message: "The answer ended without a finish reason."), into: &output)
        }
        guard let word = OpenAIChatFinish.word(finish, hasRefusal: hasRefusal, isLegacy: isLegacy) else {
            return fail(NeutralError(.server, message: "The model's output could not be used."), into: &output)
        }
        begin(id: nil, into: &output)
        isOver = true
        output.append(contentsOf: head)
        output.append(contentsOf: #"{"index":0,"delta":{},"logprobs":null,"finish_reason":"#.utf8)
        JSONWriter.append("\(word)", to: &output)
        if let stop = finish.stopSequence {
            output.append(contentsOf: #","stop_reason":""#.utf8)
            output.append(contentsOf: stop.escaped)
            output.append(UInt8(ascii: "\""))
        }
        output.append(contentsOf: (context.request.includesUsage ? #"}],"usage":null}"# : "}]}").utf8)
        output.append(contentsOf: "\n\n".utf8)
        if context.request.includesUsage, let usage {
            output.append(contentsOf: head)
            output.append(contentsOf: #"],"usage":"#.utf8)
            var json = JSONWriter()
            OpenAIChatUsage.write(usage, to: &json)
            output.append(contentsOf: json.take())
            output.append(contentsOf: "}\n\n".utf8)
        }
        output.append(contentsOf: OpenAIChatStream.doneEvent)
    }

    private mutating func fail(_ error: NeutralError, into output: inout [UInt8]) {
        isOver = true
        failure = error
        output.append(contentsOf: OpenAIChatStream.errorEvent(OpenAIChatErrors.answer(to: error).body))
    }

    // MARK: Parts

    private mutating func write(_ index: Int, _ start: NeutralPartStart, into output: inout [UInt8]) {
        switch start {
        case .text:
            pending.textFollows()
            textStart = textLength
            open.append((index, .text))
        case .refusal:
            hasRefusal = true
            open.append((index, .refusal))
        case .thinking:
            needsSeparator = hasThoughts
            open.append((index, .thinking(OpenAIChatOpenPart.Thought())))
        case .redactedThinking(let signature):
            pending.append(nil, signature)
            writeDetail(nil, signature, into: &output)
            open.append((index, .nothing))
        case .toolCall(let id, let name, let signature):
            writeCall(index, id, name, signature, into: &output)
        case .media(let part):
            if case .image(let media) = part.content {
                let number = pictureCount
                pictureCount += 1
                chunk(into: &output) { json in
                    json.key("images" as StaticString)
                    json.beginArray()
                    OpenAIChatPicture.write(media, at: number, to: &json)
                    json.endArray()
                }
            } else {
                context.losses.drop(OpenAIChatRequestWriter.mediaWord(part) ?? "content")
            }
            open.append((index, .nothing))
        case .opaque(let opaque):
            context.losses.drop(opaque.kind)
            open.append((index, .nothing))
        }
    }

    private mutating func write(_ index: Int, _ text: JSONString, into output: inout [UInt8]) {
        guard !text.isEmpty, let place = open.lastIndex(where: { $0.index == index }) else { return }
        switch open[place].part {
        case .text:
            textLength += text.codePoints
            chunk("content", text, into: &output)
        case .refusal: chunk("refusal", text, into: &output)
        case .thinking(var thought):
            // The list has one owner while it grows.
            open[place].part = .nothing
            thought.append(text)
            open[place].part = .thinking(thought)
            if needsSeparator { chunk("reasoning_content", JSONString("\n\n"), into: &output) }
            needsSeparator = false
            hasThoughts = true
            chunk("reasoning_content", text, into: &output)
        case .call(let number, let isCustom, _):
            open[place].part = .call(number: number, isCustom: isCustom, hasArguments: true)
            writeArguments(text, of: number, isCustom: isCustom, into: &output)
        case .legacyCall:
            open[place].part = .legacyCall(hasArguments: true)
            writeLegacyArguments(text, into: &output)
        case .nothing: break
        }
    }

    private mutating func take(_ index: Int, _ signature: NeutralSignature) {
        guard let place = open.lastIndex(where: { $0.index == index }) else { return }
        if case .thinking(var thought) = open[place].part {
            thought.signature = signature
            open[place].part = .thinking(thought)
        } else {
            // A seal over a text, or over a call whose id has gone out, has no place here.
            context.losses.note("thinking")
        }
    }

    private mutating func end(_ index: Int, into output: inout [UInt8]) {
        guard let place = open.lastIndex(where: { $0.index == index }) else { return }
        let part = open.remove(at: place).part
        switch part {
        case .thinking(let thought):
            guard thought.byteCount <= OpenAIChatOpenPart.Thought.limitBytes else {
                if thought.signature != nil { context.losses.drop("thinking") }
                return
            }
            let text = JSONString.joined(thought.texts)
            pending.append(text, thought.signature)
            if let signature = thought.signature { writeDetail(text, signature, into: &output) }
        case .call(let number, let isCustom, let hasArguments):
            if !hasArguments, !isCustom { writeArguments("{}", of: number, isCustom: false, into: &output) }
        case .legacyCall(let hasArguments):
            if !hasArguments { writeLegacyArguments("{}", into: &output) }
        case .text:
            for citation in unplaced { write(citation, length: textLength - textStart, into: &output) }
            unplaced = []
        case .refusal, .nothing: break
        }
    }

    // MARK: Annotations

    private mutating func write(_ index: Int, _ annotation: NeutralAnnotation, into output: inout [UInt8]) {
        guard let place = open.lastIndex(where: { $0.index == index }), case .text = open[place].part else {
            return context.losses.drop(annotation.word)
        }
        switch annotation {
        case .citation(let citation):
            if citation.origin != .openAIChat, citation.range == nil {
                unplaced.append(citation)
            } else {
                write(citation, length: 0, into: &output)
            }
        case .logprobs(let list):
            output.append(contentsOf: head)
            var json = JSONWriter(capacity: list.bytes.count + 64)
            OpenAIChatAnnotations.write([list], to: &json)
            output.append(contentsOf: #"{"index":0,"delta":{},"logprobs":"#.utf8)
            output.append(contentsOf: json.bytes)
            output.append(contentsOf: #","finish_reason":null}]"#.utf8)
            output.append(contentsOf: (context.request.includesUsage ? #","usage":null}"# : "}").utf8)
            output.append(contentsOf: "\n\n".utf8)
        }
    }

    private mutating func write(_ citation: NeutralCitation, length: Int, into output: inout [UInt8]) {
        var json = JSONWriter(capacity: 192)
        guard OpenAIChatAnnotations.write(citation, after: textStart, length: length, to: &json) else {
            return context.losses.drop("citations")
        }
        chunk(into: &output) { members in
            members.key("annotations" as StaticString)
            members.beginArray()
            members.raw(json.bytes)
            members.endArray()
        }
    }
}
