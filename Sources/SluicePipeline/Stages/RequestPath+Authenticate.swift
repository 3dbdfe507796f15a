import SluiceCore
import SluiceHTTP

extension RequestPath {
    /// Stage 2: key to principal.
    func authenticate(_ state: ExchangeState, _ request: IdentifiedRequest) throws(GatewayError) {
        guard !request.isPreflight else { return }
        guard request.surface.isModelSurface || request.surface == .models || request.surface == .model else { return }
        let fields = state.exchange.head.fields
        if fields.conflict != nil {
            throw GatewayError(.malformedRequest, "The request has two different Authorization headers.")
        }
        let key = fields.authorization.flatMap { self.bearer($0) } ?? fields.apiKey.map { $0[...] }
        if let key, let principal = state.snapshot.authenticator.principal(for: key) {
            state.record.principal = principal
            state.authenticated(true)
            return
        }
        guard state.snapshot.isAuthenticationRequired else { return }
        state.authenticated(false)
        throw GatewayError(
            .unauthenticated,
            key == nil
                ? "No API key was sent. Send one as Authorization: Bearer, or as x-api-key."
                : "The API key is not known here."
        )
    }

    private func bearer(_ value: String) -> Substring? {
        let scheme = value.prefix(7)
        guard String(scheme).isField("bearer ") else { return nil }
        var key = value.dropFirst(7)
        while key.first == " " { key = key.dropFirst() }
        return key
    }
}
