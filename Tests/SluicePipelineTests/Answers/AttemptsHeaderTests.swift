import SluiceCore
import Testing

@testable import SluicePipeline

@Suite("AttemptsHeader")
struct AttemptsHeaderTests {
    private static func attempt(
        _ provider: String?,
        _ model: String?,
        _ reason: AttemptReason = .first,
        status: Int = 0,
        error: String? = nil,
        milliseconds: Int64 = 0
    ) -> AttemptRecord {
        var record = AttemptRecord()
        record.provider = provider
        record.targetModel = model
        record.reason = reason
        record.upstreamStatus = status
        record.upstreamErrorType = error
        record.durationNanoseconds = milliseconds * 1_000_000
        return record
    }

    private static func value(
        _ earlier: [AttemptRecord],
        running: [(record: AttemptRecord, nanoseconds: Int64)] = []
    ) -> String {
        var record = ExchangeRecord()
        record.earlierAttempts = earlier
        return AttemptsHeader.value(record, running: running)
    }

    @Test("attempts come in order, those that run last")
    func list() {
        let value = Self.value(
            [
                Self.attempt("openai", "gpt-4o", status: 503, error: "server_error", milliseconds: 120),
                Self.attempt("vllm-a", "llama", .hedge, error: "timeout", milliseconds: 9),
            ],
            running: [(Self.attempt("vllm-b", "llama", .fallback, status: 200), 35_999_999)])
        #expect(
            value == #""openai/gpt-4o";reason=first;status=503;error=server_error;ms=120, "#
                + #""vllm-a/llama";reason=hedge;error=timeout;ms=9, "vllm-b/llama";reason=fallback;status=200;ms=35"#)
    }

    @Test("once the exchange is settled the last attempt is one of them")
    func settled() {
        var record = ExchangeRecord()
        record.earlierAttempts = [Self.attempt("a", "m", status: 500, milliseconds: 3)]
        record.attempt = Self.attempt("b", "m", .retry, status: 503, milliseconds: 4)
        #expect(
            AttemptsHeader.value(record, running: [])
                == #""a/m";reason=first;status=500;ms=3, "b/m";reason=retry;status=503;ms=4"#)
    }

    @Test("no attempts are an empty list, and a negative time is none")
    func empty() {
        #expect(Self.value([]) == "")
        #expect(Self.value([], running: [(Self.attempt("p", "m"), -5)]) == #""p/m";reason=first;ms=0"#)
    }

    @Test("names and codes that a header could not hold are escaped or replaced")
    func escapes() {
        let value = Self.value([
            Self.attempt(#"a"b\c"#, "ü\r\nx-evil: 1\u{0}", error: "bad code\r\n"),
            Self.attempt(nil, nil, error: "7days"),
        ])
        #expect(
            value
                == #""a\"b\\c/???x-evil: 1?";reason=first;error="bad code??";ms=0, "/";reason=first;error="7days";ms=0"#
        )
        #expect(value.utf8.allSatisfy { (0x20...0x7E).contains($0) })
    }
}
