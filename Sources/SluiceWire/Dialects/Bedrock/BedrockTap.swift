/// Looks into whole answers of Converse and of CountTokens that pass unconverted. Frames: ``BedrockStreamEvent/tap(headers:payload:)``.
public enum BedrockTap {
    /// What a whole answer says about itself.
    public struct Facts: Sendable, Hashable {
        /// What it cost.
        public var usage: TokenUsage?
        /// Why it ended.
        public var stopReason: String?
    }

    /// The facts of a whole answer; `nil` for what is no JSON object.
    public static func facts(_ body: Span<UInt8>) -> Facts? {
        var members: [JSONMember] = []
        guard (try? JSONScanner.scanObject(body, into: &members)) != nil else { return nil }
        var facts = Facts()
        for member in members {
            if member.kind == .object, JSONScanner.key(member, in: body, equals: "usage") {
                facts.usage = usage(body.extracting(member.value))
            } else if JSONScanner.key(member, in: body, equals: "stopReason") {
                facts.stopReason = JSONScanner.string(member, in: body)
            }
        }
        return facts
    }

    /// The usage in the text of a `usage` object.
    public static func usage(_ object: Span<UInt8>) -> TokenUsage? {
        BedrockUsage.read((try? JSONDocument(copying: object))?.root)
    }
}
