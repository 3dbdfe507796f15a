extension RuleText {
    /// The value of this name; `nil` where there is none, or no map.
    public subscript(name: String) -> RuleText? {
        guard case .map(let entries) = self else { return nil }
        return entries.first { $0.name == name }?.value
    }

    /// A map without this name, another value as it is; `nil` where nothing is left.
    public func leavingOut(_ name: String) -> RuleText? {
        guard case .map(let entries) = self else { return self }
        let rest = entries.filter { $0.name != name }
        return rest.isEmpty ? nil : .map(rest)
    }
}
