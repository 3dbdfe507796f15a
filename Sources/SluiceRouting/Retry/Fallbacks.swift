/// Why a request leaves its entry for another.
public enum FallbackKind: String, Sendable, Hashable, CaseIterable {
    /// Its targets failed or are not to be had.
    case `default`
    /// The prompt is too long for its model.
    case contextWindow = "context_window"
    /// A content policy refused it.
    case contentPolicy = "content_policy"
}

/// Where a request goes when the targets of its entry have failed, the first first. Fallbacks of fallbacks are not followed.
public struct Fallbacks: Sendable, Hashable {
    /// After failures that have no list of their own.
    public var `default`: [ModelTable.Destination]
    /// For prompts that are too long; `nil`: as ``default``.
    public var contextWindow: [ModelTable.Destination]?
    /// For what a content policy refused; `nil`: as ``default``.
    public var contentPolicy: [ModelTable.Destination]?

    /// Makes lists; without arguments, none.
    public init(
        default: [ModelTable.Destination] = [],
        contextWindow: [ModelTable.Destination]? = nil,
        contentPolicy: [ModelTable.Destination]? = nil
    ) {
        self.default = `default`
        self.contextWindow = contextWindow
        self.contentPolicy = contentPolicy
    }

    /// The list for a kind.
    public subscript(kind: FallbackKind) -> [ModelTable.Destination] {
        switch kind {
        case .default: self.default
        case .contextWindow: self.contextWindow ?? self.default
        case .contentPolicy: self.contentPolicy ?? self.default
        }
    }

    /// All that is named.
    var all: [ModelTable.Destination] { self.default + (self.contextWindow ?? []) + (self.contentPolicy ?? []) }
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
