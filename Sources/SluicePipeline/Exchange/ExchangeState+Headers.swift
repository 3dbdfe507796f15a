import NIOHTTP1
import SluiceCore
import SluiceHTTP
import SluiceWire

extension ExchangeState {
    /// Adds what every response carries: the request id, and what browsers need where they are let in.
    func decorate(_ headers: inout HTTPHeaders) {
        headers.add(name: "x-request-id", value: self.record.requestID)
        // Anthropic's SDKs show this one; the provider's own stands where there is one.
        if self.record.surface.dialect == .anthropic, !headers.contains(name: "request-id") {
            headers.add(name: "request-id", value: self.record.requestID)
        }
        guard let policy = self.snapshot.crossOrigin, let origin = self.exchange.head.fields.origin else { return }
        headers.add(name: "vary", value: "origin")
        guard policy.allows(origin) else { return }
        headers.add(name: "access-control-allow-origin", value: origin)
        headers.add(
            name: "access-control-expose-headers",
            value: "x-request-id, retry-after, x-sluice-warnings, x-sluice-token-count")
    }

    /// Whether whole JSON answers go to this client compressed.
    var acceptsCompression: Bool {
        guard self.snapshot.isCompressionEnabled, let accepted = self.exchange.head.fields.acceptEncoding else {
            return false
        }
        return AcceptEncoding.takesGzip(accepted)
    }
}
