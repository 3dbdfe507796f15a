import SluiceCore
import SluiceRouting

extension RequestPath {
    /// Stage 6: model to attempt plan.
    func route(
        _ state: ExchangeState,
        _ request: IdentifiedRequest,
        _ scanned: ScannedRequest
    ) throws(GatewayError) -> AttemptPlan {
        if let route = request.fixedRoute {
            let model = route.model ?? scanned.model
            guard let plan = state.snapshot.models.plan(provider: route.provider, model: model) else {
                throw GatewayError(.internal, "A route leads to a provider that is not there.")
            }
            return plan
        }
        guard let plan = state.snapshot.models.resolve(scanned.model) else {
            throw GatewayError(
                .modelNotFound,
                "The model \(Quoted.name(scanned.model)) is not served here. GET /v1/models lists what is.",
                parameter: "model"
            )
        }
        state.record.isKnownModel = plan.isListed
        return plan
    }
}
