import SluiceCore

/// The value of `x-sluice-attempts`: a list of all attempts that were made, the one that the answer is from last.
///
/// `"openai/gpt-4o";reason=first;status=503;ms=120, "vllm-a/llama";reason=retry;status=200;ms=35`. `status` is the upstream's, and
/// `error` stands where there was none; `ms` is the time to the attempt's end, or so far.
/// Source of the form: RFC 9651 (structured fields), section 3.1, a list of strings with parameters.
enum AttemptsHeader {
    /// What the attempts of an exchange were; `running` are those that are not over, each with the time since its begin. Once the
    /// exchange is settled its last attempt stands in its record.
    static func value(
        _ record: borrowing ExchangeRecord,
        running: [(record: AttemptRecord, nanoseconds: Int64)]
    ) -> String {
        let over = record.earlierAttempts + (record.attempt.provider == nil ? [] : [record.attempt])
        let items =
            over.map { self.item($0, nanoseconds: $0.durationNanoseconds) }
            + running.map { self.item($0.record, nanoseconds: $0.nanoseconds) }
        return items.joined(separator: ", ")
    }

    private static func item(_ attempt: AttemptRecord, nanoseconds: Int64) -> String {
        var item = "\"\(self.string(attempt.provider ?? ""))/\(self.string(attempt.targetModel ?? ""))\""
        item += ";reason=\(attempt.reason.rawValue)"
        if attempt.upstreamStatus != 0 { item += ";status=\(attempt.upstreamStatus)" }
        if let error = attempt.upstreamErrorType { item += ";error=\(self.token(error))" }
        return item + ";ms=\(max(0, nanoseconds) / 1_000_000)"
    }

    /// A string holds visible ASCII alone, with two characters escaped.
    private static func string(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case " "..."~": result.unicodeScalars.append(scalar)
            default: result += "?"
            }
        }
        return result
    }

    /// A token begins with a letter; vendors' codes may hold anything.
    private static func token(_ text: String) -> String {
        let isToken =
            text.utf8.first.map { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A } ?? false
            && text.utf8.allSatisfy {
                ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A || $0 >= 0x30 && $0 <= 0x39 || $0 == 0x5F || $0 == 0x2D
            }
        return isToken ? text : "\"\(self.string(text))\""
    }
}
