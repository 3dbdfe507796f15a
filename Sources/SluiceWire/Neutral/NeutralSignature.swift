/// A vendor's seal over its model's thoughts: opaque, and of use only to the model that made it.
///
/// Anthropic's `signature` and the `data` of redacted blocks, Gemini's `thoughtSignature`, the whole reasoning item of
/// OpenAI's Responses, Bedrock's `signature` and `redactedContent`.
public struct NeutralSignature: Sendable, Hashable {
    /// The seal as its vendor wrote it, byte for byte.
    public var value: JSONString
    /// Who made it.
    public var origin: NeutralOrigin

    /// Makes a signature.
    public init(_ value: JSONString, origin: NeutralOrigin) {
        self.value = value
        self.origin = origin
    }
}

/// Where something opaque comes from.
public struct NeutralOrigin: Sendable, Hashable {
    /// Whose format it is in.
    public var dialect: Dialect
    /// The model that made it, by the provider's name for it; `nil` when unknown, as in what a client of the same
    /// dialect sends.
    public var model: String?

    /// Makes an origin.
    public init(_ dialect: Dialect, model: String? = nil) {
        self.dialect = dialect
        self.model = model
    }

    /// Whether a request in `dialect` to `model` may carry it.
    public func isFor(_ dialect: Dialect, model: String) -> Bool {
        self.dialect == dialect && (self.model == nil || self.model == model)
    }
}
