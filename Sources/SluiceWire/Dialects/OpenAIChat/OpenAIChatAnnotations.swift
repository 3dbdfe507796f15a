/// `annotations` of a message and `logprobs` of a choice.
///
/// Source: types `Annotation` and `ChoiceLogprobs` of OpenAI's Python SDK 3.52 (read 2026-11).
enum OpenAIChatAnnotations {
    /// The sources in a message or a delta.
    static func citations(in message: JSONNode) -> [NeutralAnnotation] {
        guard let list = message["annotations"], list.kind == .array else { return [] }
        return list.elements.map { node in
            let web = node["url_citation"]
            return .citation(
                NeutralCitation(
                    origin: .openAIChat, value: JSONFragment(node), url: JSONString(web?["url"]),
                    title: JSONString(web?["title"]),
                    range: NeutralCitation.range(web?["start_index"], web?["end_index"])))
        }
    }

    /// The probabilities of a choice's text; `nil` where there are none.
    static func logprobs(in choice: JSONNode) -> NeutralAnnotation? {
        guard let list = choice["logprobs"]?["content"], list.kind == .array, list.count > 0 else { return nil }
        return .logprobs(JSONFragment(list))
    }

    /// Writes a source; `false` where the dialect cannot say it. `offset`: the code points of the message before the part;
    /// `length`: those of the part.
    static func write(
        _ citation: NeutralCitation, after offset: Int, length: Int, to json: inout JSONWriter
    ) -> Bool {
        if citation.origin == .openAIChat {
            json.fragment(citation.value.singleLine)
            return true
        }
        guard let url = citation.url else { return false }
        let range = citation.range(after: offset, length: length)
        json.beginObject()
        json.key("type" as StaticString)
        json.string("url_citation")
        json.key("url_citation" as StaticString)
        json.beginObject()
        json.key("end_index" as StaticString)
        json.integer(range.upperBound)
        json.key("start_index" as StaticString)
        json.integer(range.lowerBound)
        json.key("title" as StaticString)
        json.string(citation.title ?? url)
        json.key("url" as StaticString)
        json.string(url)
        json.endObject()
        json.endObject()
        return true
    }

    /// Writes the value of `logprobs`.
    static func write(_ lists: [JSONFragment], to json: inout JSONWriter) {
        json.beginObject()
        json.key("content" as StaticString)
        json.beginArray()
        for list in lists { NeutralLogprobs.write(list, to: &json) }
        json.endArray()
        json.key("refusal" as StaticString)
        json.null()
        json.endObject()
    }
}
