/// Errors of the vendor, read and written: `{"error":{"message","type","param","code"}}`; in streams the `error` event
/// (flat, or around the same object) and the `error` of a failed response (`{"code","message"}`).
enum OpenAIResponsesErrors {
    // MARK: Reading

    static func read(status: Int, body: [UInt8], header: (String) -> String?) -> NeutralError {
        let said = OpenAIUpstreamError.parse(body.span)
        var error = self.error(said, status: status)
        if error.message.isEmpty { error.message = "The provider answered with status \(status)." }
        error.retryAfterSeconds = self.retryAfter(header)
        return error
    }

    /// The error in an `error` event.
    static func error(inEvent root: JSONNode) -> NeutralError {
        if let error = root["error"] {
            if error.kind == .object { return self.error(in: error) }
            if let text = error.stringValue { return self.error(OpenAIUpstreamError(message: text), status: 500) }
        }
        // The event's own type says nothing about the error.
        return self.error(in: root, type: nil)
    }

    /// The error in an error object.
    static func error(in node: JSONNode) -> NeutralError {
        self.error(in: node, type: node["type"]?.stringValue)
    }

    private static func error(in node: JSONNode, type: String?) -> NeutralError {
        let code = node["code"].flatMap { $0.stringValue ?? $0.numberText }
        var error = self.error(
            OpenAIUpstreamError(
                message: node["message"]?.stringValue ?? "", type: type, code: code,
                param: node["param"]?.stringValue),
            status: code.flatMap { Int($0) }.flatMap { (400...599).contains($0) ? $0 : nil })
        if error.message.isEmpty { error.message = "The provider gave up without saying why." }
        return error
    }

    private static func error(_ said: OpenAIUpstreamError, status: Int?) -> NeutralError {
        let kind =
            self.kind(code: said.code) ?? self.kind(type: said.type)
            ?? (self.saysContextTooLong(said.message) && (status ?? 400) < 500 ? .contextTooLong : nil)
            ?? status.map { NeutralError.Kind(status: $0) } ?? .server
        // A vague class gives way to what the words say.
        let isContext = kind == .invalidRequest && self.saysContextTooLong(said.message)
        return NeutralError(
            isContext ? .contextTooLong : kind, status: status, message: said.message, code: said.code ?? said.type,
            parameter: said.param)
    }

    private static func kind(code: String?) -> NeutralError.Kind? {
        switch code {
        case "context_length_exceeded", "string_above_max_length", "context_window_exceeded": .contextTooLong
        case "rate_limit_exceeded", "rate_limit_error", "too_many_requests": .rateLimit
        case "insufficient_quota", "usage_limit_reached", "billing_hard_limit_reached": .quota
        case "billing_not_active", "account_deactivated": .billing
        case "invalid_api_key", "invalid_authentication", "token_expired": .authentication
        case "model_not_found", "not_found", "deployment_not_found": .notFound
        case "server_is_overloaded", "overloaded", "slow_down", "overloaded_error", "engine_overloaded": .overloaded
        case "server_error", "internal_error", "vector_store_timeout": .server
        case "content_filter", "content_policy_violation", "bio_policy", "cyber_policy",
            "misalignment_policy_violation", "image_content_policy_violation":
            .contentFilter
        case "unsupported_country_region_territory", "permission_denied", "insufficient_permissions": .permission
        case "unsupported_parameter", "unsupported_value", "unsupported_model": .unsupported
        case "invalid_prompt", "invalid_image", "invalid_image_format", "invalid_base64_image", "invalid_image_url",
            "image_too_large", "image_too_small", "image_parse_error", "invalid_image_mode", "image_file_too_large",
            "unsupported_image_media_type", "empty_image_file", "failed_to_download_image", "image_file_not_found",
            "invalid_request_error", "data_residency_mismatch":
            .invalidRequest
        default: nil
        }
    }

    private static func kind(type: String?) -> NeutralError.Kind? {
        switch type {
        case "rate_limit_error", "tokens", "requests": .rateLimit
        case "insufficient_quota": .quota
        case "authentication_error": .authentication
        case "permission_error": .permission
        case "not_found_error": .notFound
        case "overloaded_error", "service_unavailable_error": .overloaded
        case "timeout_error": .timeout
        default: nil
        }
    }

    private static func saysContextTooLong(_ message: String) -> Bool {
        let text = message.prefix(1024).lowercased()
        return [
            "context length", "context window", "context_length", "prompt is too long", "too many tokens",
            "maximum number of tokens", "input is too long", "max_model_len", "maximum input length",
        ].contains { text.contains($0) }
    }

    static func retryAfter(_ header: (String) -> String?) -> Double? {
        if let text = header("retry-after-ms"), let value = Double(text), value.isFinite, value >= 0 {
            return value / 1000
        }
        if let text = header("retry-after"), let value = Double(text), value.isFinite, value >= 0 { return value }
        return nil
    }

    // MARK: Writing

    static func write(_ error: NeutralError) -> (status: Int, body: [UInt8]) {
        let status: Int
        switch error.kind {
        case .invalidRequest: status = error.status == 422 ? 422 : 400
        // The vendor has no status of its own for accounts without money.
        case .billing: status = 429
        case .server: status = (500...599).contains(error.status) ? error.status : 500
        default: status = error.kind.status
        }
        return (status, self.body(error).bytes)
    }

    /// The error as its object.
    static func body(_ error: NeutralError) -> OpenAIErrorBody {
        let (type, code): (String, String?) =
            switch error.kind {
            case .invalidRequest, .conflict, .methodNotAllowed, .tooLarge: ("invalid_request_error", error.code)
            case .contextTooLong: ("invalid_request_error", "context_length_exceeded")
            case .contentFilter: ("invalid_request_error", "content_filter")
            case .unsupported: ("invalid_request_error", error.code ?? "unsupported_parameter")
            case .authentication: ("authentication_error", "invalid_api_key")
            case .permission: ("permission_error", error.code)
            case .notFound: ("not_found_error", error.code ?? "not_found")
            case .rateLimit: ("rate_limit_error", "rate_limit_exceeded")
            case .billing, .quota: ("insufficient_quota", "insufficient_quota")
            case .server: ("server_error", error.code ?? "server_error")
            case .overloaded: ("server_error", "overloaded")
            case .timeout: ("server_error", "timeout")
            }
        return OpenAIErrorBody(message: error.message, type: type, param: error.parameter, code: code)
    }

    /// The code of a failed response. The vendor's types know few; clients look for those of limits as well.
    static func failureCode(_ kind: NeutralError.Kind) -> String {
        switch kind {
        case .contextTooLong: "context_length_exceeded"
        case .rateLimit: "rate_limit_exceeded"
        case .billing, .quota: "insufficient_quota"
        case .invalidRequest, .unsupported, .contentFilter: "invalid_prompt"
        default: "server_error"
        }
    }
}
