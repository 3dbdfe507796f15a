import SluiceCore
import SluiceHTTP

extension RequestPath {
    /// Stage 2: credential to principal, and whether the principal may use the surface.
    ///
    /// What was verified before is known at once. The rest waits for the authenticator, which bounds how long that takes.
    func authenticate(_ state: ExchangeState, _ request: IdentifiedRequest) async throws(GatewayError) {
        guard !request.isPreflight else { return }
        guard request.surface.takesKey, request.surface != .unknown else { return }
        guard let principal = try await self.principal(state, request) else { return }
        state.record.principal = principal
        state.authenticated(true)
        guard Self.mayUse(principal, request.surface) else {
            throw GatewayError(
                .surfaceNotAllowed, "The key may not use \(request.surface.route). Ask the operator for one that may.")
        }
    }

    /// Who asks; `nil` for nobody in particular, where no key is required.
    private func principal(_ state: ExchangeState, _ request: IdentifiedRequest) async throws(GatewayError)
        -> Principal?
    {
        let head = state.exchange.head
        if head.fields.conflict != nil {
            throw GatewayError(.malformedRequest, "The request has two different Authorization headers.")
        }
        let key =
            PresentedKey.find(head)
            ?? (request.surface.takesKeyInQuery ? self.queryKey(head.query) : nil)
        let now = UnixTime(milliseconds: state.record.receivedAt / 1_000_000)
        guard let key else {
            // A key that is sent says who asks, even when it is not known.
            if let principal = self.certificatePrincipal(state, at: now) { return principal }
            guard state.snapshot.isAuthenticationRequired else { return nil }
            state.authenticated(false)
            throw GatewayError(
                .unauthenticated, "No API key was sent. Send one as Authorization: Bearer, or as x-api-key.")
        }
        let source = state.record.clientAddress
        if let principal = state.snapshot.authenticator.known(key, from: source, at: now) { return principal }
        let verification = await state.snapshot.authenticator.verify(String(key), from: source, at: now)
        if state.exchange.isClientGone { throw GatewayError(.clientClosed, "The client closed the connection.") }
        if case .accepted(let principal) = verification { return principal }
        guard state.snapshot.isAuthenticationRequired else { return nil }
        let error = Self.refusal(verification)
        if error.kind != .authenticationUnavailable { state.authenticated(false) }
        throw error
    }

    private static func refusal(_ verification: Verification) -> GatewayError {
        switch verification {
        case .accepted, .refused:
            GatewayError(.unauthenticated, "The API key is not known here.")
        case .wrongNetwork:
            GatewayError(.networkNotAllowed, "The API key may not be used from this address.")
        case .unavailable(let reason):
            GatewayError(
                .authenticationUnavailable, "The API key cannot be verified now: \(reason). Try again.",
                retryAfterSeconds: 2)
        case .throttled(let seconds):
            GatewayError(
                .tooManyFailedAttempts, "Too many wrong API keys came from this address; wait \(seconds) s.",
                retryAfterSeconds: seconds)
        }
    }

    /// Lists of models are for every key. Jina's rerank and that of Text Embeddings Inference share a path, and only the body tells
    /// which it is: a key for either passes here.
    private static func mayUse(_ principal: Principal, _ surface: Surface) -> Bool {
        guard let surfaces = principal.surfaces, surface.isModelSurface else { return true }
        return surfaces.contains(surface.name) || (surface == .rerank && surfaces.contains(Surface.teiRerank.name))
    }

    /// `key` of the query, where Google's clients put it.
    private func queryKey(_ query: Substring?) -> Substring? {
        for pair in query?.split(separator: "&") ?? [] where pair.hasPrefix("key=") {
            return PercentDecoding.decode(pair.dropFirst(4)).map { $0[...] }
        }
        return nil
    }
}
