import SluiceCore
import SluiceHTTP

extension GatewayError {
    /// What a client is told of an attempt that failed below HTTP.
    init(upstream error: UpstreamError) {
        switch error.kind {
        case .connect:
            self.init(.upstreamConnect, error.message)
        case .queueFull:
            self.init(.providerQueueFull, error.message, retryAfterSeconds: 1)
        case .closedBeforeAnswer, .cut:
            self.init(.upstreamBroke, error.message)
        case .malformed:
            self.init(.upstreamProtocol, error.message)
        case .timeout, .connectTimeout, .queueTimeout:
            self.init(.upstreamTimeout, error.message)
        case .shutdown:
            self.init(.shuttingDown, error.message, retryAfterSeconds: 1)
        case .cancelled:
            self.init(.clientClosed, error.message)
        }
    }
}
