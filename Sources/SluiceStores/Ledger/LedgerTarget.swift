import SluiceCore

/// What was asked and what answered, as it is kept once for all records that have it.
struct LedgerTarget: Sendable, Hashable {
    var route: String
    var model: String?
    var provider: String?
    var targetModel: String?

    /// The target of an attempt of a record, or of a record that had none.
    ///
    /// Clients can invent names of models. One that is in no model table, and of which nothing was used, is left out here, so that
    /// there are not more targets than there are models; the record itself keeps it.
    init(_ record: LedgerRecord, _ attempt: AttemptRecord?) {
        self.route = record.route
        let isReal = record.isKnownModel || record.attempts.contains { $0.usage != nil }
        self.model = isReal ? record.model : nil
        self.provider = attempt?.provider
        self.targetModel = isReal ? attempt?.targetModel : nil
    }

    /// Tells targets apart by their models, which differ in nearly all of them; the rest is for `==`.
    func hash(into hasher: inout Hasher) {
        hasher.combine(self.model)
        hasher.combine(self.targetModel)
    }
}
