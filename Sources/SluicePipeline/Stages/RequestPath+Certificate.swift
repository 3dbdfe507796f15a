import SluiceCore
import SluiceHTTP

extension RequestPath {
    /// Stage 2, for a request without a key: who the client is by the certificate of its connection.
    func certificatePrincipal(_ state: ExchangeState, at now: UnixTime) -> Principal? {
        guard let rules = state.snapshot.certificatePrincipals else { return nil }
        return state.exchange.connection.principal(by: rules, at: now)
    }
}
