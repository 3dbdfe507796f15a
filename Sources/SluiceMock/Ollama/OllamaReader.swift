import NIOHTTP1
import SluiceWire

/// Reads a checked request of Ollama's. A stream is what it gives unless it is asked not to.
enum OllamaReader {
    static func chat(_ root: JSONNode, textLimit: Int) throws(RequestFault) -> GenerationRequest {
        var request = shared(root)
        let messages = root.list("messages")
        request.messageCount = messages.count
        for message in messages {
            request.promptBytes += PromptText.bytes(of: message["content"])
            if let calls = message["tool_calls"] { request.promptBytes += calls.range.count }
            request.promptBytes += try pictures(message)
            if message.text("role") == "user" {
                request.lastUserText = PromptText.text(of: message["content"], limit: textLimit)
            }
        }
        if let last = messages.last, last.text("role") == "tool" {
            request.toolResult = PromptText.text(of: last["content"], limit: textLimit)
        }
        if let tools = root["tools"], tools.count > 0 { request.promptBytes += tools.range.count }
        for tool in root.list("tools") {
            request.tools.append(
                .init(name: tool["function"]?.text("name") ?? "", schema: tool["function"]?["parameters"]))
        }
        return request
    }

    static func generate(_ root: JSONNode, textLimit: Int) throws(RequestFault) -> GenerationRequest {
        var request = shared(root)
        request.messageCount = 1
        request.lastUserText = PromptText.text(of: root["prompt"], limit: textLimit)
        request.promptBytes = PromptText.bytes(of: root["prompt"]) + PromptText.bytes(of: root["system"])
        request.promptBytes += try pictures(root)
        return request
    }

    private static func shared(_ root: JSONNode) -> GenerationRequest {
        var request = GenerationRequest(model: root.text("model") ?? "")
        request.isStreaming = root["stream"]?.boolValue ?? true
        // Below zero is no limit.
        request.tokenLimit = root["options"]?["num_predict"]?.intValue.flatMap { $0 >= 0 ? $0 : nil }
        if let format = root["format"] {
            request.outputSchema = format.kind == .object ? format : nil
            request.wantsJSONObject = format.stringValue == "json"
        }
        if let think = root["think"], !think.isNull { request.asksToThink = think.boolValue ?? true }
        return request
    }

    /// Pictures are base64 alone, without the beginning of a data URL. Returns what they count for.
    private static func pictures(_ node: JSONNode) throws(RequestFault) -> Int {
        for picture in node.list("images") {
            let text = picture.stringValue ?? ""
            guard !text.isEmpty, Base64.decode(text) != nil else {
                let position = text.utf8.firstIndex { !($0.isBase64Digit) }
                let offset = position.map { text.utf8.distance(from: text.startIndex, to: $0) } ?? text.utf8.count
                throw RequestFault(.badRequest, "illegal base64 data at input byte \(offset)", param: "images")
            }
        }
        return node.list("images").count * 340
    }
}

extension UInt8 {
    /// Whether it is a digit of base64 in the usual alphabet.
    fileprivate var isBase64Digit: Bool {
        switch self {
        case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, 0x2B, 0x2F, 0x3D: true
        default: false
        }
    }
}
