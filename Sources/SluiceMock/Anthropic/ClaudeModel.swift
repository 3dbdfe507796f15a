/// What a model of Claude's takes and refuses, found by its name on any platform.
///
/// Source: Anthropic's documentation of models, thinking, effort, prefill and preserved thinking, and the SDK's
/// `ModelCapabilities` (read 2026-11).
struct ClaudeModel: Sendable, Equatable {
    enum Thinking: String, Sendable {
        case enabled, adaptive, disabled
        case betweenTools = "between_tools"
    }

    /// Like `opus-5-5`.
    let family: String
    var takesSampling = true
    /// Whether `temperature` and `top_p` may come together.
    var takesBothSamplings = true
    var thinking: Set<Thinking> = [.enabled, .disabled]
    /// Whether it thinks without being asked to.
    var thinksByDefault = false
    /// Whether the text of its thinking is left out unless it is asked for.
    var omitsThinking = false
    var takesForcedTools = true
    var takesPrefill = true
    /// Whether turns of the system may stand between the others.
    var takesSystemTurns = false
    /// The levels of effort, the lowest first; empty when it knows none.
    var efforts: [String] = []
    /// Whether a thinking block is only taken behind the conversation that it was made in.
    var hasPreservedThinking = false

    private static let allEfforts = ["low", "medium", "high", "xhigh", "max"]
    private static let tiers: Set<Substring> = ["opus", "sonnet", "haiku", "fable", "mythos"]

    /// The model of a name like `claude-opus-5-5`, `us.anthropic.claude-sonnet-4-5-20250929-v1:0` or
    /// `claude-opus-4-6@20260201`; nil for a name that is none of Claude's. One that is not known yet has the rules of
    /// the newest of its tier.
    init?(_ name: String) {
        guard let mark = name.firstRange(of: "claude-") else { return nil }
        let words = name[mark.upperBound...].split { !$0.isLetter && !$0.isNumber }
        guard let tier = words.first(where: { Self.tiers.contains($0) }) else { return nil }
        // `claude-3-5-sonnet` has its number before its name.
        let isOld = words.first != tier
        let numbers = (isOld ? words[...] : words.dropFirst())
            .prefix { $0.utf8.count <= 2 && $0.allSatisfy(\.isNumber) }.prefix(2)
        family = ([tier] + numbers).joined(separator: "-")
        if isOld { return }
        switch family {
        case "opus-4", "opus-4-0", "opus-4-1", "sonnet-4", "sonnet-4-0": break
        case "haiku-4-5", "sonnet-4-5": takesBothSamplings = false
        case "opus-4-5":
            takesBothSamplings = false
            efforts = ["low", "medium", "high"]
        case "opus-4-6", "sonnet-4-6", "mythos": makeSecondOfFour()
        default: makeThirdOfFour()
        }
    }

    private mutating func makeSecondOfFour() {
        takesBothSamplings = false
        thinking = [.enabled, .adaptive, .disabled]
        takesPrefill = false
        efforts = ["low", "medium", "high", "max"]
    }

    /// Opus 4.7 and all that came after it.
    private mutating func makeThirdOfFour() {
        takesSampling = false
        thinking = [.adaptive, .disabled]
        takesPrefill = false
        omitsThinking = true
        efforts = Self.allEfforts
        takesSystemTurns = family != "opus-4-7"
        thinksByDefault = family != "opus-4-7" && family != "opus-4-8"
        switch family {
        case "opus-4-7", "opus-4-8", "opus-5", "sonnet-5", "fable-5", "mythos-5":
            break
        case "haiku-5-5":
            hasPreservedThinking = true
        case "sonnet-5-5":
            thinking = [.adaptive, .betweenTools]
            takesForcedTools = false
            hasPreservedThinking = true
        default:
            thinking = [.adaptive]
            takesForcedTools = false
            hasPreservedThinking = true
        }
    }
}
