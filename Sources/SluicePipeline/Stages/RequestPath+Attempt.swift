import NIOCore
import NIOHTTP1
import SluiceCore
import SluiceHTTP
import SluiceRouting
import SluiceWire

extension RequestPath {
    private enum Outcome {
        case running(RunningAttempt)
        case refused(ProviderRefusal)
        case failed(UpstreamError)
        /// The next of several calls cannot be made.
        case unable(GatewayError)
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
        let source = ConversionSource(state, request, scanned)
        for target in plan.targets {
            let entry = state.snapshot.providers[target.provider]
            let outbound: OutboundRequest
            do throws(GatewayError) {
                try await entry.provider.prepareCredentials()
                guard let made = try self.outbound(state, request, scanned, source, plan, target, entry) else {
                    continue
                }
                outbound = made
            } catch {
                // What a target that was asked said tells more than why another could not be.
                if state.record.attempts > 0 { continue }
                // What makes no sense to one target makes none to another; what one cannot do, another may.
                guard error.kind != .invalidParameter else { throw .gateway(error) }
                last = .gateway(error)
                continue
            }
            state.beginAttempt(isStreamed: scanned.isStreaming, losses: outbound.conversion?.losses)
            state.record.provider = entry.provider.name
            state.record.targetModel = target.model
            let timeouts = state.snapshot.timeouts(of: plan, provider: entry)
            switch await self.attempt(state, request.trace, outbound, entry, timeouts) {
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
            case .unable(let error):
                last = .gateway(error)
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

    /// The request for one target: the client's own bytes where the provider serves its surface, else converted. `nil` when
    /// the provider can do neither.
    private func outbound(
        _ state: ExchangeState,
        _ request: IdentifiedRequest,
        _ scanned: ScannedRequest,
        _ source: ConversionSource,
        _ plan: AttemptPlan,
        _ target: Target,
        _ entry: Snapshot.ProviderEntry
    ) throws(GatewayError) -> OutboundRequest? {
        let provider = entry.provider
        let own = provider.address(surface: scanned.surface, model: target.model)
        if let address = own, !source.mustConvert(for: target.model) {
            return try OutboundRequest(
                state: state, trace: request.trace, scanned: scanned, model: target.model, entry: entry,
                address: address)
        }
        let operation = scanned.surface.operation
        guard operation != .native,
            let surface = own != nil && operation == .chat
                ? scanned.surface : provider.surface(for: operation, isStreaming: scanned.isStreaming),
            let address = provider.address(surface: surface, model: target.model)
        else { return nil }
        let converted: ConvertedRequest
        do throws(ConversionError) {
            converted = try ConvertedRequest(
                source,
                to: surface,
                model: target.model,
                capabilities: state.snapshot.capabilities(of: plan, target: target),
                provider: provider,
                isStrict: state.snapshot.convertsStrictly(plan, request.fixedRoute)
            )
        } catch {
            throw GatewayError(error)
        }
        return try OutboundRequest(
            state: state, trace: request.trace, converted: converted, surface: surface,
            model: target.model, wantsStream: scanned.isStreaming, entry: entry, address: address)
    }

    /// One attempt at one target. A kept-alive connection that the upstream closed just as it was used is replaced once.
    private func attempt(
        _ state: ExchangeState,
        _ trace: TraceContext?,
        _ first: OutboundRequest,
        _ entry: Snapshot.ProviderEntry,
        _ timeouts: AttemptTimeouts
    ) async -> Outcome {
        let exchange = state.exchange
        var outbound = first
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
            let transducer = self.transducer(state, outbound)
            let relay = Relay(exchange: exchange, transducer: transducer, timeouts: timeouts.relay)
            let result = await relay.attempt(outbound.request, on: transport)
            if case .committed = result { return .running(RunningAttempt(relay: relay, permits: entry.permits)) }
            if case .failed(let error) = result, error.kind == .closedBeforeAnswer, transport.isReused, !isFresh {
                isFresh = true
                continue
            }
            do throws(GatewayError) {
                if outbound.conversion?.calls != nil,
                    let next = try await self.following(outbound, after: result, state, trace, entry)
                {
                    outbound = next
                    isFresh = false
                    continue
                }
            } catch {
                entry.permits?.giveBack()
                return .unable(error)
            }
            entry.permits?.giveBack()
            switch result {
            case .committed, .clientGone: return .clientGone
            case .failed(let error):
                guard let event = transducer.firstError else { return .failed(error) }
                return .refused(self.refusal(state, outbound, entry, status: 200, HTTPHeaders(), ByteBuffer(), event))
            case .refused(let status, let headers, let body):
                state.record.upstreamStatus = status
                return .refused(
                    self.refusal(state, outbound, entry, status: status, headers, body, transducer.firstError))
            }
        }
    }

    private func transducer(_ state: ExchangeState, _ outbound: OutboundRequest) -> any AnswerReading {
        if let conversion = outbound.conversion {
            if let calls = conversion.calls, !calls.isLast { return CollectingTransducer() }
            return ConvertedTransducer(
                state: state, conversion: conversion, wantsStream: outbound.wantsStream, sentAt: state.now)
        }
        return AnswerTransducer(state: state, outbound: outbound, sentAt: state.now)
    }

    private func refusal(
        _ state: ExchangeState,
        _ outbound: OutboundRequest,
        _ entry: Snapshot.ProviderEntry,
        status: Int,
        _ headers: HTTPHeaders,
        _ body: ByteBuffer,
        _ event: NeutralError?
    ) -> ProviderRefusal {
        ProviderRefusal(
            provider: entry.provider,
            surface: state.clientSurface,
            targetSurface: outbound.surface,
            status: status,
            headers: headers,
            body: ProviderRefusal.decoded(body, headers),
            event: event
        )
    }
}

/// A transducer of a provider's answer that may find an error where the answer should begin.
protocol AnswerReading: RelayTransducer {
    /// The error that a stream began with, before anything of an answer.
    var firstError: NeutralError? { get }
}

extension AnswerTransducer: AnswerReading {}
extension ConvertedTransducer: AnswerReading {}

/// An attempt whose answer is on its way to the client.
struct RunningAttempt {
    let relay: Relay
    let permits: Permits?
}
