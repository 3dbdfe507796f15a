import SluiceCore
import SluiceHTTP
import SluiceRouting
import SluiceWire

/// A request that may run, and where it can be answered.
typealias AdmittedRequest = (scanned: ScannedRequest, plan: AttemptPlan)

extension RequestPath {
    /// Stage 4: whether this principal may ask for this model, whether limits and budgets let it now, and whether the exchange
    /// can be taken down.
    ///
    /// `nil` for what the gateway answers itself, which nothing limits. The request that comes back may be for another model than
    /// the one that came: a budget may say so.
    func admit(
        _ state: ExchangeState,
        _ request: IdentifiedRequest,
        _ scanned: ScannedRequest?
    ) async throws(GatewayError) -> AdmittedRequest? {
        guard let scanned else { return nil }
        try state.checkRecorder()
        try self.permit(state, scanned)
        let plan = try self.route(state, request, scanned)
        state.beginCapture(of: scanned, plan)
        guard let admission = state.snapshot.admission else { return (scanned, plan) }
        let answer = await self.decide(admission, state, scanned, plan, isDowngraded: false)
        guard case .downgrade(let model, let budget) = answer else {
            try self.take(answer, state)
            return (scanned, plan)
        }
        return try await self.downgrade(state, request, scanned, to: model, because: budget, admission)
    }

    /// Whether the principal may use the model that the request names.
    func permit(_ state: ExchangeState, _ scanned: ScannedRequest) throws(GatewayError) {
        guard let principal = state.record.principal else { return }
        guard principal.mayUse(model: scanned.model) else {
            throw GatewayError(
                .modelNotAllowed,
                "The key may not use the model \(Quoted.name(scanned.model)).",
                parameter: "model"
            )
        }
    }

    private func decide(
        _ admission: any AdmissionControl,
        _ state: ExchangeState,
        _ scanned: ScannedRequest,
        _ plan: AttemptPlan,
        isDowngraded: Bool
    ) async -> AdmissionAnswer {
        guard let target = plan.firstTarget, state.snapshot.providers.indices.contains(target.provider) else {
            return .unlimited
        }
        let asked = AdmissionRequest(
            principal: state.record.principal,
            model: plan.tableName,
            provider: state.snapshot.providers[target.provider].provider.name,
            targetModel: target.model,
            inputTokens: PromptEstimate.tokens(of: scanned),
            outputTokenLimit: scanned.outputTokenLimit,
            choices: scanned.choices,
            hasOutput: scanned.surface.operation == .chat,
            isDowngraded: isDowngraded,
            loop: state.exchange.loop.index,
            now: WallClock.nanosecondsSince1970()
        )
        let step = admission.decide(asked) {
            let pricing = state.snapshot.pricing(of: target)
            return AdmissionFacts(
                maximumOutputTokens: state.snapshot.capabilities(of: target).maximumOutputTokens,
                price: (pricing.quote(at: asked.now) ?? pricing.substitute)?.price
            )
        }
        switch step {
        case .decided(let answer): return answer
        case .pending(let pending): return await pending.answer()
        }
    }

    /// Takes over what an admitted request holds; throws what a refused one is told.
    private func take(_ answer: AdmissionAnswer, _ state: ExchangeState) throws(GatewayError) {
        switch answer {
        case .unlimited: break
        case .admitted(let ticket):
            state.ticket = ticket
            state.limits = ticket
            for budget in ticket.warnings { state.record.policyWarnings.append("budget exceeded: \(budget)") }
        case .refused(let refusal):
            state.limits = refusal.limits
            state.record.refusedBy = refusal.rule
            throw refusal.error
        case .downgrade(_, let budget):
            // Asked for the other model no budget downgrades again.
            throw GatewayError(.quotaExhausted, "The budget of \(budget) is used up.")
        }
    }

    /// The same request for the model that a budget has answer instead, as if it had been asked for. Whoever set the budget allows
    /// the model with it.
    private func downgrade(
        _ state: ExchangeState,
        _ request: IdentifiedRequest,
        _ scanned: ScannedRequest,
        to model: String,
        because budget: String,
        _ admission: any AdmissionControl
    ) async throws(GatewayError) -> AdmittedRequest {
        guard let plan = state.snapshot.models.resolve(model) else {
            state.record.refusedBy = budget
            throw GatewayError(
                .quotaExhausted,
                "The budget of \(budget) is used up, and the model that is to answer instead is not served here.")
        }
        var other = scanned
        other.otherModel = model
        state.record.downgradedFrom = scanned.model
        state.record.model = model
        state.record.isKnownModel = plan.isListed
        state.record.policyWarnings.append("model downgraded to \(model): \(budget)")
        try self.take(await self.decide(admission, state, other, plan, isDowngraded: true), state)
        return (other, plan)
    }
}
