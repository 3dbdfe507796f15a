/// The vendor's `TokenUsage`: `inputTokens` without what the cache gave or took, `totalTokens` with it.
///
/// `{"inputTokens":4,"outputTokens":9,"totalTokens":113,"cacheReadInputTokens":100,"cacheWriteInputTokens":0}`; `cacheDetails`
/// tells what was written for an hour from what was written for five minutes.
/// Source: the service model of bedrock-runtime; Amazon Bedrock user guide, "Prompt caching" (read 2026-11).
public enum BedrockUsage {
    /// The counts; `nil` when the node is no object with one of them.
    public static func read(_ node: JSONNode?) -> TokenUsage? {
        guard let node, node.kind == .object else { return nil }
        var input: Int?
        var output: Int?
        var read: Int?
        var written: Int?
        var hour = 0
        for (key, value) in node.members {
            switch key {
            case "inputTokens": input = value.intValue
            case "outputTokens": output = value.intValue
            case "cacheReadInputTokens": read = value.intValue
            case "cacheWriteInputTokens": written = value.intValue
            case "cacheDetails": hour = hourly(value)
            default: break
            }
        }
        guard input != nil || output != nil || read != nil || written != nil else { return nil }
        let long = min(hour, max(0, written ?? hour))
        return TokenUsage(
            uncachedInput: input ?? 0, cacheRead: read ?? 0,
            cacheWrite5m: max(0, written ?? 0) - (written == nil ? 0 : long),
            cacheWrite1h: long, output: output ?? 0)
    }

    /// Writes the counts; without any, zeros, since the vendor's types demand them.
    static func write(_ usage: TokenUsage?, to json: inout JSONWriter) {
        let usage = usage ?? TokenUsage()
        json.beginObject()
        json.key("inputTokens")
        json.integer(TokenUsage.sum(usage.uncachedInput, usage.audioInput))
        json.key("outputTokens")
        json.integer(usage.completionTokens)
        json.key("totalTokens")
        json.integer(usage.totalTokens)
        json.key("cacheReadInputTokens")
        json.integer(usage.cacheRead)
        json.key("cacheWriteInputTokens")
        json.integer(TokenUsage.sum(usage.cacheWrite5m, usage.cacheWrite1h))
        // Longest first, as the vendor has them.
        let details: [(String, Int)] = [("1h", usage.cacheWrite1h), ("5m", usage.cacheWrite5m)]
        if details.contains(where: { $0.1 > 0 }) {
            json.key("cacheDetails")
            json.beginArray()
            for (lifetime, count) in details where count > 0 {
                json.beginObject()
                json.key("ttl")
                json.string(lifetime)
                json.key("inputTokens")
                json.integer(count)
                json.endObject()
            }
            json.endArray()
        }
        json.endObject()
    }

    private static func hourly(_ node: JSONNode) -> Int {
        var sum = 0
        for detail in node.elements where detail["ttl"]?.stringValue == "1h" {
            sum = TokenUsage.sum(sum, max(0, detail["inputTokens"]?.intValue ?? 0))
        }
        return sum
    }
}
