import SluiceCore

extension AdminError {
    /// What the caller is told of whatever a handler threw.
    init(_ error: any Error) {
        switch error {
        case let error as AdminError: self = error
        case let error as StoreError: self.init(error)
        case let error as GatewayError: self.init(error)
        case is CancellationError: self.init(.unavailable, "The call was given up.", retryAfterSeconds: 1)
        default: self.init(.internal, "The gateway failed to handle the request.")
        }
    }

    /// What the caller is told of a store's failure.
    init(_ error: StoreError) {
        switch error.kind {
        case .notFound: self.init(.notFound, Self.sentence(error.message))
        case .conflict: self.init(.conflict, Self.sentence(error.message))
        case .reference: self.init(.unknownReference, Self.sentence(error.message))
        case .invalid: self.init(.invalidField, Self.sentence(error.message))
        case .unavailable, .busy, .timeout, .contention, .cancelled, .full:
            self.init(
                .unavailable, "The database cannot be asked now (\(error.kind.rawValue)). Nothing was changed.",
                retryAfterSeconds: 1)
        case .outcomeUnknown:
            self.init(
                .outcomeUnknown,
                "The connection to the database broke: the change may have been made. Look before you repeat it.")
        case .corrupt, .newerSchema, .misconfigured, .internal:
            self.init(.internal, "The database failed (\(error.kind.rawValue)). The log says more.")
        }
    }

    /// What the caller is told of a refusal of the gateway's own.
    init(_ error: GatewayError) {
        let code: Code =
            switch error.kind {
            case .bodyTooLarge: .bodyTooLarge
            case .overloaded, .draining, .shuttingDown: .unavailable
            case .requestTimeout: .timeout
            case .clientClosed: .clientClosed
            case .malformedRequest, .expectationFailed: .malformedRequest
            default: .internal
            }
        self.init(code, error.message, retryAfterSeconds: error.retryAfterSeconds)
    }

    private static func sentence(_ message: String) -> String {
        guard let first = message.first else { return message }
        return first.uppercased() + message.dropFirst() + (message.hasSuffix(".") ? "" : ".")
    }
}
