import NIOHTTP1

/// Bedrock's errors: the exception's name in `x-amzn-errortype`, `{"message"}` in the body.
///
/// Source: the service's model in botocore, bedrock-runtime 2023-09-30 (read 2026-11).
enum BedrockError {
    /// Amazon's gateways write more behind the name; clients have to cut at the colon.
    private static let suffix = ":http://internal.amazon.com/coral/com.amazon.bedrock/"

    static func body(_ fault: RequestFault) -> [UInt8] {
        .json { $0.member("message", fault.message) }
    }

    static func headers(_ fault: RequestFault) -> [(name: String, value: String)] {
        [("x-amzn-errortype", (fault.vendorCode ?? exception(for: Int(fault.status.code))) + suffix)]
    }

    /// A refused request: 400, ValidationException.
    static func invalid(_ message: String) -> RequestFault {
        RequestFault(.badRequest, message)
    }

    /// What the model's own provider refuses.
    static func modelFault(_ message: String) -> RequestFault {
        RequestFault(.badRequest, "The model returned the following errors: \(message)")
    }

    static func fault(_ fault: ShapeFault) -> RequestFault {
        let path = AnthropicError.path(fault.path)
        let message =
            switch fault.kind {
            case .unknown:
                "Malformed input request: #: extraneous key [\(path)] is not permitted, please reformat "
                    + "your input and try again."
            case .missing:
                "1 validation error detected: Value at '\(path)' failed to satisfy constraint: Member must "
                    + "not be null"
            case .type, .value:
                "1 validation error detected: Value at '\(path)' failed to satisfy constraint: "
                    + fault.problem
            }
        return RequestFault(.badRequest, message)
    }

    static func keyFault(hasKey: Bool) -> RequestFault {
        guard hasKey else { return denied("Missing Authentication Token", "MissingAuthenticationTokenException") }
        return denied("Authentication failed: Please make sure your API Key is valid.", "AccessDeniedException")
    }

    /// 403 with the exception's name.
    static func denied(_ message: String, _ exception: String) -> RequestFault {
        var fault = RequestFault(.forbidden, message)
        fault.vendorCode = exception
        return fault
    }

    /// The exception's name, by status.
    static func exception(for status: Int) -> String {
        switch status {
        case 401, 403: "AccessDeniedException"
        case 404: "ResourceNotFoundException"
        case 405: "UnknownOperationException"
        case 408: "ModelTimeoutException"
        case 415: "UnsupportedMediaTypeException"
        case 424: "ModelErrorException"
        case 429: "ThrottlingException"
        case 503: "ServiceUnavailableException"
        case 500...: "InternalServerException"
        default: "ValidationException"
        }
    }
}
