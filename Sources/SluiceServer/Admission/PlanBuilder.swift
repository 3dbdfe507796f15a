import SluiceCore
import SluicePolicies

/// Finds the rules that count a request.
///
/// First what key, user, team, tenant, model and provider have of their own: what stands at the key, stored rules for one of them
/// by name, and `limits` of a model's or a provider's entry in the file. Where these say nothing of a level and kind, stored rules
/// for all of a level (`*`) do, and where those do not, `limits` of the file.
struct PlanBuilder {
    private let request: AdmissionRequest
    private let rules: LimitRules
    private let stored: RuleIndex
    private let subject: LimitSubject
    private(set) var plan = AdmissionPlan()
    /// What could not be read, in words for the log.
    private(set) var problems: [String] = []

    init(_ request: AdmissionRequest, rules: LimitRules, stored: RuleIndex) {
        self.request = request
        self.rules = rules
        self.stored = stored
        self.subject = LimitSubject(request.principal, model: request.model, provider: request.provider)
    }

    mutating func build() {
        if let principal = self.request.principal {
            if let limits = principal.limits { self.addOwn(limits, .limits, of: principal) }
            if let budget = principal.budget { self.addOwn(budget, .budget, of: principal) }
        }
        for (level, name) in self.names { self.plan.add(self.stored(level, name), for: self.subject) }
        self.plan.add(self.rules.models[self.request.model] ?? [], for: self.subject)
        self.plan.add(self.rules.providers[self.request.provider] ?? [], for: self.subject)
        var defaults: [AdmissionRule] = []
        for (level, _) in self.names { defaults += self.stored(level, "*") }
        self.plan.addDefaults(defaults, for: self.subject)
        self.plan.addDefaults(self.rules.defaults, for: self.subject)
    }

    /// By what names stored rules may mean the request.
    private var names: [(RuleRecord.Level, String)] {
        let principal = self.request.principal
        let names: [(RuleRecord.Level, String?)] = [
            (.key, principal?.keyID), (.user, principal?.user), (.team, principal?.team), (.tenant, principal?.tenant),
            (.model, self.request.model), (.provider, self.request.provider),
        ]
        return names.compactMap { level, name in name.map { (level, $0) } }
    }

    private mutating func addOwn(_ json: String, _ definition: RuleReader.Definition, of principal: Principal) {
        let found = self.rules.reader.rules(json: json, definition, level: .key)
        self.plan.add(found.rules, for: self.subject)
        self.problems += found.problems.map { "key \(principal.keyID): \($0)" }
    }

    private mutating func stored(_ level: RuleRecord.Level, _ name: String) -> [AdmissionRule] {
        var rules: [AdmissionRule] = []
        for record in self.stored.rules(of: level, name, tenant: self.request.principal?.tenant) {
            let found = self.rules.reader.rules(
                json: record.definition, record.sort == .budget ? .budget : .limits, level: LimitLevel(record))
            rules += found.rules
            self.problems += found.problems.map { "rule \(record.id): \($0)" }
        }
        return rules
    }
}

extension LimitLevel {
    /// What a stored rule counts by: a tenant's rule of a model or a provider counts the tenant's requests alone.
    fileprivate init(_ record: RuleRecord) {
        switch record.level {
        case .key: self = .key
        case .user: self = .user
        case .team: self = .team
        case .tenant: self = .tenant
        case .model: self = record.tenant == nil ? .model : [.tenant, .model]
        case .provider: self = record.tenant == nil ? .provider : [.tenant, .provider]
        }
    }
}

extension LimitSubject {
    /// Whom and what a request counts against. Names of users and teams are those of their tenant: two tenants may have the same.
    init(_ principal: Principal?, model: String, provider: String) {
        let prefix = principal?.tenant.map { "\($0)/" } ?? ""
        self.init(
            key: principal?.keyID,
            user: principal?.user.map { prefix + $0 },
            team: principal?.team.map { prefix + $0 },
            tenant: principal?.tenant,
            model: model,
            provider: provider
        )
    }
}
