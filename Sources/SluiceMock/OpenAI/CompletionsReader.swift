import SluiceWire

/// Reads a checked request of `POST /v1/completions`.
enum CompletionsReader {
    static func read(_ root: JSONNode) throws(RequestFault) -> GenerationRequest {
        var request = GenerationRequest(model: root["model"]?.stringValue ?? "")
        request.isStreaming = root["stream"]?.boolValue ?? false
        request.includesUsage = root["stream_options"]?["include_usage"]?.boolValue ?? false
        request.tokenLimit = root["max_tokens"]?.intValue
        if let options = root["stream_options"], !options.isNull, !request.isStreaming {
            throw .invalid("stream_options", "only goes with stream: true")
        }
        let inputs = TextInput.read(root["prompt"])
        request.lastUserText = inputs.last?.text ?? ""
        request.promptBytes = inputs.reduce(0) { $0 + $1.bytes }
        request.messageCount = inputs.count
        let count = (root["n"]?.intValue ?? 1).multipliedReportingOverflow(by: max(1, inputs.count))
        guard !count.overflow, count.partialValue <= 2048 else {
            throw .invalid("n", "asks for more than 2048 answers in all")
        }
        request.choiceCount = count.partialValue
        return request
    }
}
