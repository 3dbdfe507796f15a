/// Who may call: `auth` in the file.
public struct AuthConfiguration: Sendable, Equatable {
    /// Whether a request needs a key: `required`, default true.
    public var isRequired: Bool
    /// The keys that stand in the file: `keys`.
    public var keys: [StaticKeyConfiguration]

    /// Makes an auth configuration; what is left out has its default.
    public init(isRequired: Bool = true, keys: [StaticKeyConfiguration] = []) {
        self.isRequired = isRequired
        self.keys = keys
    }
}
