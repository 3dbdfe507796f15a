extension DocumentDecoder {
    /// The keys that belong to one kind of strategy alone.
    private static let keys: [(kind: StrategyConfiguration.Kind, names: [String])] = [
        (.sticky, ["by", "header"]), (.fastest, ["by", "probe"]), (.prefix, ["load", "memory", "expiry"]),
    ]

    /// `strategy` of a model: a name, or a map with `kind`. `nil` where there is none, or it cannot be read.
    mutating func strategy(_ section: Section) -> StrategyConfiguration? {
        guard let node = section.node?["strategy"] else { return nil }
        if node.scalar != nil {
            let kind: StrategyConfiguration.Kind? = choice("strategy", of: section)
            return kind.flatMap { settings(of: $0, Section(node: nil, path: section.path.key("strategy"))) }
        }
        let form = section.section("strategy")
        guard node["kind"] != nil else {
            // A value that was reported is not missing as well.
            if node.entries != nil {
                problems.error(
                    "missing; write which strategy this is, like sticky", at: form.path.key("kind"), node.location)
            }
            return nil
        }
        guard let kind: StrategyConfiguration.Kind = choice("kind", of: form) else { return nil }
        for entry in node.entries ?? [] where entry.key != "kind" {
            let owners = Self.keys.filter { $0.names.contains(entry.key) }.map(\.kind)
            if !owners.contains(kind) {
                problems.error(
                    "belongs to the strategy \(owners.map(\.rawValue).joined(separator: " or ")), not to "
                        + "\(kind.rawValue); remove it",
                    at: form.path.key(entry.key),
                    entry.keyLocation
                )
            }
        }
        return settings(of: kind, form)
    }

    private mutating func settings(
        of kind: StrategyConfiguration.Kind,
        _ section: Section
    ) -> StrategyConfiguration? {
        switch kind {
        case .priority: return .priority
        case .weighted: return .weighted
        case .leastBusy: return .leastBusy
        case .cheapest: return .cheapest
        case .fastest:
            let speed: StrategyConfiguration.Speed? = choice("by", of: section)
            let probe = percentage("probe", of: section, .zero ... .percent(50))
            return .fastest(by: speed ?? .firstToken, probe: probe ?? StrategyConfiguration.defaultProbe)
        case .sticky: return affinity(section).map { .sticky(by: $0) }
        case .prefix:
            var result = PrefixConfiguration()
            result.load = value("load", of: section, "a factor from 1 to 100, like 1.5", Self.factor) ?? result.load
            result.memory = size("memory", of: section, .kibibytes(64) ... .mebibytes(4096)) ?? result.memory
            result.expiry = duration("expiry", of: section) ?? result.expiry
            return .prefix(result)
        }
    }

    /// `by` of the strategy `sticky`; a header alone says that it is by this header.
    private mutating func affinity(_ section: Section) -> StrategyConfiguration.Affinity? {
        let header = value("header", of: section, "the name of a header, like x-session") { text in
            Self.isToken(text) ? text.lowercased() : nil
        }
        let names = ["user", "conversation", "header"]
        let by = value("by", of: section, Self.list(names)) { names.contains($0.lowercased()) ? $0.lowercased() : nil }
        switch by {
        case "user", "conversation":
            if header != nil {
                problems.error(
                    "counts only with by: header; remove one of them", at: section.path.key("header"),
                    section.node?["header"]?.location)
            }
            return by == "user" ? .user : .conversation
        default:
            if let header { return .header(header) }
            if by == nil { return .conversation }
            if section.node?["header"] == nil {
                problems.error(
                    "missing; write the header that tells requests apart, like x-session",
                    at: section.path.key("header"),
                    section.location
                )
            }
            return nil
        }
    }

    /// A plain decimal number from 1 to 100.
    private static func factor(_ text: String) -> Double? {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }),
            let number = Double(text), (1...100).contains(number)
        else { return nil }
        return number
    }
}
