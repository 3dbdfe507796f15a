import SluiceCore
import SluiceWire

extension GatewayError {
    /// What a client is told of a conversion that cannot be done.
    init(_ error: ConversionError) {
        let kind: Kind =
            switch error.kind {
            case .invalid: .invalidParameter
            case .unsupported: .unsupportedParameter
            case .malformedAnswer: .upstreamProtocol
            }
        self.init(kind, error.message, parameter: error.field)
    }

    /// The refusal in words that every dialect can write.
    var neutral: NeutralError {
        NeutralError(
            self.kind.neutral,
            status: self.status,
            message: self.message,
            code: self.kind.rawValue,
            parameter: self.parameter,
            retryAfterSeconds: self.retryAfterSeconds.map { Double($0) }
        )
    }
}

extension GatewayError.Kind {
    var neutral: NeutralError.Kind {
        switch self {
        case .malformedRequest, .malformedJSON, .missingModel, .invalidParameter, .unsupportedMediaType,
            .expectationFailed, .headTooLarge:
            .invalidRequest
        case .unsupportedParameter: .unsupported
        case .unauthenticated, .wrongLogin: .authentication
        case .networkNotAllowed, .surfaceNotAllowed, .modelNotAllowed, .notAllowed, .priceUnknown: .permission
        case .alreadyExists: .conflict
        case .tooManyFailedAttempts, .tooManyAttempts: .rateLimit
        case .databaseUnavailable: .overloaded
        case .modelNotFound, .pathNotFound: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .bodyTooLarge: .tooLarge
        case .requestTimeout, .upstreamTimeout: .timeout
        case .rateLimited: .rateLimit
        case .quotaExhausted: .quota
        case .authenticationUnavailable, .limitsUnavailable, .overloaded, .draining, .providerQueueFull,
            .noHealthyTarget, .ledgerFull, .shuttingDown:
            .overloaded
        case .clientClosed, .upstreamConnect, .upstreamBroke, .upstreamCredentials, .upstreamRefused,
            .upstreamProtocol, .internal:
            .server
        }
    }
}
