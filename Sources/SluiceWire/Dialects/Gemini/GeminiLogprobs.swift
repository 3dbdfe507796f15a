/// `logprobsResult` of a candidate: `{"chosenCandidates":[{"token","logProbability"}],"topCandidates":[{"candidates":[...]}]}`,
/// the second list with an entry for each of the first.
///
/// Source: ai.google.dev, API reference "LogprobsResult" (read 2026-11).
enum GeminiLogprobs {
    /// The probabilities in the form of all dialects; `nil` where there are none.
    static func read(_ result: JSONNode) -> NeutralAnnotation? {
        guard let chosen = result["chosenCandidates"], chosen.kind == .array, chosen.count > 0 else { return nil }
        let others = result["topCandidates"].map { Array($0.elements) } ?? []
        var json = JSONWriter(capacity: chosen.count * 96)
        json.beginArray()
        for (index, entry) in chosen.elements.enumerated() {
            json.beginObject()
            self.write(entry, to: &json)
            json.key("top_logprobs" as StaticString)
            json.beginArray()
            if others.indices.contains(index), let candidates = others[index]["candidates"] {
                for candidate in candidates.elements {
                    json.beginObject()
                    self.write(candidate, to: &json)
                    json.endObject()
                }
            }
            json.endArray()
            json.endObject()
        }
        json.endArray()
        return .logprobs(JSONFragment(written: json.take()))
    }

    private static func write(_ entry: JSONNode, to json: inout JSONWriter) {
        json.key("token" as StaticString)
        json.string(JSONString(entry["token"]) ?? .empty)
        guard let value = entry["logProbability"], value.kind == .number else { return }
        json.key("logprob" as StaticString)
        json.fragment(JSONFragment(value))
    }
}
