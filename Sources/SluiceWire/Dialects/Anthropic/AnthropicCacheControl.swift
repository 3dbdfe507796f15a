/// Messages' `cache_control`, both ways: `{"type":"ephemeral","ttl":"5m"}`.
///
/// Source: Anthropic prompt caching guide (read 2026-11).
enum AnthropicCacheControl {
    /// The hint, or the value as it stands where it is none that is known; neither for `null` and nothing.
    static func read(_ node: JSONNode?) -> (hint: NeutralCacheHint?, unknown: JSONFragment?) {
        guard let node, !node.isNull else { return (nil, nil) }
        guard node["type"]?.stringValue == "ephemeral" else { return (nil, JSONFragment(node)) }
        guard let ttl = node["ttl"], !ttl.isNull else {
            return node.count <= 2 ? (.standard, nil) : (nil, JSONFragment(node))
        }
        guard node.count == 2 else { return (nil, JSONFragment(node)) }
        switch ttl.stringValue {
        case "5m": return (.fiveMinutes, nil)
        case "1h": return (.oneHour, nil)
        default: return (nil, JSONFragment(node))
        }
    }

    /// Which of a request's marks are written: the vendor takes four.
    ///
    /// The first ones cover what many conversations share, tools and system; the last ones what this one grows by. So
    /// those in the middle go. A longer time may not follow a shorter one, and becomes a shorter one there.
    struct Marks {
        private let total: Int
        private let limit: Int
        private let isTaken: Bool
        private var position = 0
        private var hasShort = false

        /// - Parameters:
        ///   - total: how many blocks of the request have a hint.
        ///   - reserved: how many marks are written elsewhere.
        init(total: Int, reserved: Int, isTaken: Bool) {
            self.total = total
            self.limit = max(0, 4 - reserved)
            self.isTaken = isTaken
        }

        /// Writes the mark of the next block that has a hint.
        mutating func write(_ hint: NeutralCacheHint?, to out: inout AnthropicWriter, losses: inout ConversionLosses) {
            guard let hint else { return }
            guard isTaken else { return losses.note("cache_control") }
            let first = limit / 2
            let isKept = total <= limit || position < first || position >= total - (limit - first)
            position += 1
            guard isKept else { return losses.drop("cache_control") }
            var ttl: String?
            switch hint {
            case .standard: hasShort = true
            case .fiveMinutes:
                hasShort = true
                ttl = "5m"
            case .oneHour where hasShort: losses.adapt("cache_control")
            case .oneHour: ttl = "1h"
            }
            out.beginObject("cache_control")
            out.member("type", "ephemeral")
            if let ttl { out.member("ttl", ttl) }
            out.json.endObject()
        }
    }
}
