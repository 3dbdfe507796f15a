/// The names of service tiers. Source: types of OpenAI's Python SDK 3.52, service_tier (read 2026-11).
enum OpenAIResponsesServiceTier {
    static func tier(of name: String) -> NeutralServiceTier? {
        switch name {
        case "auto": .auto
        case "default": .standard
        case "flex": .flex
        case "priority": .priority
        case "fast": .fast
        case "scale": .reserved
        default: nil
        }
    }

    static func name(of tier: NeutralServiceTier) -> String {
        switch tier {
        case .auto: "auto"
        case .standard: "default"
        case .flex: "flex"
        case .priority: "priority"
        case .fast: "fast"
        case .reserved: "scale"
        }
    }
}
