/// What of Gemini's rules depends on the model, found by its name.
///
/// Source: Google's documentation of thinking and of thought signatures (read 2026-11).
struct GeminiModel: Sendable, Equatable {
    /// Whether it is of the third generation or later: calls need their signatures back, thinking has levels.
    let needsSignatures: Bool
    /// Whether it thinks without being asked to.
    let thinksByDefault: Bool
    /// Whether it takes `thinkingLevel`.
    let takesLevels: Bool
    /// Whether its thinking cannot be switched off.
    let alwaysThinks: Bool

    init(_ name: ModelName) {
        let last = name.base.split(separator: "/").last.map(String.init) ?? name.base
        let generation = last.hasPrefix("gemini-") ? last.dropFirst(7).first?.wholeNumberValue ?? 0 : 0
        needsSignatures = generation >= 3
        thinksByDefault = generation >= 3 || last.hasPrefix("gemini-2.5")
        takesLevels = generation >= 3 || name.isMock || generation == 0
        alwaysThinks = generation >= 3 || last.hasPrefix("gemini-2.5-pro")
    }
}
