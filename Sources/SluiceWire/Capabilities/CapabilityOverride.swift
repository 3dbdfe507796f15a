/// One fact of a model's capabilities that a configuration sets over the built-in table.
public struct CapabilityOverride: Sendable, Hashable {
}
extension ModelCapabilities {
    public mutating func apply(_ overrides: [CapabilityOverride]) {}
}
