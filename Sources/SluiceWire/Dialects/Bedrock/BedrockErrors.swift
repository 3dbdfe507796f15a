/// The vendor's errors over HTTP and within a stream, both ways.
///
/// `{"message":"..."}`, and the exception's name in the header field `x-amzn-errortype`. Within a stream an exception is a frame
/// whose `:exception-type` names it.
/// Source: the service model of bedrock-runtime (read 2026-11).
public enum BedrockErrors {
    /// The header field that names the exception.
    public static let headerName = "x-amzn-errortype"

    /// The exception's name for an error: the value of ``headerName``.
    public static func typeName(for error: NeutralError) -> String {
        row(for: error).name
    }

    /// Reads an error of status 4xx or 5xx: any bytes.
    static func read(status: Int, body: [UInt8], header: (String) -> String?) -> NeutralError {
        let root = (try? JSONDocument(parsing: body, limits: JSONLimits(maximumNodes: 65_536)))?.root
        let named = header(headerName) ?? root?["__type"]?.stringValue ?? root?["code"]?.stringValue
        var message = root?["message"]?.stringValue ?? root?["Message"]?.stringValue ?? ""
        if message.isEmpty { message = VendorErrorBody(body).message }
        if message.isEmpty { message = "The provider answered with status \(status)." }
        let code = named.map(BedrockExceptions.bare)
        var kind = NeutralError.Kind(status: status)
        if let row = named.flatMap(BedrockExceptions.row) {
            kind = BedrockExceptions.kind(row, message: message)
        } else if status == 400, BedrockExceptions.isTooLong(message) {
            kind = .contextTooLong
        }
        return NeutralError(
            kind, status: status, message: message, code: code.flatMap { $0.isEmpty ? nil : $0 },
            retryAfterSeconds: VendorErrorBody.retryAfterSeconds(header))
    }

    /// Reads an exception within a stream. `type`: `throttlingException` and the like.
    static func read(exception type: String, message: String?) -> NeutralError {
        let row = BedrockExceptions.row(type)
        let message =
            message.flatMap { $0.isEmpty ? nil : $0 } ?? "The provider gave up: \(BedrockExceptions.bare(type))."
        let kind = row.map { BedrockExceptions.kind($0, message: message) } ?? .server
        return NeutralError(
            kind, status: row?.status ?? kind.status, message: message, code: row?.name ?? BedrockExceptions.bare(type))
    }

    /// Writes an error for a client: status and body.
    static func write(_ error: NeutralError) -> (status: Int, body: [UInt8]) {
        var json = JSONWriter(capacity: 64 + error.message.utf8.count)
        json.beginObject()
        json.key("message")
        json.string(words(error))
        json.endObject()
        return (row(for: error).status, json.take())
    }

    /// Writes an error within a stream.
    static func writeFrame(_ error: NeutralError, to bytes: inout [UInt8]) {
        var json = JSONWriter(capacity: 64 + error.message.utf8.count)
        json.beginObject()
        json.key("message")
        json.string(words(error))
        json.endObject()
        let payload = json.take()
        do throws(AWSEventStreamError) {
            try AWSEventStreamWriter.append(exception: eventType(error), json: payload.span, to: &bytes)
        } catch {
            // Only a message past every bound gets here.
            try? AWSEventStreamWriter.append(
                exception: "internalServerException", json: Array("{}".utf8).span, to: &bytes)
        }
    }

    /// The stream's exceptions are five.
    private static func eventType(_ error: NeutralError) -> StaticString {
        switch error.kind {
        case .rateLimit, .quota, .billing: "throttlingException"
        case .overloaded: "serviceUnavailableException"
        case .invalidRequest, .contextTooLong, .contentFilter, .unsupported, .tooLarge, .notFound, .methodNotAllowed,
            .conflict:
            "validationException"
        case .timeout: "modelStreamErrorException"
        case .server:
            row(for: error).status == 424 ? "modelStreamErrorException" : "internalServerException"
        case .authentication, .permission: "internalServerException"
        }
    }

    /// The exception that stands for an error: the vendor's own where it was one of them with that meaning.
    private static func row(for error: NeutralError) -> BedrockExceptions.Row {
        if let code = error.code, let row = BedrockExceptions.row(code), row.kind == error.kind { return row }
        let name =
            switch error.kind {
            case .invalidRequest, .contextTooLong, .contentFilter, .unsupported: "ValidationException"
            case .tooLarge: "RequestEntityTooLargeException"
            case .authentication: "UnrecognizedClientException"
            case .permission, .billing: "AccessDeniedException"
            case .notFound: "ResourceNotFoundException"
            case .methodNotAllowed: "UnknownOperationException"
            case .conflict: "ConflictException"
            case .rateLimit, .quota: "ThrottlingException"
            case .server: "InternalServerException"
            case .overloaded: "ServiceUnavailableException"
            case .timeout: "ModelTimeoutException"
            }
        var row =
            BedrockExceptions.row(name)
            ?? BedrockExceptions.Row(name: "InternalServerException", status: 500, kind: .server)
        if error.kind == .methodNotAllowed { row.status = 405 }
        return row
    }

    /// The words; where the prompt is too long, those by which the vendor's clients know it.
    private static func words(_ error: NeutralError) -> String {
        guard error.kind == .contextTooLong, !VendorErrorBody.says(error.message, anyOf: ["input is too long"]) else {
            return error.message
        }
        return "Input is too long for requested model. \(error.message)"
    }
}
