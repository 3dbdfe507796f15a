import NIOHTTP1
import SluiceWire

/// OpenAI's errors: `{"error":{"message","type","param","code"}}`.
enum OpenAIError {
    static func body(_ fault: RequestFault) -> [UInt8] {
        .json { json in
            json.key("error")
            write(message: fault.message, type: type(for: fault), param: fault.param, code: fault.code, to: &json)
        }
    }

    /// The object inside of `error`.
    static func write(message: String, type: String, param: String?, code: String?, to json: inout JSONWriter) {
        json.object { json in
            json.member("message", message)
            json.member("type", type)
            json.member("param", param)
            json.member("code", code)
        }
    }

    /// The error's type, by status.
    private static func type(for fault: RequestFault) -> String {
        switch fault.status.code {
        case 401: "authentication_error"
        case 403: "permission_error"
        case 404: fault.code == "model_not_found" ? "invalid_request_error" : "not_found_error"
        case 429: fault.code == "insufficient_quota" ? "insufficient_quota" : "rate_limit_error"
        case 500...: "server_error"
        default: "invalid_request_error"
        }
    }
}
