import SluiceCore
import SluiceWire

/// Reads the texts that ``JournalText`` writes. Members that it does not know are left out, so that an older version reads a newer one's.
enum JournalRecordParser {
    /// Reads a record; `nil` when the text is none.
    static func record(_ text: [UInt8]) -> LedgerRecord? {
        guard let document = try? JSONDocument(parsing: text) else { return nil }
        let root = document.root
        guard root.kind == .object else { return nil }
        var record = LedgerRecord(id: LedgerRecord.ID(receivedAt: .min, number: .min))
        var hasNumber = false
        for (key, value) in root.members {
            switch key {
            case "at": record.id.receivedAt = value.int64 ?? .min
            case "no":
                hasNumber = value.int64 != nil
                record.id.number = value.int64 ?? .min
            case "request": record.requestID = value.text ?? ""
            case "route": record.route = value.text ?? ""
            case "status": record.status = value.count
            case "model": record.model = value.text
            case "known": record.isKnownModel = true
            case "took": record.durationNanoseconds = value.int64 ?? 0
            case "short": record.isShortened = true
            case "trace": record.traceID = value.text
            case "dialect": record.dialect = value.text
            case "stream": record.isStreamed = true
            case "in": record.requestBytes = value.int64 ?? 0
            case "out": record.responseBytes = value.int64 ?? 0
            case "error": record.errorType = value.text
            case "fault": record.fault = value.text.flatMap(ErrorFault.init(rawValue:))
            case "attempts": record.attempts = value.elements.map(Self.attempt)
            default: Self.take(key, value, &record.subject)
            }
        }
        guard hasNumber, record.id.receivedAt >= 0 else { return nil }
        // A name that is the id is written once.
        if record.subject.keyName == nil { record.subject.keyName = record.subject.keyID }
        return record
    }

    /// Reads the members of a subject as they stand in a record, the comma before the first included; `nil` when they are none.
    static func subject(_ members: some Collection<UInt8>) -> LedgerSubject? {
        var subject = LedgerSubject()
        guard !members.isEmpty else { return subject }
        let text = [UInt8(ascii: "{")] + members.dropFirst() + [UInt8(ascii: "}")]
        guard let document = try? JSONDocument(parsing: text) else { return nil }
        for (key, value) in document.root.members { Self.take(key, value, &subject) }
        if subject.keyName == nil { subject.keyName = subject.keyID }
        return subject
    }

    /// What the inside of a JSON string says, as both databases keep it.
    static func text(_ inside: some Collection<UInt8>) -> String {
        let quote = [UInt8(ascii: "\"")]
        let document = try? JSONDocument(parsing: quote + inside + quote)
        return document?.root.text ?? Self.storable(String(decoding: inside, as: UTF8.self))
    }

    private static func take(_ key: String, _ value: JSONNode, _ subject: inout LedgerSubject) {
        switch key {
        case "key": subject.keyID = value.text
        case "key_name": subject.keyName = value.text
        case "user": subject.user = value.text
        case "team": subject.team = value.text
        case "tenant": subject.tenant = value.text
        case "tags": subject.tags = Self.tags(value)
        default: break
        }
    }

    /// Reads a list of attempts; `nil` when the text is none.
    static func attempts(_ text: some Collection<UInt8>) -> [AttemptRecord]? {
        guard let document = try? JSONDocument(parsing: Array(text)), document.root.kind == .array else {
            return nil
        }
        return document.root.elements.map(Self.attempt)
    }

    private static func tags(_ node: JSONNode) -> [String: String] {
        var tags: [String: String] = [:]
        for (key, value) in node.members { tags[Self.storable(key)] = value.text }
        return tags
    }

    private static func attempt(_ node: JSONNode) -> AttemptRecord {
        var attempt = AttemptRecord()
        var cost: [Int64]?
        var prices = ""
        var unnamed = 0
        for (key, value) in node.members {
            switch key {
            case "provider": attempt.provider = value.text
            case "model": attempt.targetModel = value.text
            case "why": attempt.reason = value.text.flatMap(AttemptReason.init(rawValue:)) ?? .first
            case "end": attempt.outcome = value.text.flatMap(AttemptOutcome.init(rawValue:))
            case "tokens": attempt.usage = Self.usage(value)
            case "source": attempt.usageSource = value.text.flatMap(UsageSource.init(rawValue:))
            case "cost": cost = value.elements.map { $0.int64 ?? 0 }
            case "prices": prices = value.text ?? ""
            case "unpriced": attempt.isPriceUnknown = true
            case "status": attempt.upstreamStatus = value.count
            case "error": attempt.upstreamErrorType = value.text
            case "dialect": attempt.dialect = value.text.flatMap(Dialect.init(rawValue:))
            case "began": attempt.startNanoseconds = value.int64 ?? 0
            case "took": attempt.durationNanoseconds = value.int64 ?? 0
            case "head": attempt.upstreamNanoseconds = value.int64
            case "first": attempt.timeToFirstByteNanoseconds = value.int64
            case "stream": attempt.isStreamed = true
            case "events": attempt.streamEvents = value.count
            case "bytes": attempt.streamBytes = value.count
            case "drained": attempt.isDrained = true
            case "finish": attempt.finishReason = value.text
            case "losses": attempt.losses = Self.losses(value)
            case "more_losses": unnamed = value.count
            default: break
            }
        }
        if unnamed > 0 { attempt.losses.addUnnamed(unnamed) }
        if let cost { attempt.cost = Self.cost(cost, prices) }
        return attempt
    }

    private static func usage(_ node: JSONNode) -> TokenUsage {
        var counts = node.elements.map { $0.count }
        counts.append(contentsOf: repeatElement(0, count: max(0, 8 - counts.count)))
        return TokenUsage(
            uncachedInput: counts[0], cacheRead: counts[2], cacheWrite5m: counts[4], cacheWrite1h: counts[5],
            audioInput: counts[6], output: counts[1], reasoning: counts[3], audioOutput: counts[7])
    }

    private static func cost(_ amounts: [Int64], _ prices: String) -> AttemptCost {
        let padded = amounts + repeatElement(0, count: max(0, 10 - amounts.count))
        var cost = AttemptCost(priceVersion: prices)
        cost.input = NanoUSD(padded[0])
        cost.output = NanoUSD(padded[1])
        cost.cacheRead = NanoUSD(padded[2])
        cost.reasoning = NanoUSD(padded[3])
        cost.cacheWrite5m = NanoUSD(padded[4])
        cost.cacheWrite1h = NanoUSD(padded[5])
        cost.audioInput = NanoUSD(padded[6])
        cost.audioOutput = NanoUSD(padded[7])
        cost.other = NanoUSD(padded[8])
        cost.cacheSaving = NanoUSD(padded[9])
        return cost
    }

    private static func losses(_ node: JSONNode) -> ConversionLosses {
        var losses = ConversionLosses()
        for (field, kind) in node.members {
            switch kind.text {
            case "dropped": losses.drop(field)
            case "adapted": losses.adapt(field)
            default: losses.note(field)
            }
        }
        return losses
    }

    /// A text as both databases keep it: PostgreSQL has no zero byte in texts.
    static func storable(_ text: String) -> String {
        guard text.hasZeroByte else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value == 0 ? "\u{FFFD}" : $0 }))
    }
}

extension JSONNode {
    fileprivate var int64: Int64? { self.intValue.map(Int64.init) }
    fileprivate var text: String? { self.stringValue.map(JournalRecordParser.storable) }
    /// A number that is not negative; 0 for anything else.
    fileprivate var count: Int { Int(clamping: max(0, self.int64 ?? 0)) }
}
