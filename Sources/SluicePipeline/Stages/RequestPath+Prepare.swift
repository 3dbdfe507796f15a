import NIOCore
import NIOHTTP1
import SluiceCore
import SluiceHTTP

extension RequestPath {
    /// Stage 5: answers what the gateway can answer itself. Returns the request when a model has to.
    func prepare(
        _ state: ExchangeState,
        _ request: IdentifiedRequest,
        _ admitted: AdmittedRequest?
    ) async throws(GatewayError) -> AdmittedRequest? {
        if let admitted { return admitted }
        let answer = try await self.local.answer(
            request, state, isAdministration: self.isAdministration, bodyBudget: self.bodyBudget)
        var headers = HTTPHeaders()
        headers.add(name: "content-type", value: answer.contentType)
        headers.add(name: "cache-control", value: "no-store")
        var body = answer.body
        if answer.contentType == "application/json", body.readableBytes >= 1024, state.acceptsCompression,
            let deflater = Deflater()
        {
            var encoded = deflater.encode(body)
            encoded.writeImmutableBuffer(deflater.finish())
            body = encoded
            headers.add(name: "content-encoding", value: "gzip")
        }
        for (name, value) in answer.headers { headers.add(name: name, value: value) }
        state.decorate(&headers)
        state.settle(status: answer.status)
        state.exchange.respond(ResponseHead(status: answer.status, headers: headers), body: body)
        return nil
    }
}
