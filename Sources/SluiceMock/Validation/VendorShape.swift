import NIOHTTP1
import SluiceWire

/// Whose shape an error is written in.
enum VendorShape: Sendable {
    case openAI
    case anthropic

    /// The body of an error reply: OpenAI's `{"error":{"message","type","param","code"}}`, Anthropic's
    /// `{"type":"error","error":{"type","message"},"request_id"}`.
    func body(_ fault: RequestFault, requestID: String) -> [UInt8] {
        var json = JSONWriter(capacity: 256)
        json.beginObject()
        switch self {
        case .openAI:
            json.key("error")
            Self.writeOpenAIError(
                message: fault.message, type: type(for: fault), param: fault.param, code: fault.code, to: &json)
        case .anthropic:
            json.member("type", "error")
            json.key("error")
            json.beginObject()
            json.member("type", type(for: fault))
            json.member("message", fault.message)
            json.endObject()
            json.member("request_id", requestID)
        }
        json.endObject()
        return json.take()
    }

    /// The object inside of OpenAI's `error`.
    static func writeOpenAIError(
        message: String, type: String, param: String?, code: String?, to json: inout JSONWriter
    ) {
        json.beginObject()
        json.member("message", message)
        json.member("type", type)
        json.member("param", param)
        json.member("code", code)
        json.endObject()
    }

    /// The error's type, by status.
    func type(for fault: RequestFault) -> String {
        switch self {
        case .openAI:
            switch fault.status.code {
            case 401: "authentication_error"
            case 403: "permission_error"
            case 404: fault.code == "model_not_found" ? "invalid_request_error" : "not_found_error"
            case 429: fault.code == "insufficient_quota" ? "insufficient_quota" : "rate_limit_error"
            case 500...: "server_error"
            default: "invalid_request_error"
            }
        case .anthropic:
            switch fault.status.code {
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

    /// The code that a status has in OpenAI's shape when no other is asked for.
    static func code(for status: Int) -> String? {
        switch status {
        case 401: "invalid_api_key"
        case 404: "model_not_found"
        case 429: "rate_limit_exceeded"
        default: nil
        }
    }
}
