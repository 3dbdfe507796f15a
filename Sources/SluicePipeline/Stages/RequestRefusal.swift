import SluiceCore

/// Why a request got no answer of a model: the gateway's own reason, or the provider's.
enum RequestRefusal: Error {
    case gateway(GatewayError)
    case provider(ProviderRefusal)
}
