/// Writes the parts of an answer for a client, and takes care of thoughts and their seals.
///
/// Google shows thoughts only to those who ask for them (`includeThoughts`), and so does the gateway: naive clients
/// read the first part's text. What is not shown but sealed travels in the `thoughtSignature` of the next call, where
/// Google's own seals are; shown thoughts carry their seal themselves.
struct GeminiPartWriter {
    private let seal: any CarrierSeal
    private let showsThoughts: Bool
    /// What could not be carried.
    private(set) var losses = ConversionLosses()

    /// Reports what has no place in the dialect.
    mutating func drop(_ word: String) { losses.drop(word) }
    /// Sealed thoughts since the last call that were not shown.
    private var carried: [ThinkingCarrier.Thought] = []

    init(_ context: ResponseWriting) {
        seal = context.seal
        showsThoughts = context.request.reasoning?.isShown ?? false
    }

    /// Whether thoughts are written as they come; if not, ``hide(_:isRedacted:)`` takes them whole.
    var writesThoughts: Bool { showsThoughts }

    /// Writes a text. A signature is a seal over the text of the vendor's own.
    mutating func text(_ text: JSONString, signature: NeutralSignature? = nil, to writer: inout JSONWriter) {
        for index in carried.indices { carried[index].precedesText = true }
        writer.beginObject()
        writer.key("text")
        writer.string(text)
        writeSeal(token(for: signature), to: &writer)
        writer.endObject()
    }

    /// Writes a thought, or its seal alone.
    mutating func thought(_ text: JSONString, signature: NeutralSignature? = nil, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("text")
        writer.string(text)
        writer.key("thought")
        writer.bool(true)
        writeSeal(token(for: signature), to: &writer)
        writer.endObject()
    }

    /// Keeps a thought for the next call; one without a seal need not come back.
    mutating func hide(_ text: JSONString?, signature: NeutralSignature?, isRedacted: Bool = false) {
        guard let signature else { return }
        carried.append(
            ThinkingCarrier.Thought(text: text, isRedacted: isRedacted, signature: signature, precedesText: false))
    }

    /// Writes a call with all thoughts that it carries.
    mutating func call(_ call: NeutralToolCall, signature: NeutralSignature?, to writer: inout JSONWriter) {
        var thoughts = carried
        carried = []
        if let signature { thoughts.append(ThinkingCarrier.Thought(text: nil, signature: signature)) }
        var token: JSONString?
        if !thoughts.isEmpty {
            token = ThinkingCarrier.token(for: thoughts, seal: seal)
            if token == nil { losses.drop("thinking") }
        }
        writer.beginObject()
        writer.key("functionCall")
        writer.beginObject()
        writer.key("id")
        writer.string(ToolCallCarrier.encode(call.id, seal: seal, losses: &losses))
        writer.key("name")
        writer.string(call.name)
        writer.key("args")
        if let arguments = call.argumentsObject {
            writer.fragment(arguments)
        } else {
            losses.adapt("tool_arguments")
            writer.beginObject()
            writer.key("_raw")
            writer.string(call.arguments)
            writer.endObject()
        }
        writer.endObject()
        writeSeal(token, to: &writer)
        writer.endObject()
    }

    /// Writes a medium that the model made; nothing for one that Google's shape has no place for.
    mutating func medium(_ part: NeutralPart, to writer: inout JSONWriter) {
        let media: NeutralMedia
        switch part.content {
        case .image(let value), .document(let value), .audio(let value), .video(let value): media = value
        default: return
        }
        let sealed = token(for: part.signature)
        switch media.source {
        case .base64(let data):
            let type = media.mediaType ?? NeutralMedia.sniffedType(data) ?? "application/octet-stream"
            writer.beginObject()
            GeminiMedia.writeInline(data, type: type, name: media.name, to: &writer)
        case .text(let text):
            writer.beginObject()
            GeminiMedia.writeInline(
                GeminiBase64.encode(text.utf8), type: media.mediaType ?? "text/plain", name: media.name, to: &writer)
        case .url(let address), .file(let address, .gemini):
            writer.beginObject()
            GeminiMedia.writeFile(address, type: media.mediaType, name: media.name, to: &writer)
        case .file:
            return losses.drop("file_id")
        }
        writeSeal(sealed, to: &writer)
        writer.endObject()
    }

    /// Writes a part that only Google understands; those of others are left out.
    mutating func opaque(_ opaque: NeutralOpaque, to writer: inout JSONWriter) {
        guard opaque.origin == .gemini else { return losses.drop(opaque.kind) }
        writer.fragment(opaque.value)
    }

    private mutating func token(for signature: NeutralSignature?) -> JSONString? {
        guard let signature else { return nil }
        let token = ThinkingCarrier.token(for: signature, seal: seal)
        if token == nil { losses.drop("thinking") }
        return token
    }

    private func writeSeal(_ token: JSONString?, to writer: inout JSONWriter) {
        guard let token else { return }
        writer.key("thoughtSignature")
        writer.string(GeminiSeal.field(token))
    }
}
