/// Reads a client's `/api/generate` request as a chat of one question.
///
/// `prompt`, `system` and `images` become messages. `suffix`, `template`, `context`, `raw` and the fields of picture
/// models speak to Ollama's own templates and models and are refused; empty ones, which SDKs send, mean nothing. A
/// request without a prompt only loads a model and is refused too. Source: Ollama's API reference and Python SDK 0.6.3
/// (read 2026-11).
enum OllamaGenerateReader {
    static func read(_ root: JSONNode) throws(ConversionError) -> NeutralRequest {
        guard root.kind == .object else { throw .invalid(nil, "The request body must be a JSON object.") }
        var request = NeutralRequest(messages: [])
        request.origin = .ollamaGenerate
        request.isStreaming = true
        request.includesUsage = true
        var fields = OllamaRequestFields()
        var prompt = JSONString.empty
        var system = JSONString.empty
        var parts: [NeutralPart] = []
        for (key, value) in root.members where !value.isNull {
            switch key {
            case "model": break
            case "prompt": prompt = try Self.text(key, value)
            case "system": system = try Self.text(key, value)
            case "images":
                guard value.kind == .array else { throw .invalid(key, "images must be a list.") }
                for image in value.elements { parts.append(try OllamaImage.read(image, at: "images[\(parts.count)]")) }
            case "suffix", "template", "context", "raw", "width", "height", "steps":
                guard Self.isEmpty(value) else {
                    throw .unsupported(key, "\(key) needs a model that Ollama serves; this one is not. Leave it out.")
                }
            default: try fields.take(key, value, into: &request)
            }
        }
        fields.finish(&request)
        if !prompt.isEmpty { parts.append(NeutralPart(.text(prompt))) }
        guard !parts.isEmpty else {
            throw .unsupported(
                "prompt", "A request without a prompt loads a model of Ollama's; this model is not served by Ollama.")
        }
        if !system.isEmpty { request.messages.append(NeutralMessage(.system, text: system)) }
        request.messages.append(NeutralMessage(.user, parts))
        return request
    }

    private static func text(_ key: String, _ value: JSONNode) throws(ConversionError) -> JSONString {
        guard let text = JSONString(value) else { throw .invalid(key, "\(key) must be a string.") }
        return text
    }

    private static func isEmpty(_ value: JSONNode) -> Bool {
        switch value.kind {
        case .null, .false: true
        case .string: value.stringValue?.isEmpty == true
        case .array, .object: value.count == 0
        case .number: value.intValue == 0
        case .true: false
        }
    }
}
