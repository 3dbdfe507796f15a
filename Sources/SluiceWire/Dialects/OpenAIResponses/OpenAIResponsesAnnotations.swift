/// The members `annotations` and `logprobs` of an `output_text`.
///
/// Source: types `ResponseOutputText` and `ResponseTextDeltaEvent` of OpenAI's Python SDK 3.52 (read 2026-11).
struct OpenAIResponsesAnnotations {
    /// Open JSON arrays.
    private var citations = JSONWriter(capacity: 0)
    private var logprobs = JSONWriter(capacity: 0)
    /// How many citations there are.
    private(set) var count = 0

    /// Makes the members of a part that nothing was said about.
    init() {
        citations.beginArray()
        logprobs.beginArray()
    }

    /// How much text they are.
    var byteCount: Int { citations.bytes.count + logprobs.bytes.count }

    /// Makes those of a whole part, whose text has `length` code points.
    init(_ annotations: [NeutralAnnotation], length: @autoclosure () -> Int, losses: inout ConversionLosses) {
        self.init()
        guard !annotations.isEmpty else { return }
        let length = length()
        for annotation in annotations {
            switch annotation {
            case .citation(let citation): _ = add(citation, length: length, losses: &losses)
            case .logprobs(let list): add(list)
            }
        }
    }

    /// Adds a citation; returns it as it is written here, or `nil` where it cannot be.
    mutating func add(_ citation: NeutralCitation, length: Int, losses: inout ConversionLosses) -> [UInt8]? {
        var json = JSONWriter(capacity: 192)
        if citation.origin == .openAIResponses {
            json.raw(OpenAIResponsesItemWriter.singleLine(citation.value))
        } else if let url = citation.url {
            let range = citation.range(after: 0, length: length)
            json.beginObject()
            json.named("type", "url_citation")
            json.named("start_index", range.lowerBound)
            json.named("end_index", range.upperBound)
            json.named("url", text: url)
            json.named("title", text: citation.title ?? url)
            json.endObject()
        } else {
            losses.drop("citations")
            return nil
        }
        let written = json.take()
        citations.raw(written)
        count += 1
        return written
    }

    /// Adds log probabilities.
    mutating func add(_ list: JSONFragment) {
        NeutralLogprobs.write(list, to: &logprobs)
    }

    /// Writes both members.
    func write(to json: inout JSONWriter) {
        json.key("annotations" as StaticString)
        json.raw(citations.bytes + [0x5D])
        writeLogprobs(to: &json)
    }

    /// Writes `logprobs` alone.
    func writeLogprobs(to json: inout JSONWriter) {
        json.key("logprobs" as StaticString)
        json.raw(logprobs.bytes + [0x5D])
    }
}
