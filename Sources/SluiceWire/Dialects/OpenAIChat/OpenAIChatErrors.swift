/// Errors of OpenAI's API, and of the servers that imitate it, both ways.
///
/// Source: OpenAI API reference, error codes; exceptions of the Python SDK 3.52 (read 2026-11).
enum OpenAIChatErrors {
    // MARK: Reading

    /// Reads an error answer. The vendor's code and type come before the status, its words before nothing.
    static func read(status: Int, body: [UInt8], header: (String) -> String?) -> NeutralError {
        var error = neutral(OpenAIUpstreamError.parse(body.span), status: status)
        error.retryAfterSeconds = retryAfter(header)
        return error
    }

    /// The error in a body of status 200 or in a chunk; `nil` where there is none.
    static func within(_ root: JSONNode) -> NeutralError? {
        if let error = root["error"], !error.isNull, error.boolValue != false {
            return neutral(OpenAIUpstreamError.parse(root.rawBytes.span), status: nil)
        }
        guard root["object"]?.stringValue == "error" else { return nil }
        return neutral(OpenAIUpstreamError.parse(root.rawBytes.span), status: nil)
    }

    /// The error of an event of the type `error`, whatever its data.
    static func event(_ data: Span<UInt8>) -> NeutralError {
        neutral(OpenAIUpstreamError.parse(data), status: nil)
    }

    private static func neutral(_ error: OpenAIUpstreamError, status: Int?) -> NeutralError {
        // Some servers put the HTTP status into `code`.
        let said = error.code.flatMap { Int($0) }.flatMap { (400..<600).contains($0) ? $0 : nil }
        let known = status ?? said
        let kind = kind(error, status: known)
        let message = error.message.isEmpty ? "The provider gave no reason." : error.message
        return NeutralError(
            kind, status: known, message: message, code: said == nil ? error.code : nil, parameter: error.param)
    }

    private static func kind(_ error: OpenAIUpstreamError, status: Int?) -> NeutralError.Kind {
        if let kind = error.code.flatMap(kind(ofWord:)) { return kind }
        let isRequestFault = status.map { [400, 413, 422, 500].contains($0) } ?? true
        if isRequestFault, OpenAIChatContextWords.occur(in: error.message) { return .contextTooLong }
        let said = error.type.flatMap(kind(ofWord:))
        // `server_error` is the type of every 5xx: the status knows more.
        if let said, said != .server || status == nil { return said }
        if let status { return said != nil && status < 500 ? .server : NeutralError.Kind(status: status) }
        return error.type == "invalid_request_error" ? .invalidRequest : .server
    }

    /// The kind that a code or a type names; `nil` for one that says no more than the status, and for unknown ones.
    private static func kind(ofWord word: String) -> NeutralError.Kind? {
        switch word {
        case "context_length_exceeded", "exceed_context_size_error", "context_window_exceeded": .contextTooLong
        case "content_filter", "content_policy_violation", "ResponsibleAIPolicyViolation": .contentFilter
        case "unsupported_parameter", "unsupported_value": .unsupported
        case "invalid_api_key", "authentication_error", "invalid_authentication_error", "account_deactivated":
            .authentication
        case "insufficient_quota", "exceeded_current_quota_error": .quota
        case "billing_hard_limit_reached", "billing_not_active", "billing_error", "insufficient_balance": .billing
        case "permission_error", "permission_denied_error", "model_not_allowed", "unsupported_country_region_territory":
            .permission
        case "model_not_found", "not_found_error", "DeploymentNotFound", "NotFoundError": .notFound
        case "request_too_large", "payload_too_large": .tooLarge
        case "rate_limit_exceeded", "rate_limit_error", "rate_limit_reached_error", "tokens", "requests": .rateLimit
        case "server_error", "api_error", "internal_error", "internal_server_error", "InternalServerError": .server
        case "overloaded_error", "engine_overloaded_error", "service_unavailable", "server_is_overloaded", "overloaded":
            .overloaded
        case "timeout", "timeout_error": .timeout
        default: nil
        }
    }

    private static func retryAfter(_ header: (String) -> String?) -> Double? {
        func seconds(_ name: String, per unit: Double) -> Double? {
            guard let value = header(name).flatMap({ Double($0) }), value.isFinite, value >= 0 else { return nil }
            return value / unit
        }
        return seconds("retry-after-ms", per: 1000) ?? seconds("retry-after", per: 1)
    }

    // MARK: Writing

    /// The status and the body for a client. The SDK raises by status: 429 is its rate limit, all from 500 on its
    /// server error; an account without money is 429 with `insufficient_quota`, as at OpenAI.
    static func answer(to error: NeutralError) -> (status: Int, body: OpenAIErrorBody) {
        let status: Int
        let type: String
        var code = error.code
        var message = error.message
        switch error.kind {
        case .invalidRequest:
            status = (400..<500).contains(error.status) ? error.status : 400
            type = "invalid_request_error"
        case .contextTooLong:
            (status, type, code) = (400, "invalid_request_error", "context_length_exceeded")
            if !message.contains("maximum context length") {
                message = "The model's maximum context length is exceeded. \(message)"
            }
        case .contentFilter: (status, type, code) = (400, "invalid_request_error", "content_filter")
        case .unsupported:
            (status, type) = (400, "invalid_request_error")
            code = code ?? "unsupported_parameter"
        case .authentication: (status, type, code) = (401, "authentication_error", "invalid_api_key")
        case .billing, .quota: (status, type, code) = (429, "insufficient_quota", "insufficient_quota")
        case .permission: (status, type) = (403, "permission_error")
        case .notFound:
            (status, type) = (404, "not_found_error")
            code = code ?? "model_not_found"
        case .methodNotAllowed: (status, type) = (405, "invalid_request_error")
        case .conflict: (status, type) = (409, "invalid_request_error")
        case .tooLarge: (status, type, code) = (413, "invalid_request_error", "request_too_large")
        case .rateLimit: (status, type, code) = (429, "rate_limit_error", "rate_limit_exceeded")
        case .server:
            status = (500..<600).contains(error.status) && error.status != 529 ? error.status : 500
            type = "server_error"
        case .overloaded: (status, type) = (503, "server_error")
        case .timeout: (status, type) = (504, "server_error")
        }
        return (status, OpenAIErrorBody(message: message, type: type, param: error.parameter, code: code))
    }
}
