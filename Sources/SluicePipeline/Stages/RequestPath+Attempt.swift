import NIOCore
import SluiceCore
import SluiceHTTP
import SluiceRouting

extension RequestPath {
    private enum Outcome {
        case running(RunningAttempt)
        case refused(ProviderRefusal)
        case failed(UpstreamError)
        case clientGone
    }

    /// Stage 7: one target after the other, until one answers or there are no more.
    ///
    /// Throws what the client is told when none did: the last provider's own words, or what kept the gateway from it.
    func attempt(
        _ state: ExchangeState,
        _ request: IdentifiedRequest,
        _ scanned: ScannedRequest,
        _ plan: AttemptPlan
    ) async throws(RequestRefusal) -> RunningAttempt {
        var last: RequestRefusal?
        for target in plan.targets {
            let entry = state.snapshot.providers[target.provider]
            guard let address = entry.provider.address(surface: request.surface, model: target.model) else { continue }
            state.record.attempts += 1
            state.record.provider = entry.provider.name
            state.record.targetModel = target.model
            let outbound = OutboundRequest(
                state: state,
                surface: request.surface,
                trace: request.trace,
                scanned: scanned,
                model: target.model,
                entry: entry,
                address: address
            )
            let timeouts = state.snapshot.timeouts(of: plan, provider: entry)
            switch await self.attempt(state, outbound, entry, timeouts) {
            case .running(let attempt):
                return attempt
            case .clientGone:
                throw .gateway(GatewayError(.clientClosed, "The client closed the connection."))
            case .refused(let refusal):
                last = .provider(refusal)
                guard refusal.isWorthAnotherTarget else { throw .provider(refusal) }
            case .failed(let error):
                state.record.upstreamErrorType = error.kind.rawValue
                last = .gateway(GatewayError(upstream: error))
            }
        }
        throw last
            ?? .gateway(
                GatewayError(
                    .pathNotFound,
                    "No provider of \(Quoted.name(scanned.model)) serves \(request.surface.route).",
                    parameter: "model"
                )
            )
    }

    /// One attempt at one target. A kept-alive connection that the upstream closed just as it was used is replaced once.
    private func attempt(
        _ state: ExchangeState,
        _ outbound: OutboundRequest,
        _ entry: Snapshot.ProviderEntry,
        _ timeouts: AttemptTimeouts
    ) async -> Outcome {
        let exchange = state.exchange
        do throws(UpstreamError) {
            try await entry.permits?.take(for: exchange, timeout: timeouts.queue)
        } catch {
            return error.kind == .cancelled ? .clientGone : .failed(error)
        }
        var isFresh = false
        while true {
            let transport: any UpstreamTransport
            do throws(UpstreamError) {
                transport = try await exchange.loop.upstreams.acquire(
                    entry.origin,
                    timeout: timeouts.connect,
                    isFresh: isFresh
                )
            } catch {
                entry.permits?.giveBack()
                return .failed(error)
            }
            let transducer = AnswerTransducer(state: state, outbound: outbound, sentAt: state.now)
            let relay = Relay(exchange: exchange, transducer: transducer, timeouts: timeouts.relay)
            let result = await relay.attempt(outbound.request, on: transport)
            if case .committed = result { return .running(RunningAttempt(relay: relay, permits: entry.permits)) }
            if case .failed(let error) = result, error.kind == .closedBeforeAnswer, transport.isReused, !isFresh {
                isFresh = true
                continue
            }
            entry.permits?.giveBack()
            switch result {
            case .committed, .clientGone: return .clientGone
            case .failed(let error): return .failed(error)
            case .refused(let status, let headers, let body):
                state.record.upstreamStatus = status
                return .refused(
                    ProviderRefusal(
                        provider: entry.provider,
                        status: status,
                        headers: headers,
                        body: ProviderRefusal.decoded(body, headers)
                    )
                )
            }
        }
    }
}

/// An attempt whose answer is on its way to the client.
struct RunningAttempt {
    let relay: Relay
    let permits: Permits?
}
