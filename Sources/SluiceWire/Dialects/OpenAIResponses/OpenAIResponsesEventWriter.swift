/// Frames events of a stream and numbers them: `event:` is the type, and `sequence_number` counts from 0.
///
/// Nothing that is written here holds a raw line end, so each event's data is one line.
struct OpenAIResponsesEventWriter {
    private(set) var sequenceNumber = 0
    /// Memory that events are put together in, used again.
    private var scratch: [UInt8] = []

    /// Writes one event; `body` writes what comes after `type` and `sequence_number`.
    mutating func write(
        _ type: StaticString,
        into output: inout [UInt8],
        _ body: (inout JSONWriter) -> Void
    ) {
        var memory: [UInt8] = []
        swap(&memory, &scratch)
        var json = JSONWriter(appendingTo: memory)
        json.beginObject()
        json.named("type", type.description)
        json.named("sequence_number", sequenceNumber)
        body(&json)
        json.endObject()
        sequenceNumber += 1
        scratch = json.take()
        Self.append("event: ", to: &output)
        Self.append(type, to: &output)
        Self.append("\ndata: ", to: &output)
        output.append(contentsOf: scratch)
        Self.append("\n\n", to: &output)
        scratch.removeAll(keepingCapacity: true)
    }

    /// What stands before and after the text in all deltas of one part.
    struct Delta {
        fileprivate var head: [UInt8] = []
        fileprivate var tail: StaticString

        /// `body` writes the members that say which part it is.
        init(_ type: StaticString, hasLogprobs: Bool = false, _ body: (inout JSONWriter) -> Void) {
            OpenAIResponsesEventWriter.append("event: ", to: &head)
            OpenAIResponsesEventWriter.append(type, to: &head)
            OpenAIResponsesEventWriter.append("\ndata: ", to: &head)
            tail = hasLogprobs ? "\",\"logprobs\":[],\"sequence_number\":" : "\",\"sequence_number\":"
            var json = JSONWriter(capacity: 192)
            json.beginObject()
            json.named("type", type.description)
            body(&json)
            json.named("delta", "")
            head.append(contentsOf: json.take().dropLast())
        }
    }

    /// Writes a piece of a text.
    mutating func write(_ text: JSONString, _ delta: Delta, into output: inout [UInt8]) {
        output.append(contentsOf: delta.head)
        output.append(contentsOf: text.escaped)
        Self.append(delta.tail, to: &output)
        output.append(contentsOf: String(sequenceNumber).utf8)
        Self.append("}\n\n", to: &output)
        sequenceNumber += 1
    }

    /// Counts an event that was written elsewhere.
    mutating func skip() {
        sequenceNumber += 1
    }

    private static func append(_ text: StaticString, to output: inout [UInt8]) {
        output.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
