/// Cohere's errors: `{"id","message"}` with a status. Source: docs.cohere.com/reference/errors (read 2026-11).
enum CohereErrors {
    static func read(status: Int, body: [UInt8], header: (String) -> String?) -> NeutralError {
        let body = VendorErrorBody(body)
        let message = body.message.isEmpty ? "The provider answered with status \(status)." : body.message
        var kind = NeutralError.Kind(status: status)
        switch status {
        // The input or the output was blocked.
        case 498: kind = .contentFilter
        // The client went away; seen only where a proxy stands between.
        case 499: kind = .timeout
        case 501: kind = .unsupported
        case 429 where VendorErrorBody.says(message, anyOf: ["billing", "monthly", "calls / month"]): kind = .quota
        default: if body.saysContextTooLong { kind = .contextTooLong }
        }
        return NeutralError(
            kind, status: status, message: message, code: body.code,
            retryAfterSeconds: VendorErrorBody.retryAfterSeconds(header))
    }

    static func body(_ error: NeutralError, requestID: String) -> [UInt8] {
        var writer = JSONWriter(capacity: 64 + error.message.utf8.count)
        writer.beginObject()
        writer.key("id" as StaticString)
        writer.string(requestID)
        writer.key("message" as StaticString)
        writer.string(error.message)
        writer.endObject()
        return writer.take()
    }
}
