/// Why a request leaves its entry for another.
public enum FallbackKind: String, Sendable, Hashable, CaseIterable {
    /// Its targets failed or are not to be had.
    case `default`
    /// The prompt is too long for its model.
    case contextWindow = "context_window"
    /// A content policy refused it.
    case contentPolicy = "content_policy"
}

/// Where a request goes when the targets of its entry have failed: names of entries or models, the first first.
///
/// Each kind has its own list. A prompt that is too long or was refused by a policy does not go to the default fallbacks: whoever
/// wants that names them.
public struct Fallbacks: Sendable, Hashable {
    /// After failures.
    public var `default`: [String]
    /// For prompts that are too long.
    public var contextWindow: [String]
    /// For what a content policy refused.
    public var contentPolicy: [String]

    /// Makes lists; without arguments, none.
    public init(default: [String] = [], contextWindow: [String] = [], contentPolicy: [String] = []) {
        self.default = `default`
        self.contextWindow = contextWindow
        self.contentPolicy = contentPolicy
    }

    /// The names for a kind.
    public subscript(kind: FallbackKind) -> [String] {
        switch kind {
        case .default: self.default
        case .contextWindow: self.contextWindow
        case .contentPolicy: self.contentPolicy
        }
    }

    /// All names.
    var names: [String] { self.default + self.contextWindow + self.contentPolicy }
}

extension Fault {
    /// The kind of fallback that it leads to; `nil` when another model would say the same.
    public var fallbackKind: FallbackKind? {
        switch self.kind {
        case .contextWindow: .contextWindow
        case .contentPolicy: .contentPolicy
        case .rejected: nil
        case .connect, .timeout, .cut, .malformed, .serverError, .rateLimited, .credentialRefused, .forbidden, .busy,
            .noCredential:
            .default
        }
    }
}
