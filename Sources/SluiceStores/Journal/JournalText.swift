import SluiceCore
import SluiceWire

/// Writes records as JSON, the text of a journal's line.
///
/// Written by hand into memory that is used again: no `Codable`, and but for the growth of that memory nothing is allocated. What has
/// its usual value is left out. Texts from outside are cut to ``longestName`` bytes, at a character's boundary.
enum JournalText {
    /// The longest name that is kept whole, in bytes of UTF-8.
    static let longestName = 16 * 1024
    /// How many tags of a key, and how many attempts, are kept.
    static let mostEntries = 64

    /// Appends a record.
    ///
    /// - Parameters:
    ///   - isShortened: leave out what usage is not computed of.
    static func append(
        _ record: borrowing ExchangeRecord,
        number: Int64,
        isShortened: Bool,
        to writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.member("at", record.receivedAt)
        writer.member("no", number)
        writer.member("request", name: record.requestID)
        writer.member("route", record.surface.route)
        writer.member("status", Int64(record.status))
        if let principal = record.principal { Self.append(principal, to: &writer) }
        if let model = record.model { writer.member("model", name: model) }
        writer.flag("known", record.isKnownModel)
        writer.member("took", record.durationNanoseconds)
        if isShortened {
            writer.flag("short", true)
        } else {
            if let trace = record.traceID { writer.member("trace", name: trace) }
            writer.member("dialect", record.surface.dialect.rawValue)
            writer.flag("stream", record.isStreamed)
            if record.requestBytes > 0 { writer.member("in", record.requestBytes) }
            if record.responseBytes > 0 { writer.member("out", record.responseBytes) }
        }
        if let error = record.errorType {
            writer.member("error", error)
            let fault = GatewayError.Kind(rawValue: error)?.fault ?? (record.status >= 500 ? .provider : .client)
            writer.member("fault", fault.rawValue)
        }
        if record.attempt.provider != nil || !record.earlierAttempts.isEmpty {
            writer.key("attempts")
            writer.beginArray()
            for attempt in record.earlierAttempts.suffix(Self.mostEntries - 1) {
                Self.append(attempt, isShortened: isShortened, to: &writer)
            }
            if record.attempt.provider != nil { Self.append(record.attempt, isShortened: isShortened, to: &writer) }
            writer.endArray()
        }
        writer.endObject()
    }

    /// Appends a list of attempts.
    static func append(_ attempts: [AttemptRecord], to writer: inout JSONWriter) {
        writer.beginArray()
        for attempt in attempts { Self.append(attempt, isShortened: false, to: &writer) }
        writer.endArray()
    }

    private static func append(_ principal: Principal, to writer: inout JSONWriter) {
        writer.member("key", name: principal.keyID)
        if principal.keyName != principal.keyID { writer.member("key_name", name: principal.keyName) }
        if let user = principal.user { writer.member("user", name: user) }
        if let team = principal.team { writer.member("team", name: team) }
        if let tenant = principal.tenant { writer.member("tenant", name: tenant) }
        guard !principal.tags.isEmpty else { return }
        writer.key("tags")
        writer.beginObject()
        for (name, value) in principal.tags.prefix(Self.mostEntries) {
            writer.key(Self.cut(name))
            writer.string(Self.cut(value))
        }
        writer.endObject()
    }

    private static func append(_ attempt: AttemptRecord, isShortened: Bool, to writer: inout JSONWriter) {
        writer.beginObject()
        if let provider = attempt.provider { writer.member("provider", name: provider) }
        if let model = attempt.targetModel { writer.member("model", name: model) }
        if attempt.reason != .first { writer.member("why", attempt.reason.rawValue) }
        if let outcome = attempt.outcome { writer.member("end", outcome.rawValue) }
        if let usage = attempt.usage { Self.append(usage, to: &writer) }
        if let source = attempt.usageSource { writer.member("source", source.rawValue) }
        if let cost = attempt.cost { Self.append(cost, to: &writer) }
        writer.flag("unpriced", attempt.isPriceUnknown)
        if attempt.upstreamStatus != 0 { writer.member("status", Int64(attempt.upstreamStatus)) }
        if let type = attempt.upstreamErrorType { writer.member("error", name: type) }
        if !isShortened { Self.append(detailsOf: attempt, to: &writer) }
        writer.endObject()
    }

    private static func append(detailsOf attempt: AttemptRecord, to writer: inout JSONWriter) {
        if let dialect = attempt.dialect { writer.member("dialect", dialect.rawValue) }
        writer.member("began", attempt.startNanoseconds)
        writer.member("took", attempt.durationNanoseconds)
        if let head = attempt.upstreamNanoseconds { writer.member("head", head) }
        if let first = attempt.timeToFirstByteNanoseconds { writer.member("first", first) }
        writer.flag("stream", attempt.isStreamed)
        if attempt.streamEvents > 0 { writer.member("events", Int64(attempt.streamEvents)) }
        if attempt.streamBytes > 0 { writer.member("bytes", Int64(attempt.streamBytes)) }
        writer.flag("drained", attempt.isDrained)
        if let reason = attempt.finishReason { writer.member("finish", name: reason) }
        guard !attempt.losses.isEmpty else { return }
        writer.key("losses")
        writer.beginObject()
        for loss in attempt.losses.all { writer.member(loss.field, loss.kind.rawValue) }
        writer.endObject()
        if attempt.losses.unnamedCount > 0 { writer.member("more_losses", Int64(attempt.losses.unnamedCount)) }
    }

    /// The classes in the order of `TokenUsage`, without the zeros at the end.
    private static func append(_ usage: TokenUsage, to writer: inout JSONWriter) {
        writer.key("tokens")
        writer.integers([
            Int64(usage.uncachedInput), Int64(usage.output), Int64(usage.cacheRead), Int64(usage.reasoning),
            Int64(usage.cacheWrite5m), Int64(usage.cacheWrite1h), Int64(usage.audioInput), Int64(usage.audioOutput),
        ])
    }

    /// The classes in the same order, then what is beside them.
    private static func append(_ cost: AttemptCost, to writer: inout JSONWriter) {
        writer.key("cost")
        writer.integers([
            cost.input.amount, cost.output.amount, cost.cacheRead.amount, cost.reasoning.amount,
            cost.cacheWrite5m.amount, cost.cacheWrite1h.amount, cost.audioInput.amount, cost.audioOutput.amount,
            cost.other.amount, cost.cacheSaving.amount,
        ])
        writer.member("prices", name: cost.priceVersion)
    }

    /// A text within the bound.
    static func cut(_ text: String) -> String {
        guard text.utf8.count > Self.longestName else { return text }
        var end = text.utf8.index(text.utf8.startIndex, offsetBy: Self.longestName)
        while end > text.startIndex, end.samePosition(in: text.unicodeScalars) == nil {
            end = text.utf8.index(before: end)
        }
        return String(text[..<end])
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ key: StaticString, _ value: Int64) {
        self.key(key)
        self.integer(Int(value))
    }

    fileprivate mutating func member(_ key: StaticString, _ value: String) {
        self.key(key)
        self.string(value)
    }

    fileprivate mutating func member(_ key: String, _ value: String) {
        self.key(key)
        self.string(value)
    }

    /// A member whose value comes from outside.
    fileprivate mutating func member(_ key: StaticString, name: String) {
        self.key(key)
        self.string(JournalText.cut(name))
    }

    /// A member that is there or not.
    fileprivate mutating func flag(_ key: StaticString, _ value: Bool) {
        guard value else { return }
        self.key(key)
        self.bool(true)
    }

    /// An array of numbers, without the zeros at its end.
    fileprivate mutating func integers<let count: Int>(_ values: InlineArray<count, Int64>) {
        var end = count
        while end > 0, values[end - 1] == 0 { end -= 1 }
        self.beginArray()
        for index in 0..<end { self.integer(Int(values[index])) }
        self.endArray()
    }
}
