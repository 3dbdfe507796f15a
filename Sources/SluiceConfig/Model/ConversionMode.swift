/// What a conversion between dialects may lose: `conversion` of a model or a route.
public enum ConversionMode: String, Sendable, CaseIterable {
    /// What the target cannot take is left out and reported, unless it would change the meaning of the answer.
    case `default`
    /// A request that would lose anything is refused.
    case strict
}
