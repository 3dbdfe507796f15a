/// What a limit or a budget is counted by: a key, user, team, tenant, model or provider, or several of them together.
///
/// With `[.key, .model]` every pair of a key and a model has a count of its own.
public struct LimitLevel: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) {
        self.rawValue = rawValue & 0x3F
    }

    /// By API key.
    public static let key = LimitLevel(rawValue: 1)
    /// By user.
    public static let user = LimitLevel(rawValue: 2)
    /// By team.
    public static let team = LimitLevel(rawValue: 4)
    /// By tenant.
    public static let tenant = LimitLevel(rawValue: 8)
    /// By the model that the client named.
    public static let model = LimitLevel(rawValue: 16)
    /// By provider, which is known once a request is routed.
    public static let provider = LimitLevel(rawValue: 32)

    /// The single levels with their names, in the order in which they are written.
    static let names: [(level: LimitLevel, name: String)] = [
        (.key, "key"), (.user, "user"), (.team, "team"), (.tenant, "tenant"), (.model, "model"),
        (.provider, "provider"),
    ]

    /// Reads `key` or `key+model`. `nil` for an unknown name, one that is written twice, and an empty text.
    public init?(_ text: String) {
        var result: LimitLevel = []
        for part in text.split(separator: "+", omittingEmptySubsequences: false) {
            guard let entry = Self.names.first(where: { $0.name == part }), !result.contains(entry.level) else {
                return nil
            }
            result.insert(entry.level)
        }
        self = result
    }
}

extension LimitLevel: CustomStringConvertible {
    /// `key+model`.
    public var description: String {
        Self.names.filter { self.contains($0.level) }.map(\.name).joined(separator: "+")
    }
}
