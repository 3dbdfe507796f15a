import SluiceCore

/// A record as a row: what is summed up and looked for in columns, the attempts as they stand in the journal.
enum LedgerRow {
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

    /// Appends the values of the columns, of a record of a batch whose bytes are `bytes`.
    static func append(
        _ outline: borrowing RecordOutline,
        _ bytes: UnsafeRawBufferPointer,
        subject: Int64,
        target: Int64,
        to row: inout [SQLCell]
    ) {
        func text(_ part: RecordOutline.Part) -> SQLCell {
            guard part.isThere else { return .null }
            let start = outline.start
            return .text(UnsafeRawBufferPointer(rebasing: bytes[start + Int(part.start)..<start + Int(part.end)]))
        }
        row.append(.integer(outline.id.receivedAt))
        row.append(.integer(outline.id.number))
        row.append(.integer(subject))
        row.append(.integer(target))
        row.append(.integer(outline.status))
        row.append(.integer(outline.attemptCount == 0 ? 0 : 1))
        outline.amounts.append(to: &row)
        row.append(.integer(outline.duration))
        row.append(text(outline.request))
        row.append(text(outline.trace))
        row.append(text(outline.dialect))
        // The target has it where it may count.
        row.append(outline.isReal ? .null : text(outline.model))
        row.append(text(outline.error))
        row.append(text(outline.fault))
        row.append(.integer(outline.flags))
        row.append(.integer(outline.requestBytes))
        row.append(.integer(outline.responseBytes))
        row.append(outline.attempts.isThere ? text(outline.attempts) : .literal("[]"))
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
        record.isStreamed = flags & RecordOutline.Flag.streamed != 0
        record.isKnownModel = flags & RecordOutline.Flag.known != 0
        record.isShortened = flags & RecordOutline.Flag.shortened != 0
        record.requestBytes = try row.integer()
        record.responseBytes = try row.integer()
        guard let attempts = JournalRecordParser.attempts(try row.text().utf8) else {
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
