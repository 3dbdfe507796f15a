/// One fact of a model's capabilities that a configuration sets over the built-in table.
public struct CapabilityOverride: Sendable, Hashable {
    /// The field, as configurations name it: `maximum_output_tokens`.
    public let name: String
    /// What is written there: one text, or the items of a list.
    public let values: [String]

    /// Checks and keeps a fact. Throws what is wrong with it.
    public init(_ name: String, _ values: [String]) throws(CapabilityOverrideError) {
        guard let field = CapabilityField(rawValue: name) else { throw .unknownField }
        var probe = ModelCapabilities()
        guard field.set(values, on: &probe) else { throw .value(expected: field.expected) }
        self.name = name
        self.values = values
    }

    /// The names of all fields.
    public static var names: [String] { CapabilityField.allCases.map(\.rawValue) }
}

/// What is wrong with a fact of a configuration.
public enum CapabilityOverrideError: Error, Sendable, Equatable {
    /// There is no such field.
    case unknownField
    /// The value cannot be read.
    case value(expected: String)
}

extension ModelCapabilities {
    /// Sets one field by its name. Throws when there is no such field, or the value cannot be read.
    public mutating func set(_ name: String, to values: [String]) throws(CapabilityOverrideError) {
        guard let field = CapabilityField(rawValue: name) else { throw .unknownField }
        guard field.set(values, on: &self) else { throw .value(expected: field.expected) }
    }

    /// Sets what a configuration says.
    public mutating func apply(_ overrides: [CapabilityOverride]) {
        for override in overrides {
            // Checked when it was made.
            _ = CapabilityField(rawValue: override.name)?.set(override.values, on: &self)
        }
    }
}
