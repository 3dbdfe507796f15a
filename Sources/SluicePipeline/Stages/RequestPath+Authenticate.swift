import SluiceCore
import SluiceHTTP

extension RequestPath {
    /// Stage 2: key to principal.
    func authenticate(_ state: ExchangeState, _ request: IdentifiedRequest) async throws(GatewayError) {
        guard !request.isPreflight else { return }
        guard !request.surface.isOperational, request.surface != .unknown else { return }
        let head = state.exchange.head
        if head.fields.conflict != nil {
            throw GatewayError(.malformedRequest, "The request has two different Authorization headers.")
        }
        let key =
            PresentedKey.find(head)
            ?? (request.surface.takesKeyInQuery ? self.queryKey(head.query) : nil)
        let now = UnixTime(milliseconds: state.record.receivedAt / 1_000_000)
        if let key,
            let principal = state.snapshot.authenticator.known(key, from: state.record.clientAddress, at: now)
        {
            state.record.principal = principal
            state.authenticated(true)
            return
        }
        // A key that was sent says who asks, even when it is not known.
        if key == nil, let principal = self.certificatePrincipal(state, at: now) {
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

    /// `key` of the query, where Google's clients put it.
    private func queryKey(_ query: Substring?) -> Substring? {
        for pair in query?.split(separator: "&") ?? [] where pair.hasPrefix("key=") {
            return PercentDecoding.decode(pair.dropFirst(4)).map { $0[...] }
        }
        return nil
    }
}
