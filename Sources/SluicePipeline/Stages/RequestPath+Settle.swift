import NIOCore
import NIOHTTP1
import SluiceCore
import SluiceHTTP
import SluiceWire

extension RequestPath {
    /// Stage 9 for a request that got no model's answer: settle, then say why in the client's dialect.
    ///
    /// (An answer that passes is settled by its transducer, before its last bytes.)
    func settle(_ state: ExchangeState, refused error: any Error) {
        switch error {
        case let error as GatewayError:
            self.settle(state, error)
        case RequestRefusal.gateway(let error):
            self.settle(state, error)
        case RequestRefusal.provider(let refusal):
            self.settle(state, refusal)
        default:
            assertionFailure("The path throws refusals only: \(type(of: error)).")
            self.settle(state, GatewayError(.internal, "The gateway failed to handle the request."))
        }
    }

    /// Settles and answers with an error of the gateway's own.
    func settle(_ state: ExchangeState, _ error: GatewayError) {
        let status = state.exchange.isClientGone ? 499 : error.status
        state.settle(status: status, error: status == 499 ? .clientClosed : error.kind)
        guard status != 499 else { return }
        var headers = HTTPHeaders()
        headers.add(name: "content-type", value: "application/json")
        if let allowed = error.allowedMethods { headers.add(name: "allow", value: allowed) }
        if let seconds = error.retryAfterSeconds { headers.add(name: "retry-after", value: String(seconds)) }
        if error.kind == .unauthenticated { headers.add(name: "www-authenticate", value: "Bearer") }
        state.decorate(&headers)
        state.exchange.respond(
            ResponseHead(status: status, headers: headers),
            body: ByteBuffer(bytes: OpenAIErrorBody(error).bytes)
        )
    }

    private func settle(_ state: ExchangeState, _ refusal: ProviderRefusal) {
        let answer = refusal.answer()
        let status = state.exchange.isClientGone ? 499 : refusal.clientStatus
        state.settle(status: status, error: status == 499 ? .clientClosed : answer.kind)
        guard status != 499 else { return }
        var headers = refusal.status == 200 ? HTTPHeaders() : HTTPHeaders(ResponseHeaderFilter(refusal.headers).kept)
        headers.replaceOrAdd(name: "content-type", value: "application/json")
        state.decorate(&headers)
        state.exchange.respond(ResponseHead(status: status, headers: headers), body: answer.body)
    }
}
