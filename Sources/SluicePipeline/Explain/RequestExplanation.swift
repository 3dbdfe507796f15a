/// What would become of a request: where it would go and why, and what would be lost on the way. Nothing was sent.
public struct RequestExplanation: Sendable, Equatable {
    /// A target of the model that decides.
    public struct Candidate: Sendable, Equatable {
        /// The provider's name.
        public var provider: String
        /// The model that it would be asked for.
        public var targetModel: String
        /// Whether it would be tried first.
        public var isChosen = false
        /// Why it would be chosen, or whether it could be: the words of ``SluiceRouting/ChoiceReason``, and `left_alone`,
        /// `no_credential`, `eligible`.
        public var reason: String
        /// The estimated price of the request in US dollars, where the price is known.
        public var costUSD: Double?
        /// The surface of the provider that would be asked; `nil` when it has none for this.
        public var surface: String?
        /// Whether the client's bytes would go as they are, but for the model's name.
        public var isSpliced = false
        /// What would be lost on the way: `dropped seed`.
        public var losses: [String] = []
        /// Why the provider cannot be asked for this, if it cannot.
        public var refusal: String?
    }

    /// The surface, as in routes.
    public var surface: String
    /// The model that the client names.
    public var model: String
    /// Who asks, where that is known.
    public var key: String?
    /// Whether the client wants a stream.
    public var isStreaming: Bool
    /// The place of the rule in `routes` that matches, from 0.
    public var rule: Int?
    /// The entry of the model table that decides; `nil` when a provider is named, or a provider's own patterns decide.
    public var entry: String?
    /// How the entry chooses.
    public var strategy: String
    /// The attempts in all within the entry, where it sets a number.
    public var attempts: Int?
    /// Where the request goes when the targets have failed, by kind.
    public var fallbacks: [(kind: String, models: [String])]
    /// The targets, in the order of the file.
    public var candidates: [Candidate]

    public static func == (left: Self, right: Self) -> Bool {
        left.surface == right.surface && left.model == right.model && left.key == right.key
            && left.isStreaming == right.isStreaming && left.rule == right.rule && left.entry == right.entry
            && left.strategy == right.strategy && left.attempts == right.attempts && left.candidates == right.candidates
            && left.fallbacks.map(\.kind) == right.fallbacks.map(\.kind)
            && left.fallbacks.map(\.models) == right.fallbacks.map(\.models)
    }
}
