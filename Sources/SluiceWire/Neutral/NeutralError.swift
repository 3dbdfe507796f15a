/// An error of a vendor's, in words of no dialect.
public struct NeutralError: Error, Sendable, Hashable {
    /// What went wrong, as far as any two dialects tell it apart.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case invalidRequest, contextTooLong, contentFilter, unsupported
        case authentication, billing, permission, notFound, methodNotAllowed, conflict, tooLarge
        case rateLimit, quota, server, overloaded, timeout
    }

    /// What went wrong.
    public var kind: Kind
    /// The HTTP status that the vendor gave, or that stands for ``kind`` where it came within a stream.
    public var status: Int
    /// The vendor's words.
    public var message: String
    /// A stable code: OpenAI's `code`, Anthropic's `details.error_code`, Google's `status`.
    public var code: String?
    /// The field at fault, in the vendor's name for it.
    public var parameter: String?
    /// When a retry may work, in seconds.
    public var retryAfterSeconds: Double?

    /// Makes an error; without a status it is the usual one of its kind.
    public init(
        _ kind: Kind,
        status: Int? = nil,
        message: String,
        code: String? = nil,
        parameter: String? = nil,
        retryAfterSeconds: Double? = nil
    ) {
        self.kind = kind
        self.status = status ?? kind.status
        self.message = message
        self.code = code
        self.parameter = parameter
        self.retryAfterSeconds = retryAfterSeconds
    }
}

extension NeutralError.Kind {
    /// The usual HTTP status.
    public var status: Int {
        switch self {
        case .invalidRequest, .contextTooLong, .contentFilter, .unsupported: 400
        case .authentication: 401
        case .billing: 402
        case .permission: 403
        case .notFound: 404
        case .methodNotAllowed: 405
        case .conflict: 409
        case .tooLarge: 413
        case .rateLimit, .quota: 429
        case .server: 500
        case .overloaded: 503
        case .timeout: 504
        }
    }

    /// The kind that a status stands for where nothing else is known.
    public init(status: Int) {
        switch status {
        case 401: self = .authentication
        case 402: self = .billing
        case 403: self = .permission
        case 404, 410: self = .notFound
        case 405: self = .methodNotAllowed
        case 408, 504: self = .timeout
        case 409: self = .conflict
        case 413: self = .tooLarge
        case 429: self = .rateLimit
        case 503, 529: self = .overloaded
        case 500...: self = .server
        default: self = .invalidRequest
        }
    }
}
