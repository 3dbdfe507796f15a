import Logging
import SluiceCore
import SluiceWire

extension AccessLogLine {
    /// Shape: `2026-11-21T09:08:07.654Z info     200 POST   /v1/chat/completions        812.345ms gpt-4o → openai …`.
    static func appendPretty(_ record: borrowing ExchangeRecord, style: LogStyle, to bytes: inout [UInt8]) {
        style.begin(.grey, in: &bytes)
        Self.timestamp(of: record).append(to: &bytes)
        style.end(in: &bytes)
        bytes.append(UInt8(ascii: " "))
        style.append(Self.level(of: record), to: &bytes)
        let colour: LogStyle.Colour = record.status >= 500 ? .red : record.status >= 400 ? .yellow : .green
        style.begin(colour, in: &bytes)
        bytes.append(decimal: Int64(record.status))
        style.end(in: &bytes)
        bytes.append(UInt8(ascii: " "))
        Self.append(record.method, columns: 6, to: &bytes)
        bytes.append(UInt8(ascii: " "))
        Self.append(record.surface.route, columns: 26, to: &bytes)
        bytes.append(UInt8(ascii: " "))
        Self.append(columns: 11, milliseconds: record.durationNanoseconds, to: &bytes)
        bytes.append("ms")
        Self.appendModel(record, style: style, to: &bytes)
        Self.appendDetails(record, style: style, to: &bytes)
        style.begin(.grey, in: &bytes)
        Self.append(" id=", CredentialMask.masking(record.requestID), to: &bytes)
        Self.append(" trace=", record.traceID, to: &bytes)
        style.end(in: &bytes)
        bytes.append("\n")
    }

    private static func appendModel(_ record: borrowing ExchangeRecord, style: LogStyle, to bytes: inout [UInt8]) {
        if let model = record.model {
            bytes.append(UInt8(ascii: " "))
            style.begin(.cyan, in: &bytes)
            EscapedText.append(CredentialMask.masking(model), limit: Self.textLimit, to: &bytes)
            style.end(in: &bytes)
        }
        Self.append(" → ", record.provider, to: &bytes)
        if let target = record.targetModel, target != record.model {
            Self.append("/", CredentialMask.masking(target), to: &bytes)
        }
    }

    private static func appendDetails(_ record: borrowing ExchangeRecord, style: LogStyle, to bytes: inout [UInt8]) {
        if let errorType = record.errorType {
            bytes.append(UInt8(ascii: " "))
            style.begin(.red, in: &bytes)
            EscapedText.append(errorType, limit: Self.textLimit, to: &bytes)
            style.end(in: &bytes)
        }
        if let usage = record.totalUsage {
            bytes.append(" tokens=")
            bytes.append(decimal: Int64(usage.promptTokens))
            bytes.append(UInt8(ascii: "+"))
            bytes.append(decimal: Int64(usage.completionTokens))
            if usage.cacheRead > 0 {
                bytes.append(" cached=")
                bytes.append(decimal: Int64(usage.cacheRead))
            }
        }
        if let cost = record.cost {
            bytes.append(" cost=")
            bytes.append(fixed: UInt64(clamping: cost.amount), decimals: 9)
        }
        if record.isPriceUnknown { bytes.append(" price=unknown") }
        if record.isStreamed { bytes.append(" streamed") }
        if let first = record.timeToFirstByteNanoseconds {
            bytes.append(" ttft=")
            bytes.append(milliseconds: first)
            bytes.append("ms")
        }
        if let upstream = record.upstreamNanoseconds {
            bytes.append(" upstream=")
            bytes.append(milliseconds: upstream)
            bytes.append("ms")
        }
        if record.attempts > 1 {
            bytes.append(" attempts=")
            bytes.append(decimal: Int64(record.attempts))
        }
        Self.append(" finish=", record.finishReason, to: &bytes)
        if record.isDrained { bytes.append(" drained") }
        Self.append(" key=", record.principal.map { CredentialMask.masking($0.keyID) }, to: &bytes)
        Self.append(" tenant=", record.principal?.tenant, to: &bytes)
    }

    private static func append(_ lead: StaticString, _ text: String?, to bytes: inout [UInt8]) {
        guard let text else { return }
        bytes.append(lead)
        EscapedText.append(text, limit: Self.textLimit, to: &bytes)
    }

    /// Appends text, filled up with spaces on its right.
    private static func append(_ text: String, columns: Int, to bytes: inout [UInt8]) {
        let start = bytes.count
        EscapedText.append(text, limit: Self.textLimit, to: &bytes)
        bytes.append(spaces: columns - (bytes.count - start))
    }

    /// Appends milliseconds, with spaces on their left.
    private static func append(columns: Int, milliseconds nanoseconds: Int64, to bytes: inout [UInt8]) {
        var width = 5
        var rest = UInt64(clamping: nanoseconds) / 10_000_000
        while rest > 0 {
            width += 1
            rest /= 10
        }
        bytes.append(spaces: columns - width)
        bytes.append(milliseconds: nanoseconds)
    }
}
