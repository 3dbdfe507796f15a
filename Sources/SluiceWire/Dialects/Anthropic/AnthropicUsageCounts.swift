/// The counts of Messages' `usage`, as the vendor wrote them, and what a stream's later events say anew.
///
/// `{"input_tokens":12,"cache_read_input_tokens":5,"cache_creation_input_tokens":7,
/// "cache_creation":{"ephemeral_5m_input_tokens":4,"ephemeral_1h_input_tokens":3},"output_tokens":20,
/// "output_tokens_details":{"thinking_tokens":8}}`: the input classes are disjoint, thinking is part of the output.
/// In a stream `message_start` has them first, and each `message_delta` has totals that replace those it names.
/// Source: Anthropic Messages reference and SDK types (read 2026-11).
public struct AnthropicUsageCounts: Sendable, Hashable {
    private var input: Int?
    private var cacheRead: Int?
    private var cacheWrite: Int?
    private var cacheWrite5m: Int?
    private var cacheWrite1h: Int?
    private var output: Int?
    private var thinking: Int?

    /// No counts.
    public init() {}

    /// The counts of a `usage` object; none for another value.
    public init(_ node: JSONNode?) {
        guard let node else { return }
        for (key, value) in node.keyedMembers {
            switch key {
            case "input_tokens": input = Self.count(value)
            case "cache_read_input_tokens": cacheRead = Self.count(value)
            case "cache_creation_input_tokens": cacheWrite = Self.count(value)
            case "cache_creation":
                cacheWrite5m = Self.count(value["ephemeral_5m_input_tokens"])
                cacheWrite1h = Self.count(value["ephemeral_1h_input_tokens"])
            case "output_tokens": output = Self.count(value)
            case "output_tokens_details": thinking = Self.count(value["thinking_tokens"])
            default: break
            }
        }
    }

    /// The counts in the text of a `usage` object; none where it is not one.
    public init(parsing bytes: Span<UInt8>) {
        let limits = JSONLimits(maximumDepth: 32, maximumNodes: 4096)
        self.init((try? JSONDocument(copying: bytes, limits: limits))?.root)
    }

    /// Takes what a later event says; what it leaves out stays.
    public mutating func merge(_ later: AnthropicUsageCounts) {
        input = later.input ?? input
        cacheRead = later.cacheRead ?? cacheRead
        cacheWrite = later.cacheWrite ?? cacheWrite
        cacheWrite5m = later.cacheWrite5m ?? cacheWrite5m
        cacheWrite1h = later.cacheWrite1h ?? cacheWrite1h
        output = later.output ?? output
        thinking = later.thinking ?? thinking
    }

    /// The disjoint classes; `nil` when no count was given.
    public var usage: TokenUsage? {
        guard input != nil || output != nil || cacheRead != nil || cacheWrite != nil else { return nil }
        // The total is the vendor's; a breakdown that disagrees with it only says how much of it lives for an hour.
        let written = max(0, cacheWrite ?? TokenUsage.sum(max(0, cacheWrite5m ?? 0), max(0, cacheWrite1h ?? 0)))
        let hour = min(max(0, cacheWrite1h ?? 0), written)
        let all = max(0, output ?? 0)
        let thought = min(max(0, thinking ?? 0), all)
        return TokenUsage(
            uncachedInput: input ?? 0, cacheRead: cacheRead ?? 0, cacheWrite5m: written - hour, cacheWrite1h: hour,
            output: all - thought, reasoning: thought)
    }

    private static func count(_ node: JSONNode?) -> Int? {
        node?.intValue
    }

    /// Writes `usage` as a member. `isDelta`: for `message_delta`, whose breakdown of cache writes is left out when there
    /// were none.
    static func write(
        _ usage: TokenUsage, isDelta: Bool, tier: NeutralServiceTier? = nil, to out: inout AnthropicWriter
    ) {
        let written = TokenUsage.sum(usage.cacheWrite5m, usage.cacheWrite1h)
        out.beginObject("usage")
        out.member("input_tokens", TokenUsage.sum(usage.uncachedInput, usage.audioInput))
        out.member("cache_creation_input_tokens", written)
        out.member("cache_read_input_tokens", usage.cacheRead)
        if !isDelta || written > 0 {
            out.beginObject("cache_creation")
            out.member("ephemeral_5m_input_tokens", usage.cacheWrite5m)
            out.member("ephemeral_1h_input_tokens", usage.cacheWrite1h)
            out.json.endObject()
        }
        out.member("output_tokens", usage.completionTokens)
        out.beginObject("output_tokens_details")
        out.member("thinking_tokens", usage.reasoning)
        out.json.endObject()
        switch tier {
        case .standard: out.member("service_tier", "standard")
        case .priority: out.member("service_tier", "priority")
        case .fast: out.member("speed", "fast")
        default: break
        }
        out.json.endObject()
    }
}
