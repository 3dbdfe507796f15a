import SluiceCore
import SluiceWire

/// A record as a row: what is summed up and looked for in columns, the attempts as they stand in the journal.
enum LedgerRow {
    private enum Flag {
        static let streamed: Int64 = 1
        static let known: Int64 = 2
        static let shortened: Int64 = 4
    }

    static let columns =
        ["received_at", "number", "subject", "target", "status", "attempts"] + LedgerAmounts.columns + [
            "duration", "request_id", "trace_id", "dialect", "model", "error_type", "fault", "flags", "request_bytes",
            "response_bytes", "details",
        ]

    /// What ``record(_:)`` reads, of the tables that ``tables`` names.
    static let selection = """
        r.received_at, r.number, r.status, r.duration, r.request_id, r.trace_id, r.dialect, r.model, r.error_type, r.fault,
        r.flags, r.request_bytes, r.response_bytes, r.details,
        s.tenant_id, s.team_id, s.user_id, s.key_id, s.key_name, s.tags, t.route, t.model
        """
    static let tables = """
        ledger_records r JOIN ledger_subjects s ON s.id = r.subject JOIN ledger_targets t ON t.id = r.target
        """

    /// Appends the values of the columns.
    static func append(
        _ record: LedgerRecord,
        subject: Int64,
        target: Int64,
        modelOfTarget: String?,
        to values: inout [SQLValue]
    ) {
        values += [
            .integer(record.id.receivedAt), .integer(record.id.number), .integer(subject), .integer(target),
            .integer(Int64(record.status)), .integer(record.attempts.isEmpty ? 0 : 1),
        ]
        (record.attempts.last.map(LedgerAmounts.init) ?? LedgerAmounts()).append(to: &values)
        values += [
            .integer(record.durationNanoseconds), .text(record.requestID), SQLValue(record.traceID),
            SQLValue(record.dialect), SQLValue(record.model == modelOfTarget ? nil : record.model),
            SQLValue(record.errorType), SQLValue(record.fault?.rawValue),
            .integer(
                (record.isStreamed ? Flag.streamed : 0) | (record.isKnownModel ? Flag.known : 0)
                    | (record.isShortened ? Flag.shortened : 0)),
            .integer(record.requestBytes), .integer(record.responseBytes), .text(Self.details(record.attempts)),
        ]
    }

    /// The text of the attempts.
    static func details(_ attempts: [AttemptRecord]) -> String {
        var writer = JSONWriter(capacity: 512)
        JournalText.append(attempts, to: &writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// Reads a row of ``selection``. Throws `corrupt`.
    static func record(_ row: inout SQLRow) throws(StoreError) -> LedgerRecord {
        var record = LedgerRecord(
            id: LedgerRecord.ID(receivedAt: try row.integer(), number: try row.integer()))
        record.status = Int(clamping: try row.integer())
        record.durationNanoseconds = try row.integer()
        record.requestID = try row.text()
        record.traceID = try row.optionalText()
        record.dialect = try row.optionalText()
        record.model = try row.optionalText()
        record.errorType = try row.optionalText()
        record.fault = try row.optionalText().flatMap(ErrorFault.init(rawValue:))
        let flags = try row.integer()
        record.isStreamed = flags & Flag.streamed != 0
        record.isKnownModel = flags & Flag.known != 0
        record.isShortened = flags & Flag.shortened != 0
        record.requestBytes = try row.integer()
        record.responseBytes = try row.integer()
        guard let attempts = JournalRecordParser.attempts(try row.text()) else {
            throw StoreError(.corrupt, "the attempts of a record cannot be read")
        }
        record.attempts = attempts
        record.subject.tenant = try row.optionalText()
        record.subject.team = try row.optionalText()
        record.subject.user = try row.optionalText()
        record.subject.keyID = try row.optionalText()
        record.subject.keyName = try row.optionalText()
        record.subject.tags = try JSONColumn.map(try row.text())
        record.route = try row.text()
        let modelOfTarget = try row.optionalText()
        record.model = record.model ?? modelOfTarget
        return record
    }
}
