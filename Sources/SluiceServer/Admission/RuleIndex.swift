import SluiceCore

/// Stored limits and budgets by whom they bound.
struct RuleIndex: Sendable {
    private struct Subject: Hashable {
        var level: RuleRecord.Level
        var name: String
    }

    private var rules: [Subject: [RuleRecord]] = [:]

    /// Makes an index; rules that are switched off are left out.
    init(_ records: [RuleRecord] = []) {
        for record in records where !record.isDisabled {
            self.rules[Subject(level: record.level, name: record.subject), default: []].append(record)
        }
    }

    /// The rules of one subject that count an exchange of `tenant`.
    func rules(of level: RuleRecord.Level, _ name: String, tenant: String?) -> [RuleRecord] {
        guard !self.rules.isEmpty, let found = self.rules[Subject(level: level, name: name)] else { return [] }
        return found.filter { record in record.tenant.map { $0.text == tenant } ?? true }
    }
}
