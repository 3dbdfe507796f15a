/// The errors of Messages, both ways.
///
/// `{"type":"error","error":{"type":"overloaded_error","message":"...","details":{"error_code":"..."}},"request_id":"..."}`;
/// in a stream the same as the data of an event named `error`.
/// Source: Anthropic errors reference and SDK types `ErrorType` and `APIStatusError` (read 2026-11).
enum AnthropicErrors {
    // MARK: Reading

    /// Reads the body of an answer that is not 2xx, whatever it is.
    static func read(status: Int, body: [UInt8], header: (String) -> String?) -> NeutralError {
        let document = try? JSONDocument(parsing: body, limits: JSONLimits(maximumNodes: 65_536))
        var error = read(document.map { VendorErrorBody($0.root) } ?? VendorErrorBody(body), document?.root, status)
        if error.message.isEmpty { error.message = "The provider answered with status \(status) and no message." }
        error.retryAfterSeconds = VendorErrorBody.retryAfterSeconds(header)
        return error
    }

    /// Reads an error event of a stream.
    static func read(event root: JSONNode) -> NeutralError {
        var error = read(VendorErrorBody(root), root, nil)
        if error.message.isEmpty { error.message = "The provider's stream ended with an error." }
        return error
    }

    private static func read(_ body: VendorErrorBody, _ root: JSONNode?, _ status: Int?) -> NeutralError {
        let code = root?["error"]?["details"]?["error_code"]?.stringValue ?? body.code
        return NeutralError(kind(body.type, body.message, status), status: status, message: body.message, code: code)
    }

    private static func kind(_ type: String?, _ message: String, _ status: Int?) -> NeutralError.Kind {
        switch type {
        case "invalid_request_error":
            if isAboutContext(message) { return .contextTooLong }
            if message.contains("credit balance is too low") { return .billing }
            if message.contains("content filtering policy") { return .contentFilter }
            // The vendor gives this type to several statuses; those that say more are taken at their word.
            return status.map { NeutralError.Kind(status: $0) } ?? .invalidRequest
        case "authentication_error": return .authentication
        case "billing_error": return .billing
        case "permission_error": return .permission
        case "not_found_error": return .notFound
        case "conflict_error": return .conflict
        case "request_too_large": return .tooLarge
        case "rate_limit_error": return .rateLimit
        case "timeout_error": return .timeout
        case "overloaded_error": return .overloaded
        case "api_error": return status == 503 || status == 529 ? .overloaded : status == 504 ? .timeout : .server
        default:
            guard let status else { return .server }
            if status == 400, isAboutContext(message) { return .contextTooLong }
            return NeutralError.Kind(status: status)
        }
    }

    /// Whether the words are those by which the vendor, or another, says that the prompt does not fit.
    private static func isAboutContext(_ message: String) -> Bool {
        VendorErrorBody.saysContextTooLong(message)
            || VendorErrorBody.says(message, anyOf: ["exceed context limit", "exceeds context limit"])
    }

    // MARK: Writing

    /// The status and the body for a client, by which its SDK raises the right exception.
    static func write(_ error: NeutralError, requestID: String) -> (status: Int, body: [UInt8]) {
        let (status, type) = shape(error)
        var message = error.message
        if error.kind == .contextTooLong, !isKnownToClients(message) {
            message = "prompt is too long: \(message)"
        } else if let parameter = error.parameter, !message.contains(parameter) {
            message = "\(parameter): \(message)"
        }
        var out = AnthropicWriter(capacity: 160 + message.utf8.count)
        out.json.beginObject()
        out.member("type", "error")
        out.beginObject("error")
        out.member("type", type)
        out.member("message", message)
        if let code = error.code {
            out.beginObject("details")
            out.member("error_code", code)
            out.json.endObject()
        }
        out.json.endObject()
        out.member("request_id", requestID)
        out.json.endObject()
        return (status, out.json.take())
    }

    /// Whether a message has the words by which this dialect's clients know that the prompt was too long.
    private static func isKnownToClients(_ message: String) -> Bool {
        VendorErrorBody.says(message, anyOf: ["prompt is too long", "exceed context limit"])
    }

    private static func shape(_ error: NeutralError) -> (Int, String) {
        switch error.kind {
        case .invalidRequest, .contextTooLong, .contentFilter, .unsupported: (400, "invalid_request_error")
        case .authentication: (401, "authentication_error")
        case .billing: (402, "billing_error")
        case .permission: (403, "permission_error")
        case .notFound: (404, "not_found_error")
        case .methodNotAllowed: (405, "invalid_request_error")
        case .conflict: (409, "conflict_error")
        case .tooLarge: (413, "request_too_large")
        case .rateLimit: (429, "rate_limit_error")
        // Money that has run out is no matter of waiting.
        case .quota: error.code == "insufficient_quota" ? (402, "billing_error") : (429, "rate_limit_error")
        case .overloaded: (529, "overloaded_error")
        case .timeout: (504, "timeout_error")
        case .server: ((500...599).contains(error.status) && error.status != 529 ? error.status : 500, "api_error")
        }
    }
}
