/// A picture that the model made, as OpenRouter and Google put it into answers of this dialect:
/// `{"type":"image_url","image_url":{"url":"data:image/png;base64,..."}}`.
enum OpenAIChatPicture {
    static func write(_ media: NeutralMedia, at index: Int?, to json: inout JSONWriter) {
        json.beginObject()
        json.key("type" as StaticString)
        json.string("image_url")
        json.key("image_url" as StaticString)
        json.beginObject()
        json.key("url" as StaticString)
        switch media.source {
        case .base64(let data):
            DataURL.write(
                DataURL.known(media.mediaType, data) ?? "image/png", data, to: &json)
        case .url(let url): json.string(url)
        case .file(let id, _): json.string(id)
        case .text(let text): json.string(text)
        }
        json.endObject()
        if let index {
            json.key("index" as StaticString)
            json.integer(index)
        }
        json.endObject()
    }
}
