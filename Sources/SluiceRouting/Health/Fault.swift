/// Why an attempt failed, as far as routing cares: who is to blame, and what may be tried next.
public struct Fault: Sendable, Hashable {
    /// What happened.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// No connection: name, TCP, proxy or TLS.
        case connect
        /// A phase took too long.
        case timeout
        /// The connection broke, before or within the answer.
        case cut
        /// The answer makes no sense.
        case malformed
        /// The vendor failed: any 5xx, 529 and an error within a stream included.
        case serverError = "server_error"
        /// The vendor limits the credential's rate: 429.
        case rateLimited = "rate_limited"
        /// The vendor refuses the credential: 401, 402, or a 403 whose code names the key.
        case credentialRefused = "credential_refused"
        /// Any other 403: of the region, the model, the content of an account's policy.
        case forbidden
        /// The prompt is too long for the model.
        case contextWindow = "context_window"
        /// The vendor's content policy refuses the prompt or the answer.
        case contentPolicy = "content_policy"
        /// Any other 4xx: another target would say the same.
        case rejected
        /// The gateway's own bound: no permit in time, or too many wait for one.
        case busy
        /// The gateway could not fetch the credential.
        case noCredential = "no_credential"
    }

    /// Whom a fault counts against.
    public enum Blame: Sendable, Hashable {
        /// The target's breaker.
        case target
        /// The credential, wherever it is used.
        case credential
        /// The credential on this target.
        case credentialOnTarget
        case nobody
    }

    /// What happened.
    public var kind: Kind
    /// After how many nanoseconds the vendor wants to be asked again, by `retry-after` or by its limits' reset fields.
    public var retryAfterNanoseconds: Int64?
    /// Whether any byte of the request was sent.
    public var wasSent: Bool
    /// Whether the vendor said that the request may, or must not, be repeated, as by `x-should-retry`; `nil`: it did not say.
    public var vendorAllowsRetry: Bool?

    /// Makes a fault.
    public init(
        _ kind: Kind,
        retryAfterNanoseconds: Int64? = nil,
        wasSent: Bool = true,
        vendorAllowsRetry: Bool? = nil
    ) {
        self.kind = kind
        self.retryAfterNanoseconds = retryAfterNanoseconds.map { max(0, $0) }
        self.wasSent = wasSent
        self.vendorAllowsRetry = vendorAllowsRetry
    }

    /// Makes the fault of a status, where nothing in the body says more.
    ///
    /// - Parameter namesKey: whether the code of a 403 names the key.
    public init(
        status: Int,
        namesKey: Bool = false,
        retryAfterNanoseconds: Int64? = nil,
        vendorAllowsRetry: Bool? = nil
    ) {
        let kind: Kind =
            switch status {
            case 401, 402: .credentialRefused
            case 403: namesKey ? .credentialRefused : .forbidden
            case 408: .timeout
            case 429: .rateLimited
            case 500...: .serverError
            case 400..<500: .rejected
            default: .malformed
            }
        self.init(
            kind, retryAfterNanoseconds: retryAfterNanoseconds, wasSent: true, vendorAllowsRetry: vendorAllowsRetry)
    }

    /// Whom it counts against.
    public var blame: Blame {
        switch self.kind {
        case .connect, .timeout, .cut, .malformed, .serverError: .target
        case .credentialRefused: .credential
        case .rateLimited: .credentialOnTarget
        case .forbidden, .contextWindow, .contentPolicy, .rejected, .busy, .noCredential: .nobody
        }
    }

    /// Whether the target has answered, so that it is alive whatever it said.
    var isAnswer: Bool {
        switch self.kind {
        case .rateLimited, .credentialRefused, .forbidden, .contextWindow, .contentPolicy, .rejected: true
        case .connect, .timeout, .cut, .malformed, .serverError, .busy, .noCredential: false
        }
    }

    /// Whether the request cannot have been acted upon: it was not sent, it was refused at the door, or the vendor says so.
    var mayRepeatAction: Bool {
        if let said = self.vendorAllowsRetry { return said || !self.wasSent }
        if !self.wasSent { return true }
        return switch self.kind {
        case .rateLimited, .credentialRefused, .forbidden: true
        default: false
        }
    }
}
