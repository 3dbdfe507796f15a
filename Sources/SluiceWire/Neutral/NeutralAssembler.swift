/// Puts the events of a streamed answer together into the whole answer.
///
/// For callers who asked for a whole answer where the provider streams, and for what the gateway itself wants to read.
public struct NeutralAssembler: Sendable {
    private struct Open {
        var index: Int
        var place: Int
    }

    private var begin: NeutralStart?
    private var parts: [NeutralPart] = []
    private var open: [Open] = []
    private var finish: NeutralFinish?
    private var usage: TokenUsage?
    /// Whether the vendor said that the stream is complete.
    public private(set) var isComplete = false
    /// The error that ended the stream.
    public private(set) var error: NeutralError?

    /// Makes an assembler.
    public init() {}

    /// The whole answer; `nil` until it is complete, and when an error ended it.
    public var response: NeutralResponse? {
        guard isComplete, error == nil, let finish else { return nil }
        return NeutralResponse(id: begin?.id, model: begin?.model, parts: parts, finish: finish, usage: usage)
    }

    /// Takes the next event.
    public mutating func take(_ event: NeutralEvent) {
        switch event {
        case .start(let begin):
            self.begin = begin
            if let usage = begin.usage { self.usage = usage }
        case .partStart(let index, let start):
            open.append(Open(index: index, place: parts.count))
            parts.append(Self.part(start))
        case .delta(let index, let text):
            guard let place = open.last(where: { $0.index == index })?.place else { return }
            append(text, at: place)
        case .signature(let index, let signature):
            guard let place = open.last(where: { $0.index == index })?.place else { return }
            parts[place].signature = signature
        case .annotation(let index, let annotation):
            guard let place = open.last(where: { $0.index == index })?.place else { return }
            parts[place].annotations.append(annotation)
        case .partEnd(let index):
            open.removeAll { $0.index == index }
        case .finish(let finish): self.finish = finish
        case .usage(let usage): self.usage = usage
        case .end: isComplete = true
        case .error(let error): self.error = error
        case .ping: break
        }
    }

    private static func part(_ start: NeutralPartStart) -> NeutralPart {
        switch start {
        case .text: NeutralPart(.text(.empty))
        case .refusal: NeutralPart(.refusal(.empty))
        case .thinking: NeutralPart(.thinking(.empty))
        case .redactedThinking(let signature): NeutralPart(.redactedThinking, signature: signature)
        case .toolCall(let id, let name, let signature):
            NeutralPart(.toolCall(NeutralToolCall(id: id, name: name, arguments: .empty)), signature: signature)
        case .media(let part): part
        case .opaque(let opaque): NeutralPart(.opaque(opaque))
        }
    }

    private mutating func append(_ more: JSONString, at place: Int) {
        // Each is given up before it grows, or it would be copied with every delta.
        switch parts[place].content {
        case .text(var text):
            parts[place].content = .redactedThinking
            text.append(more)
            parts[place].content = .text(text)
        case .refusal(var text):
            parts[place].content = .redactedThinking
            text.append(more)
            parts[place].content = .refusal(text)
        case .thinking(var text):
            parts[place].content = .redactedThinking
            text.append(more)
            parts[place].content = .thinking(text)
        case .toolCall(var call):
            parts[place].content = .redactedThinking
            call.arguments.append(more)
            parts[place].content = .toolCall(call)
        default: break
        }
    }
}
