import NIOCore
import SluiceCore
import SluiceWire

/// Both sides speak OpenAI: the provider's own bytes go on where they have the shape and give nothing away.
extension ProviderRefusal {
    /// The status that the client gets.
    var clientStatus: Int {
        if self.isCredentialFault { return 502 }
        switch self.status {
        case 200: return Self.status(ofError: OpenAIUpstreamError.parse(self.body.readableBytesUInt8Span))
        // 529 is Anthropic's word for overload; OpenAI's clients know 503.
        case 529: return 503
        case 400..<600: return self.status
        default: return 502
        }
    }

    /// The provider's words in OpenAI's shape.
    func openAIAnswer() -> (body: ByteBuffer, kind: GatewayError.Kind) {
        let error = OpenAIUpstreamError.parse(self.body.readableBytesUInt8Span)
        let words = [String(buffer: self.body), error.message, error.type, error.param, error.code]
        let leaks = words.contains { $0.map { self.provider.leaksCredential($0) } ?? false }
        let kind: GatewayError.Kind = self.clientStatus >= 500 ? .upstreamBroke : .upstreamRefused
        if self.hasOpenAIShape, !leaks { return (self.body, kind) }
        let message =
            leaks || error.message.isEmpty
            ? "The provider \(self.provider.name) answered with status \(self.status)." : error.message
        let body = OpenAIErrorBody(
            message: message,
            type: error.isStructured && !leaks
                ? error.type ?? Self.type(self.clientStatus) : Self.type(self.clientStatus),
            param: leaks ? nil : error.param,
            code: leaks ? nil : error.code
        )
        return (ByteBuffer(bytes: body.bytes), kind)
    }

    /// Whether the body is `{"error":{"message":…}}`.
    private var hasOpenAIShape: Bool {
        guard self.status != 200, let document = try? JSONDocument(copying: self.body.readableBytesUInt8Span) else {
            return false
        }
        return document.root["error"]?["message"]?.stringValue != nil
    }

    private static func type(_ status: Int) -> String {
        switch status {
        case 402: "insufficient_quota"
        case 404: "not_found_error"
        case 429: "rate_limit_error"
        case 500...: "server_error"
        default: "invalid_request_error"
        }
    }

    // An error event within a 200 has no status of its own; its type and code tell the classes apart.
    private static func status(ofError error: OpenAIUpstreamError) -> Int {
        if let code = error.code.flatMap({ Int($0) }), (400..<600).contains(code) {
            return code == 401 || code == 403 ? 502 : code
        }
        switch error.type ?? "" {
        case "invalid_request_error", "BadRequestError": return 400
        case "rate_limit_error", "rate_limit_exceeded", "requests", "tokens", "insufficient_quota": return 429
        case "overloaded_error": return 503
        default: break
        }
        switch error.code ?? "" {
        case "rate_limit_exceeded", "insufficient_quota": return 429
        case "context_length_exceeded", "invalid_prompt": return 400
        default: return 502
        }
    }
}
