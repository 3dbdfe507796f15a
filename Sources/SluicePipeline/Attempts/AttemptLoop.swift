import NIOCore
import NIOHTTP1
import SluiceCore
import SluiceHTTP
import SluiceRouting
import SluiceWire

/// Makes the attempts of one exchange, one after the other as the planner says, or two at once where the model is hedged.
///
/// It owns the waits and the IO and decides nothing itself. It lives until the answer is settled, since the planner is told how
/// the last attempt ended. Loop-confined.
final class AttemptLoop {
    let state: ExchangeState
    let request: IdentifiedRequest
    let scanned: ScannedRequest
    let source: ConversionSource
    /// How long the exchange may take, and so its end.
    private let total: TimeAmount
    private let deadline: NIODeadline
    private var planner: AttemptPlanner
    private var random: RandomSource
    /// What the client is told if nothing better comes.
    private var last: RequestRefusal?

    init(
        _ state: ExchangeState,
        _ request: IdentifiedRequest,
        _ scanned: ScannedRequest,
        _ plan: AttemptPlan,
        _ routing: RoutingRequest
    ) {
        self.state = state
        self.request = request
        self.scanned = scanned
        self.source = ConversionSource(state, request, scanned)
        self.random = RandomSource(seed: state.exchange.loop.random.next())
        let now = state.now
        self.total = state.snapshot.totalTimeout(of: plan)
        self.deadline = state.exchange.startedAt + self.total
        self.planner = AttemptPlanner(
            plan,
            table: state.snapshot.models,
            request: routing,
            deadline: MonotonicTime(self.deadline),
            now: MonotonicTime(now)
        )
    }

    /// Tries until an answer has begun. Throws what the client is told when none did: the last provider's own words, or what
    /// kept the gateway from it.
    func run() async throws(RequestRefusal) -> RunningAttempt {
        while true {
            // Not every wait ends when the client leaves, as that for a connection.
            if self.state.exchange.isClientGone { throw Self.clientGone }
            let step = self.planner.next(now: self.now, random: &self.random)
            switch step {
            case .wait(let nanoseconds):
                do throws(UpstreamError) {
                    try await ExchangePause.wait(.nanoseconds(nanoseconds), for: self.state.exchange)
                } catch {
                    throw .gateway(GatewayError(upstream: error))
                }
            case .giveUp(let reason):
                throw self.refusal(reason)
            case .attempt(let attempt):
                guard let run = try await self.prepare(attempt) else { continue }
                if let running = try await self.make(run) { return running }
            }
        }
    }

    /// Where the exchange waits for a permit: with those of its key.
    private var lane: UInt64 {
        self.state.record.principal.map { StickyHash.of(text: $0.keyID) } ?? 0
    }

    private static let clientGone = RequestRefusal.gateway(
        GatewayError(.clientClosed, "The client closed the connection."))

    private var now: MonotonicTime { MonotonicTime(self.state.now) }

    // MARK: Before an attempt

    /// What an attempt sends, and its record; `nil` when its target cannot be asked, which the planner was told.
    ///
    /// Throws what makes no sense to any target.
    private func prepare(_ attempt: Attempt) async throws(RequestRefusal) -> AttemptRun? {
        let entry = self.state.snapshot.providers[attempt.target.provider]
        let pricing = self.state.snapshot.pricing(of: attempt.target)
        if let refusal = self.refusal(for: pricing, attempt) {
            self.planner.excluded(attempt, now: self.now)
            if self.state.record.attempts == 0 { self.last = .gateway(refusal) }
            return nil
        }
        do throws(GatewayError) {
            try await entry.provider.prepareCredentials()
        } catch {
            self.note(self.planner.failed(attempt, Fault(.noCredential, wasSent: false), now: self.now), attempt)
            self.last = .gateway(error)
            return nil
        }
        let outbound: OutboundRequest
        self.source.exposesTargetModel = self.state.snapshot.exposesTargetModel(entry: attempt.entry)
        do throws(GatewayError) {
            guard
                let made = try OutboundRequest.make(
                    self.state, self.request, self.scanned, self.source, attempt.entry, attempt.target, entry,
                    credential: attempt.credential)
            else {
                self.planner.excluded(attempt, now: self.now)
                return nil
            }
            outbound = made
        } catch {
            self.planner.excluded(attempt, now: self.now)
            // What makes no sense to one target makes none to another; what one cannot do, another may.
            guard error.kind != .invalidParameter else { throw .gateway(error) }
            // What a target that was asked said tells more than why another could not be.
            if self.state.record.attempts == 0 { self.last = .gateway(error) }
            return nil
        }
        var timeouts = self.state.snapshot.timeouts(of: attempt.entry, provider: entry)
        // Another entry or provider may have more time, but the request has not.
        timeouts.relay.total = min(timeouts.relay.total, self.total)
        var record = AttemptRecord()
        record.provider = entry.provider.name
        record.targetModel = attempt.target.model
        record.dialect = outbound.surface.dialect
        record.reason = AttemptReason(attempt.origin)
        record.dialect = outbound.surface.dialect
        record.isStreamed = self.scanned.isStreaming
        record.losses = outbound.conversion?.losses ?? ConversionLosses()
        let attemptState = self.state.beginAttempt(record)
        attemptState.isOf(attempt, self)
        attemptState.pricing = pricing
        attemptState.images = outbound.surface.makesImages ? outbound.choices : 0
        return AttemptRun(
            attempt: attempt,
            state: attemptState,
            outbound: outbound,
            entry: entry,
            timeouts: timeouts
        )
    }

    /// Why a model without a price is not asked, where none may be.
    private func refusal(for pricing: ModelPricing, _ attempt: Attempt) -> GatewayError? {
        guard self.state.snapshot.prices.unknown == .block, self.scanned.surface.operation != .countTokens,
            pricing.quote(at: self.state.record.receivedAt) == nil
        else { return nil }
        return GatewayError(
            .priceUnknown,
            "The price of \(Quoted.name(attempt.target.model)) is not known here, and models without one are not asked. "
                + "It can be set in the configuration or over the admin API.",
            parameter: "model"
        )
    }

    /// How many tokens the prompt has, estimated when it is first needed.
    private(set) lazy var promptTokens = self.source.estimatedTokens

    // MARK: One attempt

    /// Makes an attempt, and a second beside it where the model is hedged. `nil` when it failed and the planner knows.
    private func make(_ run: AttemptRun) async throws(RequestRefusal) -> RunningAttempt? {
        do throws(UpstreamError) {
            try await run.entry.permits?.take(
                for: self.state.exchange,
                lane: self.lane,
                timeout: min(run.timeouts.queue, self.deadline - self.state.now)
            )
            run.holdsPermit = true
        } catch {
            try self.ended(run, .failed(error))
            return nil
        }
        let settings = self.state.snapshot.settings(of: run.attempt.entry)
        if let after = settings?.hedgeAfter, !run.hasCalls { return try await self.race(run, hedgingAfter: after) }
        while true {
            do throws(UpstreamError) {
                try await run.connect(before: self.deadline)
            } catch {
                try self.ended(run, .failed(error))
                return nil
            }
            self.began(run)
            let relay = self.relay(of: run)
            guard let transport = run.transport else { return nil }
            let result = await relay.attempt(run.outbound.request, on: transport)
            if run.wasStale(result, isActing: self.scanned.isActing) { continue }
            do throws(GatewayError) {
                if run.hasCalls, try await run.goesOn(after: result, self.request.trace) { continue }
            } catch {
                run.giveBack()
                run.state.record.upstreamErrorType = error.kind.rawValue
                self.state.endAttempt(run.state, .failed)
                self.note(self.planner.failed(run.attempt, Fault(betweenCalls: error.kind), now: self.now), run.attempt)
                self.last = .gateway(error)
                return nil
            }
            guard case .committed = result else {
                try self.ended(run, result)
                return nil
            }
            return self.running(run, relay)
        }
    }

    /// Two attempts at most run at once: a second one begins when the first has given no answer in time.
    private func race(
        _ first: AttemptRun,
        hedgingAfter after: TimeAmount
    ) async throws(RequestRefusal) -> RunningAttempt? {
        let race = RelayRace(self.state.exchange)
        var runs: [RacingAttempt] = []
        do throws(RequestRefusal) {
            return try await self.race(race, first, hedgingAfter: after, &runs)
        } catch {
            // That is the end of the exchange, for the other attempt as well.
            race.giveUp()
            for other in runs { self.giveUp(other.run, .abandoned) }
            throw error
        }
    }

    private typealias RacingAttempt = (run: AttemptRun, relay: Relay)

    private func race(
        _ race: RelayRace,
        _ first: AttemptRun,
        hedgingAfter after: TimeAmount,
        _ runs: inout [RacingAttempt]
    ) async throws(RequestRefusal) -> RunningAttempt? {
        guard try await self.enter(race, first, &runs) else { return nil }
        var deadline: NIODeadline? = self.state.now + after
        while true {
            switch await race.next(until: deadline) {
            case .timePassed:
                deadline = nil
                guard let second = await self.hedge() else { continue }
                second.state.rival = first.state
                first.state.rival = second.state
                _ = try await self.enter(race, second, &runs)
            case .decided(let relay, let result):
                guard let place = runs.firstIndex(where: { $0.relay === relay }) else { continue }
                let run = runs.remove(at: place).run
                if case .committed = result {
                    for other in runs { self.giveUp(other.run, .overtaken) }
                    return self.running(run, relay)
                }
                if run.wasStale(result, isActing: self.scanned.isActing) {
                    if try await self.enter(race, run, &runs) || !runs.isEmpty { continue }
                    return nil
                }
                try self.ended(run, result)
                if runs.isEmpty { return nil }
            }
        }
    }

    /// An attempt beside the one that runs; `nil` when there is none to be made. Nothing that keeps it away ends the exchange: the
    /// first attempt may still answer.
    private func hedge() async -> AttemptRun? {
        guard let attempt = self.planner.hedge(now: self.now, random: &self.random) else { return nil }
        do throws(RequestRefusal) {
            guard let run = try await self.prepare(attempt) else { return nil }
            // A hedge is not worth a place in a queue.
            if let permits = run.entry.permits {
                guard permits.tryTake() else {
                    try self.ended(run, .failed(UpstreamError(.queueFull, "The provider is busy.")))
                    return nil
                }
                run.holdsPermit = true
            }
            return run
        } catch {
            self.last = error
            return nil
        }
    }

    /// Nobody is to blame that an attempt comes to nothing.
    private func giveUp(_ run: AttemptRun, _ outcome: AttemptOutcome) {
        run.giveBack()
        self.planner.abandoned(run.attempt, now: self.now)
        self.state.endAttempt(run.state, outcome)
    }

    /// Connects an attempt and sends it off. False when there is no connection, which the planner knows then.
    private func enter(
        _ race: RelayRace,
        _ run: AttemptRun,
        _ runs: inout [RacingAttempt]
    ) async throws(RequestRefusal) -> Bool {
        do throws(UpstreamError) {
            try await run.connect(before: self.deadline)
        } catch {
            try self.ended(run, .failed(error))
            return false
        }
        guard let transport = run.transport else { return false }
        self.began(run)
        let relay = self.relay(of: run)
        runs.append((run, relay))
        race.begin(relay, run.outbound.request, on: transport)
        return true
    }

    private func relay(of run: AttemptRun) -> Relay {
        let transducer = run.makeTransducer(
            exposesTargetModel: self.state.snapshot.exposesTargetModel(entry: run.attempt.entry))
        run.transducer = transducer
        run.state.reader = transducer
        return Relay(
            exchange: self.state.exchange,
            transducer: transducer,
            timeouts: run.timeouts.relay,
            leave: self.state.record.principal?.whenClientLeaves ?? .cancel
        )
    }

    private func began(_ run: AttemptRun) {
        run.state.isSent()
        self.planner.began(run.attempt, now: self.now)
    }

    // MARK: After an attempt

    private func running(_ run: AttemptRun, _ relay: Relay) -> RunningAttempt {
        self.note(
            self.planner.answered(
                run.attempt, firstTokenNanoseconds: run.state.nanosecondsToFirstToken, now: self.now),
            run.attempt)
        return RunningAttempt(relay: relay, run: run)
    }

    /// Takes in an attempt that gave no answer. Throws when that is the end of the exchange.
    private func ended(_ run: AttemptRun, _ result: AttemptResult) throws(RequestRefusal) {
        run.giveBack()
        switch result {
        case .committed:
            assertionFailure("An answer that has begun is no failure.")
        case .clientGone, .overtaken:
            self.giveUp(run, .abandoned)
            throw Self.clientGone
        case .refused(let status, let headers, let body):
            run.state.record.upstreamStatus = status
            try self.refused(run, run.refusal(status: status, headers, body))
        case .failed(let error):
            // A whole answer may hold an error where an answer should be.
            if let event = run.transducer?.firstError {
                var refusal = run.refusal(status: 200, [:], ByteBuffer())
                refusal.event = event
                return try self.refused(run, refusal)
            }
            run.state.record.upstreamErrorType = error.kind.rawValue
            let refusal = RequestRefusal.gateway(GatewayError(upstream: error))
            guard let fault = Fault(error) else {
                self.giveUp(run, .abandoned)
                throw refusal
            }
            self.state.endAttempt(run.state, .failed)
            self.note(self.planner.failed(run.attempt, fault, now: self.now), run.attempt)
            self.last = refusal
        }
    }

    private func refused(_ run: AttemptRun, _ refusal: ProviderRefusal) throws(RequestRefusal) {
        let fault = Fault(refusal)
        run.state.record.upstreamErrorType = fault.kind.rawValue
        self.state.endAttempt(run.state, .refused)
        self.note(self.planner.failed(run.attempt, fault, now: self.now), run.attempt)
        self.last = .provider(refusal)
    }

    /// The answer of an attempt is over.
    ///
    /// - Parameter firstTokenNanoseconds: counts where the whole answer came in one piece, before this task knew that it had begun.
    func settled(
        _ attempt: Attempt,
        _ error: GatewayError.Kind?,
        firstTokenNanoseconds: Int64?,
        nanosecondsPerOutputToken: Int64?
    ) {
        // Nothing happens when that was said already.
        self.note(
            self.planner.answered(attempt, firstTokenNanoseconds: firstTokenNanoseconds, now: self.now), attempt)
        guard let error else {
            self.note(
                self.planner.succeeded(
                    attempt, perOutputTokenNanoseconds: nanosecondsPerOutputToken, now: self.now),
                attempt)
            return
        }
        guard let fault = Fault(afterCommit: error) else { return self.planner.abandoned(attempt, now: self.now) }
        self.note(self.planner.failed(attempt, fault, now: self.now), attempt)
    }

    private func note(_ change: HealthChange, _ attempt: Attempt) {
        guard !change.isEmpty else { return }
        self.state.healthChanged(change, attempt)
    }

    // MARK: The end

    private func refusal(_ reason: GiveUpReason) -> RequestRefusal {
        if let last = self.last { return last }
        switch reason {
        case .deadline:
            return .gateway(GatewayError(.upstreamTimeout, "The request took longer than it may in all."))
        case .nothingServes:
            return .gateway(
                GatewayError(
                    .pathNotFound,
                    "No provider of \(Quoted.name(self.scanned.model)) serves \(self.request.surface.route).",
                    parameter: "model"
                )
            )
        case .exhausted, .final, .policy, .acted, .budget:
            return .gateway(
                GatewayError(
                    .noHealthyTarget,
                    "No target of \(Quoted.name(self.scanned.model)) can be tried now; try again.",
                    retryAfterSeconds: 1
                )
            )
        }
    }
}
