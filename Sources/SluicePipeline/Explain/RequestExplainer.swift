public import NIOCore
public import SluiceCore
public import SluiceHTTP
import SluiceRouting
import SluiceWire

/// Says what would become of a request, without sending it: the same stages and decisions as for a real one, up to the first
/// byte to a provider.
///
/// Credentials that have to be fetched are not, and chance may choose otherwise the next time.
public struct RequestExplainer {
    private let snapshot: Snapshot
    private let loop: LoopContext

    /// Explains by a snapshot, on the loop of `loop`.
    public init(_ snapshot: Snapshot, on loop: LoopContext) {
        self.snapshot = snapshot
        self.loop = loop
    }

    /// Explains a request.
    ///
    /// - Parameter principal: who asks; `nil`: nobody's models are restricted.
    /// Throws what a client would be told of a request that cannot be routed.
    public func explain(
        _ head: RequestHead,
        body: ByteBuffer,
        principal: Principal?
    ) throws(GatewayError) -> RequestExplanation {
        do {
            return try ServerExchange.withDetached(head, on: self.loop) { exchange in
                try self.explain(exchange, body, principal)
            }
        } catch let error as GatewayError {
            throw error
        } catch {
            throw GatewayError(.internal, "The request cannot be explained.")
        }
    }

    private func explain(
        _ exchange: ServerExchange,
        _ body: ByteBuffer,
        _ principal: Principal?
    ) throws -> RequestExplanation {
        let recorder = SilentRecorder()
        let path = RequestPath(
            local: LocalEndpoints(status: GatewayStatus(version: ""), recorder: recorder),
            bodyBudget: BodyBudget(limitBytes: .max),
            recorder: recorder
        )
        let state = ExchangeState(exchange: exchange, snapshot: self.snapshot, recorder: recorder)
        let request = try path.identify(state)
        guard request.surface.isModelSurface else {
            throw GatewayError(.pathNotFound, "\(request.surface.route) is answered by the gateway itself.")
        }
        state.record.principal = principal
        let scanned = try RequestPath.scanned(body, request, exchange.head)
        try path.permit(state, scanned)
        let plan = try path.route(state, request, scanned)
        let settings = self.snapshot.settings(of: plan.entry)
        let routing = RoutingSignals(exchange.head, principal, scanned)
            // The size is looked at in any case, for the estimates of prices.
            .request((settings?.needs ?? []).union(.size), stickyBy: settings?.stickyBy)
        let now = MonotonicTime(state.now)
        var planner = AttemptPlanner(plan, table: self.snapshot.models, request: routing, now: now)
        let reports = planner.candidates(now: now)
        var random = RandomSource(seed: self.loop.random.next())
        let source = ConversionSource(state, request, scanned)
        var candidates = reports.map { self.candidate($0, state, request, scanned, source, plan) }
        // As in an attempt: what cannot be asked is passed over.
        while case .attempt(let attempt) = planner.next(now: now, random: &random) {
            guard let place = reports.firstIndex(where: { $0.target == attempt.target }) else { break }
            if candidates[place].refusal == nil {
                candidates[place].isChosen = true
                candidates[place].reason = attempt.reason.rawValue
                break
            }
            planner.excluded(attempt, now: now)
        }
        return RequestExplanation(
            surface: request.surface.route,
            model: scanned.model,
            key: principal?.keyName,
            isStreaming: scanned.isStreaming,
            rule: request.route.map { self.snapshot.routes.rules[$0].place ?? $0 },
            entry: plan.entry.map { self.snapshot.models.entries[$0].pattern.text },
            strategy: plan.strategy.name,
            attempts: plan.retry.attempts,
            fallbacks: FallbackKind.allCases
                .map { ($0.rawValue, plan.fallbacks[$0].map { self.name(of: $0) }) }.filter { !$0.1.isEmpty },
            candidates: candidates
        )
    }

    private func name(of destination: ModelTable.Destination) -> String {
        switch destination {
        case .model(let name): return name
        case .provider(let place, let model):
            let provider = self.snapshot.providers[place].provider.name
            return model.map { "\(provider)/\($0)" } ?? provider
        }
    }

    private func candidate(
        _ report: CandidateReport,
        _ state: ExchangeState,
        _ request: IdentifiedRequest,
        _ scanned: ScannedRequest,
        _ source: ConversionSource,
        _ plan: AttemptPlan
    ) -> RequestExplanation.Candidate {
        var candidate = RequestExplanation.Candidate(
            provider: self.snapshot.providers[report.target.provider].provider.name,
            targetModel: report.target.model,
            reason: report.candidacy.name,
            costUSD: report.costNanoUSD.map { $0 / 1e9 }
        )
        do throws(GatewayError) {
            let form = try OutboundForm(
                self.snapshot, request, scanned, source, plan.entry, report.target, credential: 0)
            switch form {
            case .spliced:
                candidate.surface = scanned.surface.route
                candidate.isSpliced = true
            case .converted(let converted, let surface, _):
                candidate.surface = surface.route
                candidate.losses = converted.answer.losses.all.map { "\($0.kind.rawValue) \($0.field)" }
            case nil:
                candidate.refusal = "The provider has nothing for \(request.surface.route)."
            }
        } catch {
            candidate.refusal = error.message
        }
        return candidate
    }
}

/// Takes nothing down.
private struct SilentRecorder: ExchangeRecorder {
    func started(_ surface: Surface, method: String, loop: Int) {}
    func authenticated(allowed: Bool, loop: Int) {}
    func settled(_ record: borrowing ExchangeRecord, loop: Int) {}
    func scrape() -> [UInt8] { [] }
}

extension Strategy {
    fileprivate var name: String {
        switch self {
        case .priority: "priority"
        case .weighted: "weighted"
        case .leastBusy: "least_busy"
        case .fastest: "fastest"
        case .cheapest: "cheapest"
        case .sticky: "sticky"
        case .prefix: "prefix"
        }
    }
}

extension Candidacy {
    fileprivate var name: String {
        switch self {
        case .eligible, .eligibleAsProbe: "eligible"
        case .running, .probeRunning: "probe_running"
        case .failed, .excluded: "excluded"
        case .breakerOpen, .providerUnwell: "left_alone"
        case .noCredential: "no_credential"
        }
    }
}
