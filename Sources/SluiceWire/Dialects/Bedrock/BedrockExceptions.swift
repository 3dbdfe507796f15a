/// The vendor's exceptions, by name: what each means, and the status it comes with.
///
/// Source: the service model of bedrock-runtime, the errors of `Converse` and `ConverseStreamOutput`; AWS "Common Error Types"
/// (read 2026-11).
enum BedrockExceptions {
    /// An exception.
    struct Row {
        var name: String
        var status: Int
        var kind: NeutralError.Kind
    }

    static let rows: [Row] = [
        Row(name: "ValidationException", status: 400, kind: .invalidRequest),
        Row(name: "AccessDeniedException", status: 403, kind: .permission),
        Row(name: "ResourceNotFoundException", status: 404, kind: .notFound),
        Row(name: "ThrottlingException", status: 429, kind: .rateLimit),
        Row(name: "ModelTimeoutException", status: 408, kind: .timeout),
        Row(name: "ModelErrorException", status: 424, kind: .server),
        Row(name: "ModelNotReadyException", status: 429, kind: .overloaded),
        Row(name: "InternalServerException", status: 500, kind: .server),
        Row(name: "ServiceUnavailableException", status: 503, kind: .overloaded),
        Row(name: "ModelStreamErrorException", status: 424, kind: .server),
        Row(name: "ServiceQuotaExceededException", status: 400, kind: .quota),
        Row(name: "ConflictException", status: 409, kind: .conflict),
        // The errors of the front end, which every service has.
        Row(name: "UnrecognizedClientException", status: 403, kind: .authentication),
        Row(name: "InvalidSignatureException", status: 403, kind: .authentication),
        Row(name: "SignatureDoesNotMatch", status: 403, kind: .authentication),
        Row(name: "MissingAuthenticationTokenException", status: 403, kind: .authentication),
        Row(name: "MissingAuthenticationToken", status: 403, kind: .authentication),
        Row(name: "IncompleteSignatureException", status: 403, kind: .authentication),
        Row(name: "IncompleteSignature", status: 403, kind: .authentication),
        Row(name: "InvalidClientTokenId", status: 403, kind: .authentication),
        Row(name: "ExpiredTokenException", status: 403, kind: .authentication),
        Row(name: "ExpiredToken", status: 403, kind: .authentication),
        Row(name: "RequestExpired", status: 400, kind: .authentication),
        Row(name: "NotAuthorized", status: 400, kind: .permission),
        Row(name: "OptInRequired", status: 403, kind: .permission),
        Row(name: "AccessDenied", status: 403, kind: .permission),
        Row(name: "Throttling", status: 429, kind: .rateLimit),
        Row(name: "TooManyRequestsException", status: 429, kind: .rateLimit),
        Row(name: "InternalFailure", status: 500, kind: .server),
        Row(name: "ServiceUnavailable", status: 503, kind: .overloaded),
        Row(name: "RequestTimeout", status: 408, kind: .timeout),
        Row(name: "RequestEntityTooLargeException", status: 413, kind: .tooLarge),
        Row(name: "UnknownOperationException", status: 404, kind: .notFound),
        Row(name: "SerializationException", status: 400, kind: .invalidRequest),
        Row(name: "ValidationError", status: 400, kind: .invalidRequest),
    ]

    /// The exception of a name, as it stands in a header (`ValidationException:http://...`), in a body
    /// (`com.amazon.coral.service#ValidationException`), or in an event (`validationException`).
    static func row(_ name: String) -> Row? {
        let bare = self.bare(name)
        return rows.first { row in
            row.name.utf8.count == bare.utf8.count
                && zip(row.name.utf8, bare.utf8).enumerated().allSatisfy { index, pair in
                    pair.0 == pair.1 || (index == 0 && pair.0 | 0x20 == pair.1)
                }
        }
    }

    /// A name without what services put around it.
    static func bare(_ name: String) -> String {
        let head = name.utf8.prefix { $0 != UInt8(ascii: ":") }
        let tail = head.split(separator: UInt8(ascii: "#")).last ?? head
        return String(decoding: tail.prefix(128), as: UTF8.self)
    }

    /// The kind that an exception stands for once its words are known too.
    static func kind(_ row: Row, message: String) -> NeutralError.Kind {
        switch row.kind {
        case .invalidRequest where isTooLong(message): .contextTooLong
        case .invalidRequest where VendorErrorBody.says(message, anyOf: ["model identifier is invalid"]): .notFound
        case .permission where VendorErrorBody.says(message, anyOf: ["authentication failed", "api key"]):
            .authentication
        default: row.kind
        }
    }

    /// Whether the words mean that the prompt does not fit the context window: those of all vendors, and those by which
    /// models on Bedrock say so beside.
    static func isTooLong(_ message: String) -> Bool {
        VendorErrorBody.saysContextTooLong(message)
            || VendorErrorBody.says(
                message,
                anyOf: [
                    "too many input tokens", "exceed context limit", "input tokens exceeded",
                    "maximum number of input tokens",
                ])
    }
}
