import NIOCore
import SluiceCore
import SluiceHTTP
import SluiceRouting
import Synchronization

/// Sends copies of requests to the models that mirror others, and throws the answers away.
///
/// A copy takes nothing from the request that it copies: it begins beside it, waits in no queue, is made once, and is left out
/// when too many are on their way.
final class RequestMirror: Sendable {
    /// How many copies may be on their way, and how long their bodies may be together: they outlive the requests' own.
    static let countLimit = 64
    static let bytesLimit = 64 * 1024 * 1024

    private struct Load {
        var count = 0
        var bytes = 0
    }

    private let load = Mutex(Load())

    /// Sends a copy of a request, if its model has a mirror and chance says so.
    func copy(
        _ state: ExchangeState,
        _ request: IdentifiedRequest,
        _ scanned: ScannedRequest,
        _ settings: MirrorSettings,
        recorder: any ExchangeRecorder
    ) {
        let loop = state.exchange.loop
        var random = RandomSource(seed: loop.random.next())
        guard settings.share >= 1 || Double.random(in: 0..<1, using: &random) < settings.share else { return }
        guard let plan = state.snapshot.models.resolve(settings.model), self.enter(scanned.body.readableBytes) else {
            return recorder.mirrored(.leftOut, loop: loop.index)
        }
        // A state of its own, since nothing of the copy belongs into the request's record.
        let own = ExchangeState(exchange: state.exchange, snapshot: state.snapshot, recorder: recorder)
        own.record = state.record
        let bound = NIOLoopBound((self, own, request, scanned, plan), eventLoop: loop.eventLoop)
        Task(executorPreference: loop.executor) {
            let (mirror, state, request, scanned, plan) = bound.value
            let result = await mirror.send(state, request, scanned, plan)
            mirror.leave(scanned.body.readableBytes)
            recorder.mirrored(result, loop: state.exchange.loop.index)
        }
    }

    /// Takes room for a copy, if there is some. Each success needs one ``leave(_:)``.
    func enter(_ bytes: Int) -> Bool {
        self.load.withLock { load in
            guard load.count < Self.countLimit, bytes <= Self.bytesLimit - load.bytes else { return false }
            load.count += 1
            load.bytes += bytes
            return true
        }
    }

    func leave(_ bytes: Int) {
        self.load.withLock { load in
            load.count -= 1
            load.bytes -= bytes
        }
    }

    /// One attempt at the target that the mirror's own strategy picks.
    private func send(
        _ state: ExchangeState,
        _ request: IdentifiedRequest,
        _ scanned: ScannedRequest,
        _ plan: AttemptPlan
    ) async -> MirrorResult {
        func now() -> MonotonicTime { MonotonicTime(state.now) }
        var random = RandomSource(seed: state.exchange.loop.random.next())
        var planner = AttemptPlanner(
            plan, table: state.snapshot.models, request: RoutingSignals.plain(scanned), now: now())
        guard case .attempt(let attempt) = planner.next(now: now(), random: &random) else { return .leftOut }
        let entry = state.snapshot.providers[attempt.target.provider]
        let outbound: OutboundRequest
        do throws(GatewayError) {
            try await entry.provider.prepareCredentials()
            guard
                let made = try OutboundRequest.make(
                    state, request, scanned, ConversionSource(state, request, scanned), attempt.entry, attempt.target,
                    entry, credential: attempt.credential)
            else { return .leftOut }
            outbound = made
        } catch {
            return .failed
        }
        guard entry.permits?.tryTake() ?? true else { return .leftOut }
        defer { entry.permits?.giveBack() }
        let timeouts = state.snapshot.timeouts(of: attempt.entry, provider: entry)
        planner.began(attempt, now: now())
        switch await UpstreamDiscard.send(
            outbound.request, to: entry.origin, on: state.exchange.loop, connect: timeouts.connect,
            timeouts: timeouts.relay)
        {
        case .success(let status) where (200..<300).contains(status):
            state.healthChanged(planner.succeeded(attempt, now: now()), attempt)
            return .answered
        case .success(let status):
            state.healthChanged(planner.failed(attempt, Fault(status: status), now: now()), attempt)
            return .refused
        case .failure(let error):
            if let fault = Fault(error) {
                state.healthChanged(planner.failed(attempt, fault, now: now()), attempt)
            }
            return .failed
        }
    }
}
