/// Whose fault a failure was. The raw value stands in the ledger and the API.
public enum ErrorFault: String, Sendable, CaseIterable {
    /// The client asked for what cannot be had, or left.
    case client
    /// The gateway: it was too busy, it stopped, or it has a fault.
    case gateway
    /// The provider refused, broke, or was too slow.
    case provider
}

extension GatewayError.Kind {
    /// Whose fault it is.
    public var fault: ErrorFault {
        switch self {
        case .overloaded, .draining, .providerQueueFull, .shuttingDown, .ledgerFull, .internal, .upstreamCredentials:
            .gateway
        case .upstreamConnect, .upstreamBroke, .upstreamRefused, .upstreamProtocol, .upstreamTimeout, .noHealthyTarget:
            .provider
        default: .client
        }
    }
}
