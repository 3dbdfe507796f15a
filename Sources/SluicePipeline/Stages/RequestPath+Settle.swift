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
        let answer = ErrorAnswer(error, surface: state.clientSurface, requestID: state.record.requestID)
        let status = state.exchange.isClientGone ? 499 : answer.status
        if status != 499 { state.exchange.announce(bytes: answer.body.readableBytes) }
        state.settle(status: status, error: status == 499 ? .clientClosed : error.kind)
        guard status != 499 else { return }
        self.respond(state, HTTPHeaders(), status: status, answer)
    }

    private func settle(_ state: ExchangeState, _ refusal: ProviderRefusal) {
        let (answer, kind) = refusal.answer(requestID: state.record.requestID)
        let status = state.exchange.isClientGone ? 499 : answer.status
        if status != 499 { state.exchange.announce(bytes: answer.body.readableBytes) }
        state.settle(status: status, error: status == 499 ? .clientClosed : kind)
        guard status != 499 else { return }
        self.respond(state, refusal.clientHeaders, status: status, answer)
    }

    private func respond(_ state: ExchangeState, _ headers: HTTPHeaders, status: Int, _ answer: ErrorAnswer) {
        var headers = headers
        for (name, value) in answer.headers { headers.replaceOrAdd(name: name, value: value) }
        headers.replaceOrAdd(name: "content-type", value: "application/json")
        state.decorate(&headers)
        state.exchange.respond(ResponseHead(status: status, headers: headers), body: answer.body)
    }
}
