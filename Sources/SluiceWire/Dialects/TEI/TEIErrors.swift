/// TEI's errors: `{"error":"text","error_type":"Validation"}`.
///
/// Statuses: 413 a batch that is too large, 422 a text that cannot be made into tokens or is too long, 424 a model that
/// failed or is of the wrong kind, 429 too many requests at once, 503 not healthy. Source: its OpenAPI page, version
/// 1.8 (read 2026-11).
public enum TEIErrors {
    /// Reads a server's error: any bytes. `header` looks up a response header field by its lower-case name.
    public static func read(status: Int, body: [UInt8], header: (String) -> String?) -> NeutralError {
        let body = VendorErrorBody(body)
        let message = body.message.isEmpty ? "The provider answered with status \(status)." : body.message
        let isTooLong = VendorErrorBody.says(message, anyOf: ["must have less than", "inputs must have less"])
        let kind: NeutralError.Kind =
            switch (body.type?.lowercased(), status) {
            case _ where isTooLong || body.saysContextTooLong: .contextTooLong
            case ("overloaded", _): .overloaded
            case ("backend", _), (_, 424): .server
            case ("unhealthy", _): .overloaded
            case ("tokenizer", _), ("empty", _): .invalidRequest
            case ("validation", 413): .tooLarge
            case ("validation", _): .invalidRequest
            default: NeutralError.Kind(status: status)
            }
        return NeutralError(
            kind, status: status, message: message, code: body.type,
            retryAfterSeconds: VendorErrorBody.retryAfterSeconds(header))
    }

    /// Writes an error for a client of TEI's.
    public static func write(_ error: NeutralError) -> (status: Int, body: [UInt8]) {
        let (status, type): (Int, String) =
            switch error.kind {
            case .invalidRequest, .unsupported, .contentFilter: (422, "Validation")
            case .contextTooLong, .tooLarge: (413, "Validation")
            case .rateLimit, .quota, .overloaded: (429, "Overloaded")
            case .server, .timeout: (424, "Backend")
            case .authentication, .billing, .permission, .notFound, .methodNotAllowed, .conflict:
                (error.kind.status, "Validation")
            }
        var writer = JSONWriter(capacity: 64 + error.message.utf8.count)
        writer.beginObject()
        writer.key("error" as StaticString)
        writer.string(error.message)
        writer.key("error_type" as StaticString)
        writer.string(type)
        writer.endObject()
        return (status, writer.take())
    }
}
