/// Reads Google's errors: `{"error":{"code":429,"message":"..","status":"RESOURCE_EXHAUSTED","details":[{"@type":
/// "type.googleapis.com/google.rpc.RetryInfo","retryDelay":"37s"}]}}`, also within an array, as streams without
/// `alt=sse` have them.
///
/// Source: google.rpc.Status, google.rpc.Code and the details of google/rpc/error_details.proto (read 2026-11);
/// ai.google.dev, Troubleshooting (read 2026-11).
enum GeminiErrorReader {
    private static let messageLimit = 4096

    /// The error in a reply that is none of status 2xx.
    static func read(status: Int, body: [UInt8], header: (String) -> String?) -> NeutralError {
        var error: NeutralError
        if let document = try? JSONDocument(parsing: body, limits: JSONLimits(maximumNodes: 65_536)),
            let node = errorNode(document.root)
        {
            error = read(node: node, status: status)
        } else {
            let words = VendorErrorBody(body)
            let kind: NeutralError.Kind = words.saysContextTooLong ? .contextTooLong : NeutralError.Kind(status: status)
            let message = words.message.isEmpty ? "The provider answered with status \(status)." : words.message
            error = NeutralError(kind, status: status, message: message, code: words.code)
        }
        if let delay = VendorErrorBody.retryAfterSeconds(header) { error.retryAfterSeconds = delay }
        return error
    }

    /// The error in the value of a member `error`. `status`: that of the reply; `nil` for one that came within a
    /// stream.
    static func read(node: JSONNode, status: Int? = nil) -> NeutralError {
        let code = NumberText(node["code"])?.int.flatMap { (400...599).contains($0) ? $0 : nil }
        let message = node["message"]?.stringValue ?? node.stringValue ?? ""
        let word = node["status"]?.stringValue
        let details = GeminiErrorDetails(node["details"])
        let statusCode = status ?? code ?? 500
        let kind = kind(word: word, status: statusCode, message: message, details: details)
        return NeutralError(
            kind, status: status ?? code ?? kind.status,
            message: message.isEmpty ? "The provider answered with status \(statusCode)." : cut(message),
            code: word, parameter: details.field, retryAfterSeconds: details.retryDelay)
    }

    /// The value of `error`, where the body has Google's shape.
    private static func errorNode(_ root: JSONNode) -> JSONNode? {
        let object = root.kind == .array ? root[0] : root
        guard let object, object.kind == .object else { return nil }
        return object["error"].flatMap { $0.kind == .object ? $0 : nil }
    }

    private static func kind(
        word: String?, status: Int, message: String, details: GeminiErrorDetails
    ) -> NeutralError.Kind {
        let text = message.lowercased()
        if details.reason == "API_KEY_INVALID" || text.contains("api key not valid") || text.contains("api key expired")
        {
            return .authentication
        }
        let mayBeTooLong = word == nil || word == "INVALID_ARGUMENT" || word == "OUT_OF_RANGE"
        if mayBeTooLong, VendorErrorBody.saysContextTooLong(message) { return .contextTooLong }
        switch word {
        case "INVALID_ARGUMENT", "OUT_OF_RANGE": return status == 413 ? .tooLarge : .invalidRequest
        case "FAILED_PRECONDITION": return text.contains("billing") ? .billing : .invalidRequest
        case "UNAUTHENTICATED": return .authentication
        case "PERMISSION_DENIED": return text.contains("billing") ? .billing : .permission
        case "NOT_FOUND": return .notFound
        case "ALREADY_EXISTS", "ABORTED": return .conflict
        case "RESOURCE_EXHAUSTED":
            // Google says "check your plan and billing details" of a minute's limit too; its details tell them apart.
            if details.isDaily || (details.retryDelay == nil && text.contains("credits")) { return .quota }
            return .rateLimit
        case "INTERNAL", "UNKNOWN", "DATA_LOSS", "CANCELLED": return .server
        case "UNAVAILABLE": return .overloaded
        case "DEADLINE_EXCEEDED": return .timeout
        case "UNIMPLEMENTED": return .unsupported
        default: return NeutralError.Kind(status: status)
        }
    }

    private static func cut(_ message: String) -> String {
        message.utf8.count <= messageLimit
            ? message : String(decoding: message.utf8.prefix(messageLimit), as: UTF8.self)
    }
}
