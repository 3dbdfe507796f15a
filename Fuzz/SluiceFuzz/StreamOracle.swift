import SluiceWire

/// The classifiers call exactly those events malformed that are no JSON object, and every reader keeps its bounds.
enum StreamOracle {
    static func check(_ input: [UInt8]) -> String? {
        var members: [JSONMember] = []
        var isObject = true
        do throws(JSONError) { try JSONScanner.scanObject(input.span, into: &members) } catch { isObject = false }
        let chat = OpenAIChatStream.classify(input.span)
        if isObject == (chat.kind == .malformed), chat.kind != .done { return "chat says \(chat.kind)" }
        let responses = OpenAIResponsesStream.classify(input.span, type: "response.output_text.delta")
        if isObject == (responses.kind == .malformed), responses.kind != .done {
            return "Responses says \(responses.kind)"
        }
        for usage in [chat.usage, responses.usage, OpenAIUsage.parse(input.span)] {
            guard let usage else { continue }
            let counts = [
                usage.uncachedInput, usage.cacheRead, usage.cacheWrite5m, usage.cacheWrite1h, usage.audioInput,
                usage.output, usage.reasoning, usage.audioOutput,
            ]
            if counts.contains(where: { $0 < 0 }) { return "a count is negative" }
            if usage.totalTokens < usage.promptTokens { return "the total is less than its parts" }
        }
        let error = OpenAIUpstreamError.parse(input.span)
        if error.message.utf8.count > OpenAIUpstreamError.messageLimit { return "a message is too long" }
        let body = OpenAIErrorBody(
            message: error.message, type: error.type ?? "server_error", param: error.param, code: error.code)
        let again = OpenAIUpstreamError.parse(body.bytes.span)
        guard again.message == error.message, again.code == error.code, again.param == error.param else {
            return "an error does not survive being written"
        }
        return nil
    }
}
