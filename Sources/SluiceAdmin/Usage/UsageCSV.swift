import SluiceCore
import SluiceWire

/// Sums of usage as comma-separated values, with a line of names first.
enum UsageCSV {
    static func text(_ rows: [UsageRow], _ query: UsageQuery) -> [UInt8] {
        var text = CSVText()
        if query.interval != nil { text.add("start") }
        for dimension in query.dimensions { text.add(dimension.text) }
        for name in ["requests", "failures", "attempts"] { text.add(name) }
        for (name, _) in TokenUsage().namedClasses { text.add("\(name)_tokens") }
        for name in ["cost_usd", "cache_saving_usd", "unpriced_attempts", "average_latency_ms"] { text.add(name) }
        text.endLine()
        for row in rows {
            if query.interval != nil { text.add(row.start?.text) }
            for (_, value) in zip(query.dimensions, row.values) { text.add(value) }
            for count in [row.requests, row.failures, row.attempts] { text.add(number: String(count)) }
            for (_, count) in row.tokens.namedClasses { text.add(number: String(count)) }
            text.add(number: row.cost.description)
            text.add(number: row.cacheSaving.description)
            text.add(number: String(row.unpricedAttempts))
            text.add(
                number: row.requests > 0 ? String(Double(row.durationNanoseconds / row.requests) / 1_000_000) : nil)
            text.endLine()
        }
        return text.bytes
    }
}
