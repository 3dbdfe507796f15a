/// A refusal of the admin API.
///
/// Shape: `{"error":{"message","type","param","code"}}`, as on OpenAI's surfaces. The message holds no secret.
public struct AdminError: Error, Sendable, Equatable {
    /// What went wrong. The raw value is the stable code of the answer.
    public enum Code: String, Sendable, CaseIterable {
        case malformedRequest = "malformed_request"
        case malformedJSON = "malformed_json"
        case invalidField = "invalid_field"
        case unknownField = "unknown_field"
        case missingField = "missing_field"
        case fixedField = "fixed_field"
        case unknownReference = "unknown_reference"
        case invalidQuery = "invalid_query"
        case unauthenticated = "invalid_api_key"
        case noAdminScope = "no_admin_scope"
        case forbidden = "forbidden"
        case wrongNetwork = "wrong_network"
        case notFound = "not_found"
        case pathNotFound = "path_not_found"
        case methodNotAllowed = "method_not_allowed"
        case conflict = "conflict"
        case inUse = "in_use"
        case keyRevoked = "key_revoked"
        case revisionMismatch = "revision_mismatch"
        case bodyTooLarge = "request_too_large"
        case unsupportedMediaType = "unsupported_media_type"
        case throttled = "too_many_attempts"
        case storageOff = "storage_off"
        case unavailable = "unavailable"
        case outcomeUnknown = "outcome_unknown"
        case timeout = "timeout"
        case clientClosed = "client_closed_request"
        case cannotBeRouted = "cannot_be_routed"
        case `internal` = "internal_error"
    }

    /// What went wrong.
    public var code: Code
    /// One or two English sentences: what was wrong, and what to do.
    public var message: String
    /// The field of the body or the query that is at fault.
    public var parameter: String?
    /// When to try again, in seconds.
    public var retryAfterSeconds: Int?
    /// The methods of the path, for ``Code/methodNotAllowed``.
    public var allowedMethods: String?

    /// Makes an error.
    public init(
        _ code: Code,
        _ message: String,
        parameter: String? = nil,
        retryAfterSeconds: Int? = nil,
        allowedMethods: String? = nil
    ) {
        self.code = code
        self.message = message
        self.parameter = parameter
        self.retryAfterSeconds = retryAfterSeconds
        self.allowedMethods = allowedMethods
    }

    /// The HTTP status of the answer.
    public var status: Int {
        switch self.code {
        case .malformedRequest, .malformedJSON, .invalidField, .unknownField, .missingField, .fixedField,
            .unknownReference, .invalidQuery:
            400
        case .unauthenticated: 401
        case .noAdminScope, .forbidden, .wrongNetwork: 403
        case .notFound, .pathNotFound: 404
        case .methodNotAllowed: 405
        case .conflict, .inUse, .keyRevoked: 409
        case .revisionMismatch: 412
        case .bodyTooLarge: 413
        case .unsupportedMediaType: 415
        case .cannotBeRouted: 422
        case .throttled: 429
        case .clientClosed: 499
        case .internal: 500
        case .storageOff, .unavailable, .outcomeUnknown: 503
        case .timeout: 504
        }
    }

    /// The class of the failure, in the words of OpenAI's errors.
    var type: String {
        switch self.status {
        case 401: "authentication_error"
        case 403: "permission_error"
        case 404: "not_found_error"
        case 429: "rate_limit_error"
        case 500...: "server_error"
        default: "invalid_request_error"
        }
    }
}
