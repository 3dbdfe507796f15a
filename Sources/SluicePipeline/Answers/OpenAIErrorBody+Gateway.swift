import SluiceCore
import SluiceWire

extension OpenAIErrorBody {
    /// A refusal of the gateway's own in OpenAI's words.
    init(_ error: GatewayError) {
        self.init(
            message: error.message,
            type: Self.type(error),
            param: error.parameter,
            code: error.kind.rawValue
        )
    }

    private static func type(_ error: GatewayError) -> String {
        switch error.kind {
        case .unauthenticated, .wrongLogin: "authentication_error"
        case .networkNotAllowed, .surfaceNotAllowed, .modelNotAllowed, .notAllowed, .priceUnknown:
            "permission_error"
        case .tooManyFailedAttempts, .tooManyAttempts: "rate_limit_error"
        case .modelNotFound, .pathNotFound: "not_found_error"
        case .rateLimited: "rate_limit_error"
        case .quotaExhausted: "insufficient_quota"
        default: error.status >= 500 ? "server_error" : "invalid_request_error"
        }
    }
}
