/// The texts and pictures of one message, gathered for Ollama, whose messages have one text and a list of pictures.
struct OllamaContent {
    private let path: String
    private let isAssistant: Bool
    private var texts: [JSONString] = []
    private var images: [JSONString] = []

    /// - Parameter isAssistant: whether the message is the assistant's: what a vendor's own tools did there is past,
    ///   and can be left out.
    init(path: String, isAssistant: Bool = false) {
        self.path = path
        self.isAssistant = isAssistant
    }

    /// All texts as one.
    func text(separator: JSONString) -> JSONString {
        texts.count == 1 ? texts[0] : JSONString.joined(texts, separator: separator)
    }

    /// Takes a part that is text, a picture, or a document of text; what Ollama cannot be given is refused.
    mutating func take(_ part: NeutralPart, _ losses: inout ConversionLosses) throws(ConversionError) {
        if part.cacheHint != nil { losses.note("cache_control") }
        part.extras.report(to: &losses, for: .ollama)
        switch part.content {
        case .text(let text): texts.append(text)
        case .refusal(let text):
            losses.adapt("refusal")
            texts.append(text)
        case .image(let media): try takeImage(media, &losses)
        case .document(let media): try takeDocument(media, &losses)
        case .audio: throw .unsupported("\(path).content", "Ollama takes no sound.")
        case .video: throw .unsupported("\(path).content", "Ollama takes no video.")
        case .opaque(let opaque):
            guard isAssistant else {
                throw .unsupported("\(path).content", "Ollama has no content of the type \(opaque.kind).")
            }
            losses.drop(opaque.kind)
        case .thinking, .redactedThinking: losses.drop("thinking")
        case .toolCall, .toolResult:
            throw .invalid("\(path).content", "Tool calls belong to assistant messages, results to tool messages.")
        }
    }

    /// Writes `images` where there are any.
    func writeImages(to writer: inout JSONWriter) {
        guard !images.isEmpty else { return }
        writer.key("images" as StaticString)
        writer.beginArray()
        for image in images { writer.string(image) }
        writer.endArray()
    }

    private mutating func takeImage(_ media: NeutralMedia, _ losses: inout ConversionLosses) throws(ConversionError) {
        if media.detail != nil { losses.note("detail") }
        switch media.source {
        case .base64(let data):
            // Ollama puts pictures before the text.
            if !texts.isEmpty { losses.note("content") }
            images.append(data)
        case .url:
            throw .unsupported("\(path).content", "Ollama takes pictures as base64 only; addresses are not fetched.")
        case .file: throw .unsupported("\(path).content", "The file is known to its own vendor only.")
        case .text: throw .unsupported("\(path).content", "A picture must be given as base64.")
        }
    }

    private mutating func takeDocument(
        _ media: NeutralMedia, _ losses: inout ConversionLosses
    ) throws(ConversionError) {
        guard let text = media.plainText else {
            throw .unsupported("\(path).content", "Ollama takes no documents but plain text.")
        }
        losses.adapt("document")
        if let name = media.name, !name.isEmpty {
            texts.append(JSONString.joined([name, ":\n", text]))
        } else {
            texts.append(text)
        }
    }
}
