import SluiceCore

extension DocumentDecoder {
    /// The keys of `limits` that are no level.
    static let limitSettings = ["output_tokens_default", "time_zone", "alert_webhook", "alert_secret"]

    mutating func limits(_ section: Section) -> LimitsConfiguration {
        var result = LimitsConfiguration()
        for entry in section.node?.entries ?? []
        where !Self.limitSettings.contains(entry.key) && !entry.value.isBroken {
            let place = Section(node: entry.value, path: section.path.key(entry.key))
            guard let rules = rules(place, level: entry.key, at: entry.keyLocation) else { continue }
            result.levels.append(LimitsConfiguration.Level(entry.key, rules))
        }
        result.outputTokensDefault =
            count("output_tokens_default", of: section, 0...10_000_000) ?? result.outputTokensDefault
        let check = ruleCheck
        let zone = value("time_zone", of: section, "a time zone like Europe/Berlin or UTC that this machine knows") {
            Self.isLine($0) && !$0.isEmpty && check.knowsZone($0) ? $0 : nil
        }
        result.timeZone = zone ?? result.timeZone
        result.alertWebhook = webhook(section)
        if let node = section.node?["alert_secret"] {
            result.alertSecret = secret(node, section.path.key("alert_secret"))
            if result.alertWebhook == nil {
                problems.warning(
                    "without effect, since there is no limits.alert_webhook", at: section.path.key("alert_secret"),
                    node.location)
            }
        }
        return result
    }

    /// The limits of one key, model or provider, below `limits` of its section.
    mutating func ownLimits(_ section: Section, level: String) -> RuleText? {
        let place = section.section("limits")
        guard let node = place.node, !node.isBroken else { return nil }
        return rules(place, level: level, at: node.location)
    }

    /// The rules of one level; `nil` where any is wrong, which is reported.
    private mutating func rules(_ section: Section, level: String, at location: SourceLocation) -> RuleText? {
        guard let node = section.node, let text = RuleText(node) else { return nil }
        let found = ruleCheck.problems(text, level)
        for problem in found {
            var place = section
            for step in problem.path {
                switch step {
                case .name(let name): place = place.section(name)
                case .item(let index):
                    let items = place.node?.list ?? []
                    // A list may have been written as one value.
                    let item = items.indices.contains(index) ? items[index] : place.node
                    place = Section(node: item, path: place.path.index(index))
                }
            }
            problems.error(problem.message, at: place.path, place.location ?? location)
        }
        return found.isEmpty ? text : nil
    }

    /// The address of a webhook. Its value is in no message.
    private mutating func webhook(_ section: Section) -> Secret? {
        let path = section.path.key("alert_webhook")
        guard let node = section.node?["alert_webhook"], let secret = secret(node, path) else { return nil }
        let parts = secret.expose().split(separator: "?", maxSplits: 1)
        let isURL = parts.first.flatMap { BaseURL(String($0)) } != nil
        if !isURL || !secret.expose().utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) {
            problems.error("expected a URL like https://hooks.example.com/budgets", at: path, node.location)
        }
        return secret
    }
}

extension RuleText {
    /// The part of a document as it is; `nil` where some of it was reported already.
    init?(_ node: ConfigurationNode) {
        switch node.content {
        case .scalar(let scalar): self = .text(scalar.text)
        case .list(let items):
            var texts: [RuleText] = []
            for item in items {
                guard let text = RuleText(item) else { return nil }
                texts.append(text)
            }
            self = .list(texts)
        case .map(let entries):
            var values: [Entry] = []
            for entry in entries {
                guard let value = RuleText(entry.value) else { return nil }
                values.append(Entry(entry.key, value))
            }
            self = .map(values)
        case .broken: return nil
        }
    }
}
