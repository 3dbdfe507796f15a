/// Ollama's errors: `{"error":"text"}`, as the body of a reply or as a line within a stream.
///
/// Source: Ollama's API reference and `server/routes.go` (read 2026-11).
enum OllamaErrors {
    static func read(status: Int, body: [UInt8], header: (String) -> String?) -> NeutralError {
        let body = VendorErrorBody(body)
        var error = Self.error(status: status, body)
        error.retryAfterSeconds = VendorErrorBody.retryAfterSeconds(header)
        return error
    }

    /// Reads an error within a stream, where there is no status but perhaps a member of that name.
    static func read(_ root: JSONNode) -> NeutralError {
        let status = root["status_code"]?.intValue ?? root["status"]?.intValue ?? 500
        return Self.error(status: (400...599).contains(status) ? status : 500, VendorErrorBody(root))
    }

    private static func error(status: Int, _ body: VendorErrorBody) -> NeutralError {
        let message = body.message.isEmpty ? "The provider answered with status \(status)." : body.message
        var kind = NeutralError.Kind(status: status)
        if body.saysContextTooLong {
            kind = .contextTooLong
        } else if status == 429, VendorErrorBody.says(message, anyOf: ["usage limit", "quota"]) {
            kind = .quota
        } else if status == 400, VendorErrorBody.says(message, anyOf: ["does not support", "is not supported"]) {
            kind = .unsupported
        } else if VendorErrorBody.says(message, anyOf: ["server busy", "maximum pending requests"]) {
            kind = .overloaded
        }
        return NeutralError(kind, status: status, message: message, code: body.code)
    }

    /// The HTTP status for a client of Ollama's, which knows no other than the usual ones.
    static func status(_ error: NeutralError) -> Int {
        error.kind.status
    }

    static func body(_ error: NeutralError) -> [UInt8] {
        var message = error.message
        if error.kind == .contextTooLong, !VendorErrorBody.says(message, anyOf: ["exceeds the context length"]) {
            message = "the input length exceeds the context length: \(message)"
        }
        var writer = JSONWriter(capacity: 32 + message.utf8.count)
        writer.beginObject()
        writer.key("error" as StaticString)
        writer.string(message)
        writer.endObject()
        return writer.take()
    }
}
