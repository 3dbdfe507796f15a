import SluiceCore
import SluiceWire

/// Writes records as JSON, the text of a journal's line, and says where in it what stands.
///
/// Written by hand into memory that is used again: no `Codable`, and but for the growth of that memory nothing is allocated. What has
/// its usual value is left out.
enum JournalText {
    /// How many tags of a key, and how many attempts, are kept.
    static let mostEntries = 64

    private static let brace = UInt8(ascii: "{")
    private static let bracket = UInt8(ascii: "[")

    /// Appends a record as a text of its own.
    ///
    /// - Parameters:
    ///   - isShortened: leave out what usage is not computed of.
    static func append(
        _ record: borrowing ExchangeRecord,
        number: Int64,
        isShortened: Bool,
        to buffer: inout JournalBuffer
    ) -> RecordOutline {
        var outline = RecordOutline(id: LedgerRecord.ID(receivedAt: record.receivedAt, number: number))
        outline.status = Int64(record.status)
        outline.duration = record.durationNanoseconds
        outline.flags = record.isKnownModel ? RecordOutline.Flag.known : 0
        Self.begin(&outline, record.requestID, record.surface.route, to: &buffer)
        let start = buffer.count - buffer.origin
        if let principal = record.principal {
            buffer.member(",\"key\":", principal.keyID)
            if principal.keyName != principal.keyID { buffer.member(",\"key_name\":", principal.keyName) }
            Self.append(principal.user, principal.team, principal.tenant, principal.tags, to: &buffer)
        }
        outline.subject = RecordOutline.Part(start, buffer.count - buffer.origin)
        Self.append(&outline, model: record.model, to: &buffer)
        if isShortened {
            buffer.append(",\"short\":true")
            outline.flags |= RecordOutline.Flag.shortened
        } else {
            outline.requestBytes = record.requestBytes
            outline.responseBytes = record.responseBytes
            if record.isStreamed { outline.flags |= RecordOutline.Flag.streamed }
            Self.append(&outline, trace: record.traceID, dialect: record.surface.dialect.rawValue, to: &buffer)
        }
        if let error = record.errorType {
            let fault = GatewayError.Kind(rawValue: error)?.fault ?? (record.status >= 500 ? .provider : .client)
            outline.error = buffer.member(",\"error\":", error)
            outline.fault = buffer.member(",\"fault\":", fault.rawValue)
        }
        outline.isReal = record.isKnownModel
        let hasLast = record.attempt.provider != nil
        if hasLast || !record.earlierAttempts.isEmpty {
            buffer.append(",\"attempts\":")
            let start = buffer.count
            for attempt in record.earlierAttempts.suffix(Self.mostEntries - 1) {
                Self.append(attempt, isShortened: isShortened, &outline, to: &buffer)
            }
            if hasLast { Self.append(record.attempt, isShortened: isShortened, &outline, to: &buffer) }
            Self.end(&outline, from: start, to: &buffer)
        }
        buffer.append(UInt8(ascii: "}"))
        return outline
    }

    /// Appends a record that was read, as a text of its own.
    static func append(_ record: LedgerRecord, to buffer: inout JournalBuffer) -> RecordOutline {
        var outline = RecordOutline(id: record.id)
        outline.status = Int64(record.status)
        outline.duration = record.durationNanoseconds
        outline.flags =
            (record.isKnownModel ? RecordOutline.Flag.known : 0) | (record.isStreamed ? RecordOutline.Flag.streamed : 0)
        outline.requestBytes = record.requestBytes
        outline.responseBytes = record.responseBytes
        Self.begin(&outline, record.requestID, record.route, to: &buffer)
        let start = buffer.count - buffer.origin
        let subject = record.subject
        buffer.member(",\"key\":", subject.keyID)
        if subject.keyName != subject.keyID { buffer.member(",\"key_name\":", subject.keyName) }
        Self.append(subject.user, subject.team, subject.tenant, subject.tags, to: &buffer)
        outline.subject = RecordOutline.Part(start, buffer.count - buffer.origin)
        Self.append(&outline, model: record.model, to: &buffer)
        if record.isShortened {
            buffer.append(",\"short\":true")
            outline.flags |= RecordOutline.Flag.shortened
        }
        Self.append(&outline, trace: record.traceID, dialect: record.dialect, to: &buffer)
        outline.error = buffer.member(",\"error\":", record.errorType)
        outline.fault = buffer.member(",\"fault\":", record.fault?.rawValue)
        outline.isReal = record.isKnownModel
        buffer.append(",\"attempts\":")
        let place = buffer.count
        for attempt in record.attempts { Self.append(attempt, isShortened: false, &outline, to: &buffer) }
        Self.end(&outline, from: place, to: &buffer)
        buffer.append(UInt8(ascii: "}"))
        return outline
    }

    /// The text of a list of attempts.
    static func text(_ attempts: [AttemptRecord]) -> String {
        var buffer = JournalBuffer()
        var outline = RecordOutline(id: LedgerRecord.ID(receivedAt: 0, number: 0))
        for attempt in attempts { Self.append(attempt, isShortened: false, &outline, to: &buffer) }
        Self.end(&outline, from: 0, to: &buffer)
        return String(decoding: buffer.bytes, as: UTF8.self)
    }
}

// MARK: Members

extension JournalText {
    /// What every record has.
    private static func begin(
        _ outline: inout RecordOutline,
        _ request: String,
        _ route: String,
        to buffer: inout JournalBuffer
    ) {
        buffer.beginText()
        buffer.member("{\"at\":", outline.id.receivedAt)
        buffer.member(",\"no\":", outline.id.number)
        outline.request = buffer.member(",\"request\":", request)
        outline.route = buffer.member(",\"route\":", route)
        buffer.member(",\"status\":", outline.status)
    }

    private static func append(_ outline: inout RecordOutline, model: String?, to buffer: inout JournalBuffer) {
        outline.model = buffer.member(",\"model\":", model)
        buffer.flag(",\"known\":true", outline.flags & RecordOutline.Flag.known != 0)
        buffer.member(",\"took\":", outline.duration)
    }

    private static func append(
        _ outline: inout RecordOutline,
        trace: String?,
        dialect: String?,
        to buffer: inout JournalBuffer
    ) {
        outline.trace = buffer.member(",\"trace\":", trace)
        outline.dialect = buffer.member(",\"dialect\":", dialect)
        buffer.flag(",\"stream\":true", outline.flags & RecordOutline.Flag.streamed != 0)
        if outline.requestBytes > 0 { buffer.member(",\"in\":", outline.requestBytes) }
        if outline.responseBytes > 0 { buffer.member(",\"out\":", outline.responseBytes) }
    }

    private static func append(
        _ user: String?,
        _ team: String?,
        _ tenant: String?,
        _ tags: [String: String],
        to buffer: inout JournalBuffer
    ) {
        buffer.member(",\"user\":", user)
        buffer.member(",\"team\":", team)
        buffer.member(",\"tenant\":", tenant)
        guard !tags.isEmpty else { return }
        buffer.append(",\"tags\":")
        let start = buffer.count
        for (name, value) in tags.prefix(Self.mostEntries) {
            buffer.append(UInt8(ascii: ","))
            buffer.string(name)
            buffer.append(UInt8(ascii: ":"))
            buffer.string(value)
        }
        buffer.open(Self.brace, at: start)
        buffer.append(UInt8(ascii: "}"))
    }

    /// Ends the array of attempts that began at a place.
    private static func end(_ outline: inout RecordOutline, from start: Int, to buffer: inout JournalBuffer) {
        buffer.open(Self.bracket, at: start)
        buffer.append(UInt8(ascii: "]"))
        outline.attempts = RecordOutline.Part(start - buffer.origin, buffer.count - buffer.origin)
    }
}

// MARK: Attempts

extension JournalText {
    /// Appends an attempt, which is the last one of the outline then.
    private static func append(
        _ attempt: borrowing AttemptRecord,
        isShortened: Bool,
        _ outline: inout RecordOutline,
        to buffer: inout JournalBuffer
    ) {
        outline.attemptCount += 1
        outline.amounts = LedgerAmounts(attempt)
        buffer.append(UInt8(ascii: ","))
        let start = buffer.count
        outline.provider = buffer.member(",\"provider\":", attempt.provider)
        outline.targetModel = buffer.member(",\"model\":", attempt.targetModel)
        if attempt.reason != .first { buffer.member(",\"why\":", attempt.reason.rawValue) }
        buffer.member(",\"end\":", attempt.outcome?.rawValue)
        if let usage = attempt.usage {
            outline.isReal = true
            Self.append(usage, to: &buffer)
        }
        buffer.member(",\"source\":", attempt.usageSource?.rawValue)
        Self.append(costOf: attempt, to: &buffer)
        buffer.flag(",\"unpriced\":true", attempt.isPriceUnknown)
        if attempt.upstreamStatus != 0 { buffer.member(",\"status\":", Int64(attempt.upstreamStatus)) }
        buffer.member(",\"error\":", attempt.upstreamErrorType)
        if !isShortened { Self.append(detailsOf: attempt, to: &buffer) }
        buffer.open(Self.brace, at: start)
        buffer.append(UInt8(ascii: "}"))
    }

    private static func append(detailsOf attempt: borrowing AttemptRecord, to buffer: inout JournalBuffer) {
        buffer.member(",\"dialect\":", attempt.dialect?.rawValue)
        buffer.member(",\"began\":", attempt.startNanoseconds)
        buffer.member(",\"took\":", attempt.durationNanoseconds)
        if let head = attempt.upstreamNanoseconds { buffer.member(",\"head\":", head) }
        if let first = attempt.timeToFirstByteNanoseconds { buffer.member(",\"first\":", first) }
        buffer.flag(",\"stream\":true", attempt.isStreamed)
        if attempt.streamEvents > 0 { buffer.member(",\"events\":", Int64(attempt.streamEvents)) }
        if attempt.streamBytes > 0 { buffer.member(",\"bytes\":", Int64(attempt.streamBytes)) }
        buffer.flag(",\"drained\":true", attempt.isDrained)
        buffer.member(",\"finish\":", attempt.finishReason)
        if !attempt.losses.isEmpty { Self.append(lossesOf: attempt, to: &buffer) }
    }

    private static func append(lossesOf attempt: borrowing AttemptRecord, to buffer: inout JournalBuffer) {
        buffer.append(",\"losses\":")
        let start = buffer.count
        for loss in attempt.losses.all {
            buffer.append(UInt8(ascii: ","))
            buffer.string(loss.field)
            buffer.append(UInt8(ascii: ":"))
            buffer.string(loss.kind.rawValue)
        }
        buffer.open(Self.brace, at: start)
        buffer.append(UInt8(ascii: "}"))
        let unnamed = attempt.losses.unnamedCount
        if unnamed > 0 { buffer.member(",\"more_losses\":", Int64(unnamed)) }
    }

    /// The classes in the order of `TokenUsage`, without the zeros at the end.
    private static func append(_ usage: TokenUsage, to buffer: inout JournalBuffer) {
        buffer.append(",\"tokens\":")
        buffer.integers([
            Int64(usage.uncachedInput), Int64(usage.output), Int64(usage.cacheRead), Int64(usage.reasoning),
            Int64(usage.cacheWrite5m), Int64(usage.cacheWrite1h), Int64(usage.audioInput), Int64(usage.audioOutput),
        ])
    }

    /// The classes in the same order, then what is beside them.
    private static func append(costOf attempt: borrowing AttemptRecord, to buffer: inout JournalBuffer) {
        guard let cost = attempt.cost else { return }
        buffer.append(",\"cost\":")
        buffer.integers([
            cost.input.amount, cost.output.amount, cost.cacheRead.amount, cost.reasoning.amount,
            cost.cacheWrite5m.amount, cost.cacheWrite1h.amount, cost.audioInput.amount, cost.audioOutput.amount,
            cost.other.amount, cost.cacheSaving.amount,
        ])
        buffer.member(",\"prices\":", cost.priceVersion)
    }
}
