/// Writes a stream of completion chunks: text, then the finish reason, then the usage if asked for, then `[DONE]`.
///
/// `text` is a string in every chunk, the last one included: clients add it up without looking.
struct OpenAICompletionsStreamWriter: ChatStreamWriter {
    let contentType = "text/event-stream; charset=utf-8"
    private var context: ResponseWriting
    /// `data: {...,"choices":[`, the same in every chunk.
    private let head: [UInt8]
    private var texts: [Int] = []
    private var finish: NeutralFinish?
    private var usage: TokenUsage?
    private var isOver = false

    init(_ context: ResponseWriting) {
        var context = context
        var json = JSONWriter(capacity: 192)
        json.beginObject()
        OpenAICompletionsResponseWriter.writeHead(created: context.now, to: &json, &context)
        json.key("choices" as StaticString)
        json.beginArray()
        head = Array("data: ".utf8) + json.bytes
        self.context = context
    }

    var losses: ConversionLosses { context.losses }
    private(set) var failure: NeutralError?

    mutating func write(_ event: NeutralEvent, into output: inout [UInt8]) {
        guard !isOver else { return }
        switch event {
        case .start(let start): if let counts = start.usage { usage = counts }
        case .partStart(let index, let start): begin(index, start)
        case .delta(let index, let text):
            if !text.isEmpty, texts.contains(index) { write(text, finish: nil, into: &output) }
        case .annotation(_, let annotation): context.losses.drop(annotation.word)
        case .signature, .partEnd: break
        case .finish(let finish): self.finish = finish
        case .usage(let counts): usage = counts
        case .end: complete(into: &output)
        case .ping: SSEWriter.appendComment("ping", to: &output)
        case .error(let error): fail(error, into: &output)
        }
    }

    private mutating func begin(_ index: Int, _ start: NeutralPartStart) {
        switch start {
        case .text, .refusal: texts.append(index)
        case .thinking, .redactedThinking: context.losses.note("thinking")
        case .toolCall: context.losses.drop("tool_calls")
        case .media(let part): OpenAICompletionsFinish.report(part.content, &context.losses)
        case .opaque(let opaque): context.losses.drop(opaque.kind)
        }
    }

    private func write(_ text: JSONString, finish: StaticString?, into output: inout [UInt8]) {
        output.append(contentsOf: head)
        var choice = JSONWriter(capacity: 96 + text.escaped.count)
        OpenAICompletionsResponseWriter.writeChoice(text, finish: finish, to: &choice)
        output.append(contentsOf: choice.bytes)
        output.append(contentsOf: (context.request.includesUsage ? #"],"usage":null}"# : "]}").utf8)
        output.append(contentsOf: "\n\n".utf8)
    }

    private mutating func complete(into output: inout [UInt8]) {
        guard let finish else {
            return fail(NeutralError(.server, message: "The answer ended without a finish reason."), into: &output)
        }
        guard let word = OpenAICompletionsFinish.word(finish) else {
            return fail(NeutralError(.server, message: "The model's output could not be used."), into: &output)
        }
        isOver = true
        write(.empty, finish: word, into: &output)
        if context.request.includesUsage, let usage {
            output.append(contentsOf: head)
            output.append(contentsOf: #"],"usage":"#.utf8)
            var json = JSONWriter()
            OpenAIChatUsage.write(usage, to: &json)
            output.append(contentsOf: json.bytes)
            output.append(contentsOf: "}\n\n".utf8)
        }
        output.append(contentsOf: OpenAIChatStream.doneEvent)
    }

    private mutating func fail(_ error: NeutralError, into output: inout [UInt8]) {
        isOver = true
        failure = error
        output.append(contentsOf: OpenAICompletionsStream.errorEvent(OpenAIChatErrors.answer(to: error).body))
    }
}
