import SluiceCore
import SluiceRouting

extension RequestPath {
    /// Stage 6: model to plan, by the rule that matched the request or by the model table.
    ///
    /// Stage 4 calls it, since limits are counted by what the table says of a model and not by what a client says.
    func route(
        _ state: ExchangeState,
        _ request: IdentifiedRequest,
        _ scanned: ScannedRequest
    ) throws(GatewayError) -> AttemptPlan {
        let models = state.snapshot.models
        let use = request.route.map { state.snapshot.routes.rules[$0].use }
        guard let plan = use.map({ models.resolve(scanned.model, by: $0) }) ?? models.resolve(scanned.model) else {
            throw GatewayError(
                .modelNotFound,
                "The model \(Quoted.name(scanned.model)) is not served here. GET /v1/models lists what is.",
                parameter: "model"
            )
        }
        switch use {
        // The client's own name decides nothing here, so it may be anything, and is no label.
        case .model, .target: state.record.isKnownModel = false
        case .modelPrefix, nil: state.record.isKnownModel = plan.isListed
        }
        return plan
    }
}
