/// Reads a provider's whole answer: a `response` object.
///
/// `{"id":"resp_...","object":"response","status":"completed"|"incomplete"|"failed","output":[item],"usage":{...},
/// ...}`.
/// Source: types of OpenAI's Python SDK 3.52, response (read 2026-11).
enum OpenAIResponsesResponseReader {
    static func read(
        _ root: JSONNode,
        _ context: inout ResponseReading
    ) throws(ConversionError) -> NeutralResponse {
        if let error = self.failure(root) { throw .malformed(error.message) }
        guard let output = root["output"], output.kind == .array else {
            throw .malformed("The provider's answer has no output.")
        }
        var parts: [NeutralPart] = []
        for item in output.elements { parts.append(contentsOf: OpenAIResponsesOutputReader.parts(item, &context)) }
        let hasCalls = parts.contains { if case .toolCall = $0.content { true } else { false } }
        guard let finish = self.finish(root, hasCalls: hasCalls) else {
            throw .malformed("The provider's answer is not complete: its status is '\(self.status(root))'.")
        }
        var response = NeutralResponse(
            id: root["id"]?.stringValue, model: root["model"]?.stringValue, parts: parts, finish: finish,
            usage: self.usage(root))
        response.createdAt = self.seconds(root["created_at"])
        response.serviceTier = root["service_tier"]?.stringValue.flatMap { OpenAIResponsesServiceTier.tier(of: $0) }
        return response
    }

    /// The error of an answer that failed.
    static func failure(_ root: JSONNode) -> NeutralError? {
        let status = root["status"]?.stringValue
        guard let error = root["error"], error.kind == .object else {
            guard status == "failed" || status == "cancelled" else { return nil }
            return NeutralError(.server, message: "The provider gave up without saying why.")
        }
        return OpenAIResponsesErrors.error(in: error)
    }

    /// Why an answer ended; `nil` for one that has not. Servers that say no status say all there is.
    static func finish(_ root: JSONNode, hasCalls: Bool) -> NeutralFinish? {
        let status = root["status"]?.stringValue
        switch status {
        case "completed", nil:
            return NeutralFinish(hasCalls ? .toolCalls : .stop, vendorWord: status)
        case "incomplete":
            let word = root["incomplete_details"]?["reason"]?.stringValue
            switch word {
            case "content_filter": return NeutralFinish(.contentFilter, vendorWord: word)
            case "steered": return NeutralFinish(.pause, vendorWord: word)
            default: return NeutralFinish(.length, vendorWord: word ?? status)
            }
        default:
            return nil
        }
    }

    static func usage(_ root: JSONNode) -> TokenUsage? {
        guard let usage = root["usage"], usage.kind == .object else { return nil }
        return OpenAIUsage.parse(usage.rawBytes.span)
    }

    private static func status(_ root: JSONNode) -> String {
        String((root["status"]?.stringValue ?? "").prefix(64))
    }

    /// Some servers give fractions.
    private static func seconds(_ node: JSONNode?) -> Int? {
        node?.intValue ?? node?.doubleValue.flatMap { Int(exactly: $0.rounded(.down)) }
    }
}
