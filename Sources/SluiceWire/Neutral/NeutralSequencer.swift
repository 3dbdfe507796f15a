/// Puts the parts of a streamed answer one after the other, for dialects that can have only one open.
///
/// OpenAI's streams may interleave the fragments of several tool calls. The first open part passes at once; what comes for
/// later ones is kept until it ends. A tool call whose arguments are a complete JSON object can grow no more and is ended
/// without waiting for the finish. What is kept is bounded by ``limitBytes``, past which the stream is an error.
public struct NeutralSequencer: Sendable {
    private struct Waiting {
        var index: Int
        var start: NeutralPartStart
        var deltas: [JSONString] = []
        var signature: NeutralSignature?
        var annotations: [NeutralAnnotation] = []
        var isEnded = false
    }

    /// How much may be kept: 16 MiB of text.
    public static let limitBytes = 16 * 1024 * 1024

    /// How many parts may wait.
    public static let waitingLimit = 1024

    private var current: Int?
    private var currentArguments: JSONObjectProgress?
    private var isCurrentEnded = false
    private var waiting: [Waiting] = []
    private var keptBytes = 0
    /// The index that the next part gets, and those given: parts are numbered in the order in which they go out.
    private var nextIndex = 0
    private var hasFailed = false

    /// Makes a sequencer.
    public init() {}

    /// Takes one event; appends what may go on, in an order in which each part ends before the next begins and indexes
    /// count up from 0.
    public mutating func take(_ event: NeutralEvent, into ordered: inout [NeutralEvent]) {
        guard !hasFailed else { return }
        switch event {
        case .partStart(let index, let start):
            if current == nil {
                open(index, start, into: &ordered)
            } else if waiting.count < Self.waitingLimit {
                waiting.append(Waiting(index: index, start: start))
            } else {
                fail(into: &ordered)
            }
        case .delta(let index, let text):
            delta(index, text, into: &ordered)
        case .signature(let index, let signature):
            if index == current {
                if !isCurrentEnded { ordered.append(.signature(index: nextIndex - 1, signature)) }
            } else if let place = waiting.firstIndex(where: { $0.index == index }) {
                waiting[place].signature = signature
            }
        case .annotation(let index, let annotation):
            if index == current {
                if !isCurrentEnded { ordered.append(.annotation(index: nextIndex - 1, annotation)) }
            } else if let place = waiting.firstIndex(where: { $0.index == index }) {
                keptBytes += annotation.byteCount
                guard keptBytes <= Self.limitBytes else { return fail(into: &ordered) }
                waiting[place].annotations.append(annotation)
            }
        case .partEnd(let index):
            if index == current {
                closeCurrent(into: &ordered)
                advance(into: &ordered)
            } else if let place = waiting.firstIndex(where: { $0.index == index }) {
                waiting[place].isEnded = true
            }
        case .finish, .end:
            // Whatever is still open ends here.
            drain(into: &ordered)
            ordered.append(event)
        case .start, .usage, .ping, .error:
            ordered.append(event)
        }
    }

    private mutating func delta(_ index: Int, _ text: JSONString, into ordered: inout [NeutralEvent]) {
        guard index != current else {
            guard !isCurrentEnded else { return }
            ordered.append(.delta(index: nextIndex - 1, text))
            currentArguments?.take(text)
            // Only when another part waits is it worth ending this one early.
            if currentArguments?.isComplete == true, !waiting.isEmpty {
                closeCurrent(into: &ordered)
                advance(into: &ordered)
            }
            return
        }
        guard !text.isEmpty, let place = waiting.firstIndex(where: { $0.index == index }) else { return }
        keptBytes += text.escaped.count
        guard keptBytes <= Self.limitBytes else { return fail(into: &ordered) }
        waiting[place].deltas.append(text)
        if currentArguments?.isComplete == true {
            closeCurrent(into: &ordered)
            advance(into: &ordered)
        }
    }

    private mutating func fail(into ordered: inout [NeutralEvent]) {
        hasFailed = true
        ordered.append(
            .error(NeutralError(.server, message: "The provider interleaved more tool calls than can be kept.")))
    }

    private mutating func open(_ index: Int, _ start: NeutralPartStart, into ordered: inout [NeutralEvent]) {
        current = index
        isCurrentEnded = false
        if case .toolCall = start {
            currentArguments = JSONObjectProgress()
        } else {
            currentArguments = nil
        }
        ordered.append(.partStart(index: nextIndex, start))
        nextIndex += 1
    }

    private mutating func closeCurrent(into ordered: inout [NeutralEvent]) {
        guard current != nil, !isCurrentEnded else { return }
        isCurrentEnded = true
        ordered.append(.partEnd(index: nextIndex - 1))
    }

    /// Opens the parts that wait, until one of them is still growing.
    private mutating func advance(into ordered: inout [NeutralEvent]) {
        current = nil
        while current == nil, !waiting.isEmpty {
            let next = waiting.removeFirst()
            open(next.index, next.start, into: &ordered)
            for text in next.deltas {
                keptBytes -= text.escaped.count
                ordered.append(.delta(index: nextIndex - 1, text))
                currentArguments?.take(text)
            }
            for annotation in next.annotations {
                keptBytes -= annotation.byteCount
                ordered.append(.annotation(index: nextIndex - 1, annotation))
            }
            if let signature = next.signature { ordered.append(.signature(index: nextIndex - 1, signature)) }
            if next.isEnded || (currentArguments?.isComplete == true && !waiting.isEmpty) {
                closeCurrent(into: &ordered)
                current = nil
            }
        }
    }

    private mutating func drain(into ordered: inout [NeutralEvent]) {
        while current != nil {
            closeCurrent(into: &ordered)
            for place in waiting.indices { waiting[place].isEnded = true }
            advance(into: &ordered)
        }
    }
}
