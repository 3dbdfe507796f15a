import NIOHTTP1

/// Cohere's errors: `{"id","message"}`.
enum CohereError {
    static func body(_ fault: RequestFault, requestID: String) -> [UInt8] {
        .json { json in
            json.member("id", requestID)
            json.member("message", fault.message)
        }
    }

    static func fault(_ fault: ShapeFault) -> RequestFault {
        let path = AnthropicError.path(fault.path)
        let message =
            switch fault.kind {
            case .unknown: "unknown field: parameter '\(path)' is not a valid field"
            case .missing: "invalid request: \(path) is required"
            case .type, .value: "invalid type: parameter \(path): \(fault.problem)."
            }
        return RequestFault(.badRequest, message, param: path)
    }

    static func invalid(_ message: String) -> RequestFault {
        RequestFault(.badRequest, "invalid request: \(message)")
    }
}
