/// Writes an error for a client, as `google.rpc.Status` in JSON.
///
/// `{"error":{"code":429,"message":"..","status":"RESOURCE_EXHAUSTED","details":[{"@type":
/// "type.googleapis.com/google.rpc.RequestInfo","requestId":".."},..]}}`. `error` is the first member, by which
/// Google's SDKs tell it in a stream.
enum GeminiErrorBody {
    private static let typePrefix = "type.googleapis.com/google.rpc."

    /// The HTTP status and the body.
    static func write(_ error: NeutralError, requestID: String) -> (status: Int, body: [UInt8]) {
        let (status, word) = status(of: error)
        var writer = JSONWriter(capacity: 256 + error.message.utf8.count)
        writer.beginObject()
        writer.key("error")
        writer.beginObject()
        writer.key("code")
        writer.integer(status)
        writer.key("message")
        writer.string(message(of: error))
        writer.key("status")
        writer.string(word)
        writer.key("details")
        writer.beginArray()
        writeDetails(error, word, requestID, to: &writer)
        writer.endArray()
        writer.endObject()
        writer.endObject()
        return (status, writer.take())
    }

    private static func status(of error: NeutralError) -> (Int, String) {
        switch error.kind {
        case .invalidRequest, .contextTooLong, .contentFilter, .unsupported: (400, "INVALID_ARGUMENT")
        case .authentication: (401, "UNAUTHENTICATED")
        case .permission: (403, "PERMISSION_DENIED")
        case .notFound: (404, "NOT_FOUND")
        case .methodNotAllowed: (405, "UNIMPLEMENTED")
        case .conflict: (409, "ABORTED")
        case .tooLarge: (413, "INVALID_ARGUMENT")
        case .rateLimit, .quota, .billing: (429, "RESOURCE_EXHAUSTED")
        case .server: ((500...599).contains(error.status) ? error.status : 500, "INTERNAL")
        case .overloaded: (503, "UNAVAILABLE")
        case .timeout: (504, "DEADLINE_EXCEEDED")
        }
    }

    /// The message; of a prompt that is too long with the words by which Google's clients know it.
    private static func message(of error: NeutralError) -> String {
        let words = "exceeds the maximum number of tokens"
        guard error.kind == .contextTooLong, !error.message.contains(words) else { return error.message }
        return "The input token count \(words) allowed. \(error.message)"
    }

    private static func writeDetails(
        _ error: NeutralError, _ word: String, _ requestID: String, to writer: inout JSONWriter
    ) {
        if let code = error.code, code != word {
            begin("ErrorInfo", to: &writer)
            writer.key("reason")
            writer.string(code)
            writer.key("domain")
            writer.string("sluice")
            writer.endObject()
        }
        if let parameter = error.parameter {
            begin("BadRequest", to: &writer)
            writer.key("fieldViolations")
            writer.beginArray()
            writer.beginObject()
            writer.key("field")
            writer.string(parameter)
            writer.key("description")
            writer.string(error.message)
            writer.endObject()
            writer.endArray()
            writer.endObject()
        }
        if let delay = error.retryAfterSeconds, delay.isFinite, delay >= 0 {
            begin("RetryInfo", to: &writer)
            writer.key("retryDelay")
            writer.string(duration(delay))
            writer.endObject()
        }
        if !requestID.isEmpty {
            begin("RequestInfo", to: &writer)
            writer.key("requestId")
            writer.string(requestID)
            writer.endObject()
        }
    }

    private static func begin(_ type: String, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("@type")
        writer.string(typePrefix + type)
    }

    /// A duration as ProtoJSON writes it, to the millisecond: `37s`, `0.250s`.
    private static func duration(_ seconds: Double) -> String {
        let milliseconds = Int(min(seconds, 1_000_000_000) * 1000)
        let (whole, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        guard rest > 0 else { return "\(whole)s" }
        let digits = String(rest)
        return "\(whole).\(String(repeating: "0", count: 3 - digits.utf8.count))\(digits)s"
    }
}
