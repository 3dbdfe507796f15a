/// How a model chooses among its targets: `strategy`.
public enum StrategyConfiguration: Sendable, Equatable {
    /// In the order of the file; the default.
    case priority
    /// By the targets' weights, at random.
    case weighted
    /// The less busy of two that are drawn.
    case leastBusy
    /// The one that answers fastest, while a share of requests goes to the others to learn how they do.
    case fastest(by: Speed, probe: Percentage)
    /// The one that costs least for this request.
    case cheapest
    /// The same one for the same requester, by the targets' weights.
    case sticky(by: Affinity)
    /// The one that has the longest beginning of this prompt in its cache.
    case prefix(PrefixConfiguration)

    /// What is measured: `by` of `fastest`.
    public enum Speed: String, Sendable, CaseIterable {
        /// The time to the first token.
        case firstToken = "first_token"
        /// The time for each token of output.
        case outputToken = "output_token"
    }

    /// Whom a request belongs to: `by` of `sticky`.
    public enum Affinity: Sendable, Equatable {
        /// The end user whom the request names, else the key.
        case user
        /// The conversation, by its first messages.
        case conversation
        /// The value of a header, by its name in lower case.
        case header(String)
    }

    /// The default of `probe`: one request in a hundred.
    public static let defaultProbe = Percentage.percent(1)

    /// The names of `strategy`, or of `kind` in its long form.
    enum Kind: String, CaseIterable {
        case weighted
        case priority
        case leastBusy = "least_busy"
        case fastest
        case cheapest
        case sticky
        case prefix
    }

    /// Its name.
    var kind: Kind {
        switch self {
        case .priority: .priority
        case .weighted: .weighted
        case .leastBusy: .leastBusy
        case .fastest: .fastest
        case .cheapest: .cheapest
        case .sticky: .sticky
        case .prefix: .prefix
        }
    }

    /// Whether `weight` of a target counts.
    var usesWeights: Bool {
        switch self {
        case .weighted, .sticky, .leastBusy, .prefix: true
        case .priority, .fastest, .cheapest: false
        }
    }
}
