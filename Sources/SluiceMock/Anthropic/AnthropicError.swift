import NIOHTTP1
import SluiceWire

/// Anthropic's errors: `{"type":"error","error":{"type","message"},"request_id"}`, with `details.error_code` where
/// there is a stable code.
///
/// Source: Anthropic API reference, errors (read 2026-11).
enum AnthropicError {
    static func body(_ fault: RequestFault, requestID: String) -> [UInt8] {
        .json { json in
            json.member("type", "error")
            json.object("error") { json in
                json.member("type", type(for: Int(fault.status.code)))
                json.member("message", fault.message)
                if let code = fault.vendorCode {
                    json.object("details") { $0.member("error_code", code) }
                }
            }
            json.member("request_id", requestID)
        }
    }

    /// The vendor's words for a request of the wrong shape, like `messages.0.content: Field required`.
    static func fault(_ fault: ShapeFault) -> RequestFault {
        let path = path(fault.path)
        let message =
            switch fault.kind {
            case .unknown: "\(path): Extra inputs are not permitted"
            case .missing: "\(path): Field required"
            case .type, .value: path.isEmpty ? "The body: \(fault.problem)." : "\(path): \(fault.problem)"
            }
        return RequestFault(.badRequest, message, param: path)
    }

    /// A fault at a place, like `messages.0: ...`.
    static func invalid(_ path: String, _ problem: String) -> RequestFault {
        RequestFault(.badRequest, "\(path): \(problem)", param: path)
    }

    /// `messages[0].content[1]` as `messages.0.content.1`.
    static func path(_ path: String) -> String {
        String(path.compactMap { $0 == "[" ? "." : $0 == "]" ? nil : $0 })
    }

    /// The error's type, by status.
    static func type(for status: Int) -> String {
        switch status {
        case 401: "authentication_error"
        case 402: "billing_error"
        case 403: "permission_error"
        case 404: "not_found_error"
        case 409: "conflict_error"
        case 413: "request_too_large"
        case 429: "rate_limit_error"
        case 504: "timeout_error"
        case 529: "overloaded_error"
        case 500...: "api_error"
        default: "invalid_request_error"
        }
    }
}
