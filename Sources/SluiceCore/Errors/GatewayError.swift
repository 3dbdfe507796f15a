/// A refusal or a failure that the client is told about, in words of no dialect.
///
/// The dialect's own error writer turns it into bytes. ``message`` and ``description`` are safe for logs: they hold no key,
/// no prompt and no body.
public struct GatewayError: Error, Sendable, Equatable {
    /// What went wrong. The raw value is the stable code that stands in the log's `error_type`.
    public enum Kind: String, Sendable, CaseIterable {
        case malformedRequest = "malformed_request"
        case malformedJSON = "malformed_json"
        case missingModel = "missing_model"
        case invalidParameter = "invalid_parameter"
        case unsupportedParameter = "unsupported_parameter"
        case unauthenticated = "invalid_api_key"
        case authenticationUnavailable = "authentication_unavailable"
        case tooManyFailedAttempts = "too_many_failed_attempts"
        case networkNotAllowed = "network_not_allowed"
        case surfaceNotAllowed = "surface_not_allowed"
        case wrongLogin = "invalid_login"
        case notAllowed = "not_allowed"
        case alreadyExists = "already_exists"
        case tooManyAttempts = "too_many_attempts"
        case databaseUnavailable = "database_unavailable"
        case modelNotAllowed = "model_not_allowed"
        case modelNotFound = "model_not_found"
        case priceUnknown = "price_unknown"
        case pathNotFound = "path_not_found"
        case methodNotAllowed = "method_not_allowed"
        case requestTimeout = "request_timeout"
        case bodyTooLarge = "request_too_large"
        case headTooLarge = "request_head_too_large"
        case unsupportedMediaType = "unsupported_media_type"
        case expectationFailed = "expectation_failed"
        case rateLimited = "rate_limit_exceeded"
        case quotaExhausted = "insufficient_quota"
        case limitsUnavailable = "limits_unavailable"
        case overloaded = "overloaded"
        case draining = "draining"
        case providerQueueFull = "provider_queue_full"
        case clientClosed = "client_closed_request"
        case upstreamConnect = "upstream_connect"
        case upstreamBroke = "upstream_broke"
        case upstreamCredentials = "upstream_credentials"
        case upstreamRefused = "upstream_refused"
        case upstreamProtocol = "upstream_protocol"
        case upstreamTimeout = "upstream_timeout"
        case noHealthyTarget = "no_healthy_target"
        case ledgerFull = "ledger_full"
        case shuttingDown = "shutting_down"
        case `internal` = "internal_error"
    }

    /// What went wrong.
    public var kind: Kind
    /// One or two English sentences: what was wrong, and what to do.
    public var message: String
    /// The request field that is at fault, in the client's own name for it.
    public var parameter: String?
    /// When a retry may work, in seconds.
    public var retryAfterSeconds: Int?
    /// The methods of the path, for ``Kind/methodNotAllowed``.
    public var allowedMethods: String?

    /// Makes an error. Only `kind` and `message` are always there.
    public init(
        _ kind: Kind,
        _ message: String,
        parameter: String? = nil,
        retryAfterSeconds: Int? = nil,
        allowedMethods: String? = nil
    ) {
        self.kind = kind
        self.message = message
        self.parameter = parameter
        self.retryAfterSeconds = retryAfterSeconds
        self.allowedMethods = allowedMethods
    }

    /// The HTTP status of the answer; 499 stands only in logs and metrics.
    public var status: Int { self.kind.status }
}

extension GatewayError.Kind {
    /// The HTTP status of the answer; 499 stands only in logs and metrics.
    public var status: Int {
        switch self {
        case .malformedRequest, .malformedJSON, .missingModel, .invalidParameter, .unsupportedParameter: 400
        case .unauthenticated, .wrongLogin: 401
        case .networkNotAllowed, .surfaceNotAllowed, .modelNotAllowed, .notAllowed, .priceUnknown: 403
        case .modelNotFound, .pathNotFound: 404
        case .methodNotAllowed: 405
        case .requestTimeout: 408
        case .alreadyExists: 409
        case .bodyTooLarge: 413
        case .unsupportedMediaType: 415
        case .expectationFailed: 417
        case .tooManyFailedAttempts, .tooManyAttempts, .rateLimited, .quotaExhausted: 429
        case .headTooLarge: 431
        case .clientClosed: 499
        case .internal: 500
        case .upstreamConnect, .upstreamBroke, .upstreamCredentials, .upstreamRefused, .upstreamProtocol: 502
        case .authenticationUnavailable, .limitsUnavailable, .databaseUnavailable, .overloaded, .draining,
            .providerQueueFull, .noHealthyTarget, .ledgerFull, .shuttingDown:
            503
        case .upstreamTimeout: 504
        }
    }
}

extension GatewayError: CustomStringConvertible {
    public var description: String {
        "\(self.kind.rawValue): \(self.message)"
    }
}
