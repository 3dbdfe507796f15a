import SluiceCore
import SluiceTelemetry
import SluiceWire
import Testing

@Suite struct AccessLogLineTests {
    static func line(_ record: borrowing ExchangeRecord, _ format: LogFormat = .json) -> String {
        var bytes: [UInt8] = []
        AccessLogLine.append(record, format: format, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("a full exchange has every member, in the promised order")
    func full() {
        var record = ExchangeRecord.chat(model: "smart")
        record.traceID = "4bf92f3577b34da6a3ce929d0e0e4736"
        record.targetModel = "gpt-4o-2024-11-20"
        record.attempts = 2
        record.errorType = "upstream_broke"
        record.status = 502
        #expect(
            Self.line(record) == """
                {"timestamp":"2026-11-21T09:00:00.935Z","level":"warning","message":"request","request_id":"req-1",\
                "trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","method":"POST","path":"/v1/chat/completions",\
                "surface":"chat","status":502,"key_id":"k7f3a9c2","tenant":"acme","model":"smart","provider":"openai",\
                "target_model":"gpt-4o-2024-11-20","attempts":2,"latency_ms":812.345,"ttft_ms":212.345,\
                "upstream_ms":201.000,"prompt_tokens":1234,"completion_tokens":61,"cached_tokens":234,"streamed":true,\
                "finish_reason":"stop","error_type":"upstream_broke"}

                """
        )
    }

    @Test("every attempt of an exchange that took more than one stands in the line")
    func tries() {
        var record = ExchangeRecord.chat(model: "smart")
        record.attempts = 2
        var first = AttemptRecord()
        first.provider = "vllm-a"
        first.targetModel = "llama"
        first.outcome = .failed
        first.upstreamErrorType = "timeout"
        first.startNanoseconds = 100_000
        first.durationNanoseconds = 5_000_000
        record.earlierAttempts = [first]
        record.attempt.reason = .retry
        record.attempt.outcome = .answered
        record.attempt.startNanoseconds = 5_200_000
        record.attempt.durationNanoseconds = 800_000_000
        #expect(
            Self.line(record).hasSuffix(
                """
                ,"finish_reason":"stop","tries":[{"reason":"first","provider":"vllm-a","target_model":"llama",\
                "outcome":"failed","error_type":"timeout","start_ms":0.100,"duration_ms":5.000},{"reason":"retry",\
                "provider":"openai","target_model":"smart","outcome":"answered","status":200,"prompt_tokens":1234,\
                "completion_tokens":61,"cached_tokens":234,"start_ms":5.200,"duration_ms":800.000}]}

                """
            )
        )
    }

    @Test("tokens and cost are those of all attempts, and each attempt has its own")
    func costs() {
        var record = ExchangeRecord.chat(model: "smart")
        var first = AttemptRecord()
        first.usage = TokenUsage(uncachedInput: 66, output: 9)
        first.usageSource = .counted
        first.isPriceUnknown = true
        record.earlierAttempts = [first]
        record.attempt.usageSource = .vendor
        record.attempt.cost = AttemptCost(priceVersion: "v")
        record.attempt.cost?.input = NanoUSD(1_002_500_000)
        record.attempt.cost?.output = NanoUSD(7)
        let line = Self.line(record)
        #expect(
            line.contains(
                #","prompt_tokens":1300,"completion_tokens":70,"cached_tokens":234,"cost_usd":1.002500007,"price_unknown":true,"#
            ))
        #expect(
            line.contains(
                #""prompt_tokens":66,"completion_tokens":9,"cached_tokens":0,"usage_source":"counted","price_unknown":true,"#
            ))
        #expect(line.contains(#""cached_tokens":234,"cost_usd":1.002500007,"start_ms":"#))
        #expect(
            Self.line(record, .pretty(colours: false)).contains(
                " tokens=1300+70 cached=234 cost=1.002500007 price=unknown streamed"))
    }

    @Test("what is not known is left out")
    func refused() {
        #expect(
            Self.line(.refused(status: 401, errorType: "invalid_api_key")) == """
                {"timestamp":"2026-11-21T09:00:00.000Z","level":"info","message":"request","request_id":"req-2",\
                "method":"POST","path":"/v1/chat/completions","surface":"chat","status":401,"attempts":0,\
                "latency_ms":0.150,"streamed":false,"error_type":"invalid_api_key"}

                """
        )
    }

    @Test("an empty record is a line as well")
    func empty() throws {
        let line = try JSONLine(line: Array(Self.line(ExchangeRecord()).utf8))
        #expect(line["status"] == .number("0"))
    }

    @Test("the pretty line has columns, and colours only when told so")
    func pretty() {
        var record = ExchangeRecord.chat(model: "smart")
        record.targetModel = "gpt-4o"
        #expect(
            Self.line(record, .pretty(colours: false)) == """
                2026-11-21T09:00:00.935Z info     200 POST   /v1/chat/completions           812.345ms smart → openai/gpt-4o \
                tokens=1234+61 cached=234 streamed ttft=212.345ms upstream=201.000ms finish=stop key=k7f3a9c2 tenant=acme \
                id=req-1

                """
        )
        let refused = ExchangeRecord.refused(status: 404, errorType: "model_not_found")
        #expect(
            Self.line(refused, .pretty(colours: false)) == """
                2026-11-21T09:00:00.000Z info     404 POST   /v1/chat/completions             0.150ms model_not_found id=req-2

                """
        )
        let coloured = Self.line(refused, .pretty(colours: true))
        #expect(coloured.contains("\u{1B}[33m404\u{1B}[0m"))
        #expect(Self.line(refused, .pretty(colours: false)).contains("\u{1B}") == false)
    }

    @Test("an answer that was read to its end for a client that left says so, and no other")
    func drained() {
        var record = ExchangeRecord.chat(status: 499)
        for isDrained in [false, true] {
            record.isDrained = isDrained
            var lines: [String] = []
            for format in [LogFormat.json, .pretty(colours: false)] {
                var bytes: [UInt8] = []
                AccessLogLine.append(record, format: format, to: &bytes)
                lines.append(String(decoding: bytes, as: UTF8.self))
            }
            #expect(lines[0].contains(#""finish_reason":"stop","drained":true"#) == isDrained)
            #expect(lines[1].contains("finish=stop drained") == isDrained)
        }
    }

    @Test(
        "the level follows the status",
        arguments: [
            (200, "info"), (404, "info"), (429, "info"), (499, "info"), (500, "error"), (502, "warning"),
            (503, "warning"),
            (504, "warning"), (529, "warning"),
        ]
    )
    func level(status: Int, expected: String) throws {
        var record = ExchangeRecord.chat()
        record.status = status
        #expect(try JSONLine(line: Array(Self.line(record).utf8))["level"] == .string(expected))
    }

    static let nasty: [String] = [
        "a\"b\\c", "two\nlines", "\r\n{\"level\":\"error\"}", "tab\tbell\u{7}nul\u{0}del\u{7F}", "c1\u{85}\u{9B}31m",
        "\u{1B}[31mred\u{1B}[0m", "bidi \u{202E}txt.exe\u{202C} \u{2066}x\u{2069} \u{200F}\u{61C}",
        "sep\u{2028}par\u{2029}",
        "bom\u{FEFF} zero\u{200B}width tag\u{E0041}", "模型 🚀 é e\u{301} \u{1F468}\u{200D}\u{1F469}", "", " ",
    ]

    @Test("no text from outside breaks out of its member", arguments: Self.nasty)
    func escaping(text: String) throws {
        var record = ExchangeRecord.chat(model: text, provider: text)
        record.requestID = text
        record.traceID = text
        record.method = text
        record.targetModel = text
        record.finishReason = text
        record.errorType = text
        record.principal = Principal(keyID: text, keyName: text, tenant: text)
        let bytes = Array(Self.line(record).utf8)
        let line = try JSONLine(line: bytes)
        for name in [
            "request_id", "trace_id", "method", "key_id", "tenant", "model", "provider", "target_model",
            "finish_reason", "error_type",
        ] {
            #expect(line[name] == .string(text), "\(name)")
        }
        #expect(Set(line.names).count == line.names.count)
        for format in [LogFormat.json, .pretty(colours: false)] {
            let scalars = Self.line(record, format).unicodeScalars.dropLast()
            #expect(!scalars.contains { Self.isDangerous($0) })
        }
    }

    @Test(
        "every scalar of the planes where dangerous ones live comes back, and none of those stands as it is",
        arguments: [
            UInt32(0)..<0x3000, 0xD700..<0xE100, 0xFD00..<0x1_0100, 0xE_0000..<0xE_0200, 0x10_FFF0..<0x11_0000,
        ]
    )
    func allScalars(range: Range<UInt32>) throws {
        var record = ExchangeRecord.chat()
        for start in stride(from: range.lowerBound, to: range.upperBound, by: 60) {
            let scalars = (start..<min(start + 60, range.upperBound)).compactMap { Unicode.Scalar($0) }
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars)
            record.finishReason = String(view)
            let text = Self.line(record)
            #expect(!text.unicodeScalars.dropLast().contains { Self.isDangerous($0) })
            guard case .string(let back)? = try JSONLine(line: Array(text.utf8))["finish_reason"] else {
                Issue.record("no string")
                continue
            }
            #expect(Array(back.unicodeScalars) == scalars)
        }
    }

    @Test("a text as long as a body is cut at a character, and says so")
    func long() throws {
        let record = ExchangeRecord.chat(model: "a" + String(repeating: "é", count: 1_000_000))
        let text = Self.line(record)
        #expect(text.utf8.count < 2000)
        let line = try JSONLine(line: Array(text.utf8))
        #expect(line["model"] == .string("a" + String(repeating: "é", count: 127) + "…"))
    }

    @Test(
        "a key that a client put in the wrong place is masked",
        arguments: [
            "sk-proj-abcdefghijklmnop", "Bearer sk-sl-0123-456789abcdef",
        ]
    )
    func misplacedKey(text: String) {
        var record = ExchangeRecord.chat(model: text)
        record.requestID = text
        record.targetModel = text
        for format in [LogFormat.json, .pretty(colours: false)] {
            #expect(!Self.line(record, format).contains("sk-"))
        }
    }

    private static func isDangerous(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0...0x1F, 0x7F...0x9F, 0x200E, 0x200F, 0x61C, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
