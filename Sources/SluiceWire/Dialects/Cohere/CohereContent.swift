/// The texts and pictures of one message in their order, gathered for Cohere.
struct CohereContent {
    private enum Item {
        case text(JSONString)
        case image(url: JSONString, detail: JSONString?)
    }

    private let path: String
    private let isAssistant: Bool
    private var items: [Item] = []
    /// Whether there is any picture.
    private(set) var hasImages = false

    /// - Parameter isAssistant: whether the message is the assistant's: what a vendor's own tools did there is past,
    ///   and can be left out.
    init(path: String, isAssistant: Bool = false) {
        self.path = path
        self.isAssistant = isAssistant
    }

    /// All texts as one.
    func text(separator: JSONString) -> JSONString {
        JSONString.joined(
            items.compactMap { item in
                if case .text(let text) = item { text } else { nil }
            },
            separator: separator
        )
    }

    /// Takes a part that is text, a picture, or a document of text; what Cohere cannot be given is refused.
    mutating func take(_ part: NeutralPart, _ context: inout RequestWriting) throws(ConversionError) {
        if part.cacheHint != nil { context.losses.note("cache_control") }
        part.extras.report(to: &context.losses, for: .cohere)
        switch part.content {
        case .text(let text): items.append(.text(text))
        case .refusal(let text):
            context.losses.adapt("refusal")
            items.append(.text(text))
        case .image(let media): try takeImage(media, &context)
        case .document(let media):
            guard let text = media.plainText else {
                throw .unsupported("\(path).content", "Cohere's chat takes no documents but plain text.")
            }
            context.losses.adapt("document")
            let named = media.name.flatMap { $0.isEmpty ? nil : JSONString.joined([$0, ":\n", text]) }
            items.append(.text(named ?? text))
        case .audio: throw .unsupported("\(path).content", "Cohere's chat takes no sound.")
        case .video: throw .unsupported("\(path).content", "Cohere's chat takes no video.")
        case .opaque(let opaque):
            guard isAssistant else {
                throw .unsupported("\(path).content", "Cohere has no content of the type \(opaque.kind).")
            }
            context.losses.drop(opaque.kind)
        case .thinking, .redactedThinking: context.losses.drop("thinking")
        case .toolCall, .toolResult:
            throw .invalid("\(path).content", "Tool calls belong to assistant messages, results to tool messages.")
        }
    }

    /// Writes the value of `content`: a string where there is text only, else blocks.
    func write(to writer: inout JSONWriter) {
        guard hasImages else { return writer.string(text(separator: "\n\n")) }
        writer.beginArray()
        for item in items {
            writer.beginObject()
            writer.key("type" as StaticString)
            switch item {
            case .text(let text):
                writer.string("text")
                writer.key("text" as StaticString)
                writer.string(text)
            case .image(let url, let detail):
                writer.string("image_url")
                writer.key("image_url" as StaticString)
                writer.beginObject()
                writer.key("url" as StaticString)
                writer.string(url)
                if let detail {
                    writer.key("detail" as StaticString)
                    writer.string(detail)
                }
                writer.endObject()
            }
            writer.endObject()
        }
        writer.endArray()
    }

    private mutating func takeImage(_ media: NeutralMedia, _ context: inout RequestWriting) throws(ConversionError) {
        hasImages = true
        switch media.source {
        case .base64(let data):
            let prefix = JSONString("data:\(media.mediaType ?? "image/png");base64,")
            items.append(.image(url: JSONString.joined([prefix, data]), detail: media.detail))
        case .url(let url):
            guard context.capabilities.takesImageURLs else {
                throw .unsupported(
                    "\(path).content", "The model takes pictures as base64 only; addresses are not fetched.")
            }
            items.append(.image(url: url, detail: media.detail))
        case .file: throw .unsupported("\(path).content", "The file is known to its own vendor only.")
        case .text: throw .unsupported("\(path).content", "A picture must be given as base64 or by address.")
        }
    }
}
