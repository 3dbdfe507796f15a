/// Where a target, a fallback, a mirror or a route leads.
public enum ModelReference: Sendable, Hashable {
    /// To a provider, one of ``GatewayConfiguration/providers``, and a model that it knows. Without a model the name that
    /// the client sent is kept.
    case provider(String, model: String?)
    /// To a model, as if a client had asked for it by this name: an entry of the table, or a name that a pattern of the
    /// table fits.
    case model(String)

    /// The provider, if it leads to one.
    public var provider: String? {
        if case .provider(let name, _) = self { name } else { nil }
    }

    /// As it is written in the file: `openai`, `openai/gpt-4o`, `smart`.
    public var text: String {
        switch self {
        case .provider(let name, let model?): "\(name)/\(model)"
        case .provider(let name, nil): name
        case .model(let name): name
        }
    }
}
