/// The label values of a registry that come from outside: one ``LabelInterner`` for each kind.
struct LabelInterners: Sendable {
    let models: LabelInterner
    let providers: LabelInterner
    let keyNames: LabelInterner
    let errorTypes: LabelInterner

    init(_ limits: MetricsLimits) {
        self.models = LabelInterner(limit: limits.models, nameBytes: limits.nameBytes)
        self.providers = LabelInterner(limit: limits.providers, nameBytes: limits.nameBytes)
        self.keyNames = LabelInterner(limit: limits.keyNames, nameBytes: limits.nameBytes)
        self.errorTypes = LabelInterner(limit: limits.errorTypes, nameBytes: limits.nameBytes)
    }
}
