/// The names of service tiers. Source: `service_tier` of the request (read 2026-11).
enum OpenAIChatServiceTier {
    /// The tier of a name; `nil` for `scale` and unknown ones.
    static func neutral(_ name: String) -> NeutralServiceTier? {
        switch name {
        case "auto": .auto
        case "default": .standard
        case "flex": .flex
        case "priority": .priority
        case "fast": .fast
        default: nil
        }
    }

    /// The name of a tier; `nil` where OpenAI has none.
    static func name(_ tier: NeutralServiceTier) -> StaticString? {
        switch tier {
        case .auto: "auto"
        case .standard: "default"
        case .flex: "flex"
        case .priority: "priority"
        case .fast: "fast"
        case .reserved: nil
        }
    }
}
