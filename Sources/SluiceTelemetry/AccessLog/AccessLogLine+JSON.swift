import Logging
import SluiceCore
import SluiceWire

extension AccessLogLine {
    static func appendJSON(_ record: borrowing ExchangeRecord, to bytes: inout [UInt8]) {
        bytes.append("{\"timestamp\":\"")
        Self.timestamp(of: record).append(to: &bytes)
        bytes.append("\",\"level\":\"")
        bytes.append(Self.level(of: record).logName)
        bytes.append("\",\"message\":\"request\"")
        Self.append(",\"request_id\":\"", untrusted: record.requestID, to: &bytes)
        Self.append(",\"trace_id\":\"", record.traceID, to: &bytes)
        Self.append(",\"method\":\"", record.method, to: &bytes)
        bytes.append(contentsOf: Self.surfaceMembers[Int(record.surface.rawValue)])
        bytes.append(decimal: Int64(record.status))
        Self.append(",\"client_address\":\"", record.clientAddress, to: &bytes)
        if let principal = record.principal {
            Self.append(",\"key_id\":\"", untrusted: principal.keyID, to: &bytes)
            Self.append(",\"tenant\":\"", principal.tenant, to: &bytes)
        }
        Self.append(",\"model\":\"", untrusted: record.model, to: &bytes)
        Self.append(",\"provider\":\"", record.provider, to: &bytes)
        Self.append(",\"target_model\":\"", untrusted: record.targetModel, to: &bytes)
        Self.append(",\"attempts\":", number: record.attempts, to: &bytes)
        Self.append(",\"latency_ms\":", nanoseconds: record.durationNanoseconds, to: &bytes)
        Self.append(",\"ttft_ms\":", nanoseconds: record.timeToFirstByteNanoseconds, to: &bytes)
        Self.append(",\"upstream_ms\":", nanoseconds: record.upstreamNanoseconds, to: &bytes)
        Self.append(record.totalUsage, to: &bytes)
        Self.append(record.attempt.usageSource, to: &bytes)
        Self.append(record.cost, isPriceUnknown: record.isPriceUnknown, to: &bytes)
        if record.isStreamed { bytes.append(",\"streamed\":true") } else { bytes.append(",\"streamed\":false") }
        Self.append(",\"finish_reason\":\"", record.finishReason, to: &bytes)
        if record.isDrained { bytes.append(",\"drained\":true") }
        Self.append(",\"error_type\":\"", record.errorType, to: &bytes)
        Self.append(",\"conversion_loss\":\"", record.losses.log, to: &bytes)
        Self.append(",\"refused_by\":\"", record.refusedBy, to: &bytes)
        Self.append(",\"downgraded_from\":\"", untrusted: record.downgradedFrom, to: &bytes)
        if !record.policyWarnings.isEmpty {
            Self.append(",\"warnings\":\"", record.policyWarnings.joined(separator: ", "), to: &bytes)
        }
        if !record.earlierAttempts.isEmpty { Self.appendTries(record, to: &bytes) }
        bytes.append("}\n")
    }

    /// Every attempt of an exchange that took more than one; the one that the line is about comes last.
    private static func appendTries(_ record: borrowing ExchangeRecord, to bytes: inout [UInt8]) {
        bytes.append(",\"tries\":[")
        for attempt in record.earlierAttempts {
            Self.append(attempt, to: &bytes)
            bytes.append(UInt8(ascii: ","))
        }
        Self.append(record.attempt, to: &bytes)
        bytes.append(UInt8(ascii: "]"))
    }

    private static func append(_ attempt: AttemptRecord, to bytes: inout [UInt8]) {
        bytes.append("{\"reason\":\"")
        bytes.append(contentsOf: attempt.reason.rawValue.utf8)
        bytes.append(UInt8(ascii: "\""))
        Self.append(",\"provider\":\"", attempt.provider, to: &bytes)
        Self.append(",\"target_model\":\"", untrusted: attempt.targetModel, to: &bytes)
        Self.append(",\"outcome\":\"", attempt.outcome?.rawValue, to: &bytes)
        if attempt.upstreamStatus != 0 { Self.append(",\"status\":", number: attempt.upstreamStatus, to: &bytes) }
        Self.append(",\"error_type\":\"", attempt.upstreamErrorType, to: &bytes)
        Self.append(attempt.usage, to: &bytes)
        Self.append(attempt.usageSource, to: &bytes)
        Self.append(attempt.cost?.total, isPriceUnknown: attempt.isPriceUnknown, to: &bytes)
        Self.append(",\"start_ms\":", nanoseconds: attempt.startNanoseconds, to: &bytes)
        Self.append(",\"duration_ms\":", nanoseconds: attempt.durationNanoseconds, to: &bytes)
        bytes.append(UInt8(ascii: "}"))
    }

    private static func append(_ usage: TokenUsage?, to bytes: inout [UInt8]) {
        guard let usage else { return }
        Self.append(",\"prompt_tokens\":", number: usage.promptTokens, to: &bytes)
        Self.append(",\"completion_tokens\":", number: usage.completionTokens, to: &bytes)
        Self.append(",\"cached_tokens\":", number: usage.cacheRead, to: &bytes)
    }

    /// What the provider reported is the rule, and not said.
    private static func append(_ source: UsageSource?, to bytes: inout [UInt8]) {
        guard let source, source != .vendor else { return }
        Self.append(",\"usage_source\":\"", source.rawValue, to: &bytes)
    }

    private static func append(_ cost: NanoUSD?, isPriceUnknown: Bool, to bytes: inout [UInt8]) {
        if let cost {
            bytes.append(",\"cost_usd\":")
            bytes.append(fixed: UInt64(clamping: cost.amount), decimals: 9)
        }
        if isPriceUnknown { bytes.append(",\"price_unknown\":true") }
    }

    /// For each surface's raw value `,"path":"…","surface":"…","status":`, made once.
    private static let surfaceMembers: [[UInt8]] = {
        var members = [[UInt8]](repeating: [], count: Int(UInt8.max) + 1)
        for surface in Surface.allCases {
            var bytes: [UInt8] = []
            Self.append(",\"path\":\"", surface.route, to: &bytes)
            Self.append(",\"surface\":\"", surface.name, to: &bytes)
            bytes.append(",\"status\":")
            members[Int(surface.rawValue)] = bytes
        }
        return members
    }()

    /// `lead` ends with the opening quotation mark.
    private static func append(_ lead: StaticString, _ text: String?, to bytes: inout [UInt8]) {
        guard let text else { return }
        bytes.append(lead)
        EscapedText.append(text, limit: Self.textLimit, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// The same for text that a client chose, which may be a credential put in the wrong place.
    private static func append(_ lead: StaticString, untrusted text: String?, to bytes: inout [UInt8]) {
        guard let text else { return }
        Self.append(lead, CredentialMask.masking(text), to: &bytes)
    }

    private static func append(_ lead: StaticString, number: Int, to bytes: inout [UInt8]) {
        bytes.append(lead)
        bytes.append(decimal: Int64(number))
    }

    private static func append(_ lead: StaticString, nanoseconds: Int64?, to bytes: inout [UInt8]) {
        guard let nanoseconds else { return }
        bytes.append(lead)
        bytes.append(milliseconds: nanoseconds)
    }
}
