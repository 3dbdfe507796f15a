import NIOCore
import NIOHTTP1
import SluiceCore
import SluiceHTTP
import SluiceRouting
import SluiceWire

extension RequestPath {
    /// Counts tokens where no target of the plan can: an estimate, which the header `x-sluice-token-count` says it is.
    ///
    /// - Returns: whether the request was answered.
    func estimate(
        _ state: ExchangeState,
        _ request: IdentifiedRequest,
        _ scanned: ScannedRequest,
        _ plan: AttemptPlan
    ) throws(GatewayError) -> Bool {
        guard scanned.surface.operation == .countTokens, let codec = DialectRegistry.tokenCount(scanned.surface.dialect)
        else { return false }
        let canAsk = plan.targets.contains { target in
            let provider = state.snapshot.providers[target.provider].provider
            return provider.address(surface: scanned.surface, model: target.model) != nil
                || provider.surface(for: .countTokens, isStreaming: false) != nil
        }
        guard !canAsk else { return false }
        let tokens: Int
        do throws(ConversionError) {
            tokens = TokenEstimate.tokens(of: try ConversionSource(state, request, scanned).neutral().request)
        } catch {
            throw GatewayError(error)
        }
        var headers = HTTPHeaders([("content-type", "application/json"), ("x-sluice-token-count", "estimated")])
        state.decorate(&headers)
        let body = ByteBuffer(bytes: codec.writeCount(tokens))
        state.exchange.announce(bytes: body.readableBytes)
        state.settle(status: 200)
        state.exchange.respond(ResponseHead(status: 200, headers: headers), body: body)
        return true
    }
}
