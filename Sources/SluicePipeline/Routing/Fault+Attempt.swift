import SluiceCore
import SluiceHTTP
import SluiceRouting
import SluiceWire

extension Fault {
    /// The fault of an attempt that failed below HTTP; `nil` when nobody failed: the client left, or the process ends.
    init?(_ error: UpstreamError) {
        switch error.kind {
        case .connect, .connectTimeout: self.init(.connect, wasSent: false)
        case .queueFull, .queueTimeout: self.init(.busy, wasSent: false)
        case .closedBeforeAnswer, .cut: self.init(.cut)
        case .malformed: self.init(.malformed)
        case .timeout: self.init(.timeout)
        case .cancelled, .shutdown: return nil
        }
    }

    /// The fault of an attempt whose answer broke after it had begun, by what the client was told; `nil` when nobody failed.
    init?(afterCommit error: GatewayError.Kind) {
        switch error {
        case .upstreamTimeout: self.init(.timeout)
        case .upstreamProtocol: self.init(.malformed)
        case .upstreamBroke, .upstreamConnect, .upstreamRefused: self.init(.cut)
        default: return nil
        }
    }

    /// The fault of an attempt that takes several calls and could not make the next one: the last answer made no sense, or the
    /// gateway has no credential any more.
    init(betweenCalls error: GatewayError.Kind) {
        self.init(error == .upstreamProtocol ? .malformed : .noCredential)
    }

    /// The fault of an attempt that the provider refused.
    init(_ refusal: ProviderRefusal) {
        let error = refusal.neutral
        let advice = RetryAdvice(refusal.headers, now: WallClock.secondsSince1970())
        let seconds = advice.seconds ?? error.retryAfterSeconds
        self.init(
            Self.kind(of: error, status: refusal.saidStatus),
            retryAfterNanoseconds: seconds.flatMap { Self.nanoseconds($0) },
            vendorAllowsRetry: advice.mayRepeat
        )
    }

    private static func kind(of error: NeutralError, status: Int) -> Kind {
        switch error.kind {
        case .contextTooLong: return .contextWindow
        case .contentFilter: return .contentPolicy
        // Google answers 400 and Amazon 403 where others answer 401.
        case .authentication: return .credentialRefused
        // Amazon gives a failed model 424, which says that the request is at fault where others use it.
        case .server where status == 424: return .serverError
        default: break
        }
        let namesKey = self.keyCodes.contains(error.code ?? "")
        return Fault(status: status, namesKey: namesKey).kind
    }

    /// The codes by which vendors say that it is the key that they refuse, with a 403.
    private static let keyCodes: Set<String> = [
        "invalid_api_key", "invalid_key", "api_key_invalid", "API_KEY_INVALID", "API_KEY_SERVICE_BLOCKED",
        "key_revoked",
        "account_deactivated", "UnrecognizedClientException", "InvalidSignatureException", "ExpiredTokenException",
        "MissingAuthenticationTokenException", "IncompleteSignatureException",
    ]

    private static func nanoseconds(_ seconds: Double) -> Int64? {
        guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return nil }
        return Int64(seconds * 1e9)
    }
}
