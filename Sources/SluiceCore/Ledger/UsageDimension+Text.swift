extension UsageDimension {
    /// The names of all but tags, as queries and answers have them.
    public static let names = [
        "key", "user", "team", "tenant", "model", "provider", "target_model", "route", "status",
    ]

    /// Reads a name: one of ``names``, or `tag:` with the name of a tag. `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        switch text {
        case "key": self = .key
        case "user": self = .user
        case "team": self = .team
        case "tenant": self = .tenant
        case "model": self = .model
        case "provider": self = .provider
        case "target_model": self = .targetModel
        case "route": self = .route
        case "status": self = .status
        default:
            guard text.hasPrefix("tag:"), text.utf8.count > 4 else { return nil }
            self = .tag(String(text.dropFirst(4)))
        }
    }

    /// The name, which reads back as the same.
    public var text: String {
        switch self {
        case .key: "key"
        case .user: "user"
        case .team: "team"
        case .tenant: "tenant"
        case .model: "model"
        case .provider: "provider"
        case .targetModel: "target_model"
        case .route: "route"
        case .status: "status"
        case .tag(let name): "tag:\(name)"
        }
    }
}
