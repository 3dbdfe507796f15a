import SluiceCore

extension RequestPath {
    /// Stage 4: whether this principal may ask for this model, and whether the exchange can be taken down.
    func admit(_ state: ExchangeState, _ scanned: ScannedRequest?) throws(GatewayError) {
        guard let scanned, let principal = state.record.principal else { return }
        try state.checkRecorder()
        guard principal.mayUse(model: scanned.model) else {
            throw GatewayError(
                .modelNotAllowed,
                "The key may not use the model \(Quoted.name(scanned.model)).",
                parameter: "model"
            )
        }
    }
}
