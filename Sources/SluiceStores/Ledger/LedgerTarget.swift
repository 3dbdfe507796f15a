/// What was asked and what answered, as it is kept once for all records that have it.
///
/// Clients can invent names of models. One that is in no model table, and of which nothing was used, is left out here, so that
/// there are not more targets than there are models; the record itself keeps it.
struct LedgerTarget: Sendable, Hashable {
    /// Stands between the parts of a target's bytes: no name has it.
    static let separator: UInt8 = 0
    /// Stands for a part that is missing: no UTF-8 has it.
    static let missing: UInt8 = 0xFF

    var route: String
    var model: String?
    var provider: String?
    var targetModel: String?

    /// Reads route, model, provider and its model, with ``separator`` between them. `nil` when it is not these four.
    init?(_ bytes: [UInt8]) {
        let parts = bytes.split(separator: Self.separator, omittingEmptySubsequences: false)
            .map { $0.elementsEqual([Self.missing]) ? nil : String(decoding: $0, as: UTF8.self) }
        guard parts.count == 4, let route = parts[0] else { return nil }
        self.route = route
        self.model = parts[1]
        self.provider = parts[2]
        self.targetModel = parts[3]
    }
}
