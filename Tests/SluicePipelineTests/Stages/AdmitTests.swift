import NIOCore
import NIOHTTP1
import SluiceCore
import SluiceRouting
import SluiceWire
import Synchronization
import Testing

@testable import SluiceHTTP
@testable import SluicePipeline

@Suite("Stage 4, admission")
struct AdmitTests {
    /// Gives the answers that it was told, and keeps what it was asked.
    private final class ScriptedAdmission: AdmissionControl {
        private let answers: Mutex<[AdmissionAnswer]>
        let asked = Mutex<[AdmissionRequest]>([])

        init(_ answers: AdmissionAnswer...) {
            self.answers = Mutex(answers)
        }

        func decide(_ request: AdmissionRequest, facts: () -> AdmissionFacts) -> AdmissionStep {
            self.asked.withLock { $0.append(request) }
            return .decided(self.answers.withLock { $0.isEmpty ? .unlimited : $0.removeFirst() })
        }
    }

    private struct Fields: LimitFields {
        func fields(for dialect: Dialect, now: Int64) -> [(name: String, value: String)] {
            [("x-ratelimit-limit-requests", "60"), ("retry-after-ms", "1500")]
        }
    }

    private final class Ticket: AdmissionTicket {
        let warnings: [String]
        let settled = Mutex<[Int]>([])

        init(warnings: [String] = []) { self.warnings = warnings }

        func settle(_ record: borrowing ExchangeRecord) {
            let status = record.status
            self.settled.withLock { $0.append(status) }
        }

        func fields(for dialect: Dialect, now: Int64) -> [(name: String, value: String)] { [] }
    }

    private static func chat(_ path: String = "/v1/chat/completions", key: String = "good", model: String = "up/m")
        -> String
    {
        let body = #"{"model":"\#(model)","max_tokens":7,"n":2,"messages":[]}"#
        return "POST \(path) HTTP/1.1\r\nhost: h\r\nauthorization: Bearer \(key)\r\n"
            + "content-type: application/json\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private static func refusal(_ kind: GatewayError.Kind) -> AdmissionAnswer {
        .refused(
            AdmissionRefusal(
                error: GatewayError(kind, "Too much.", retryAfterSeconds: 2), rule: "60 requests per minute (key)",
                limits: Fields()))
    }

    @Test("a refused request gets the limit's words, and no provider is asked")
    func refused() throws {
        let harness = try PipelineHarness(.test(admission: ScriptedAdmission(Self.refusal(.rateLimited))))
        harness.receive(Self.chat())
        let answer = try harness.answer()
        #expect(answer.status == 429)
        #expect(answer.body.contains(#""type":"rate_limit_error""#))
        #expect(answer.body.contains(#""code":"rate_limit_exceeded""#))
        #expect(answer["retry-after"] == "2")
        #expect(answer["retry-after-ms"] == "1500")
        #expect(answer["x-ratelimit-limit-requests"] == "60")
        let record = try #require(harness.recorder.records.first)
        #expect(record.errorType == "rate_limit_exceeded")
        #expect(record.refusedBy == "60 requests per minute (key)")
        #expect(record.attempts == 0)
    }

    @Test("a budget that is used up is 429 to OpenAI's clients and 402 to Anthropic's")
    func quota() throws {
        let admission = ScriptedAdmission(Self.refusal(.quotaExhausted), Self.refusal(.quotaExhausted))
        let harness = try PipelineHarness(.test(admission: admission))
        harness.receive(Self.chat())
        let openAI = try harness.answer()
        #expect(openAI.status == 429)
        #expect(openAI.body.contains(#""type":"insufficient_quota""#))
        harness.receive(Self.chat("/v1/messages"))
        let anthropic = try harness.answer()
        #expect(anthropic.status == 402)
        #expect(anthropic.body.contains(#""type":"billing_error""#))
    }

    @Test("what is asked names the table and not the client's text, with the tokens that the request may take")
    func asked() throws {
        let admission = ScriptedAdmission(Self.refusal(.rateLimited))
        let harness = try PipelineHarness(.test(models: ["gpt-*"], admission: admission))
        harness.receive(Self.chat(model: "gpt-made-up"))
        _ = try harness.answer()
        let asked = try #require(admission.asked.withLock { $0.first })
        #expect(asked.model == "gpt-*")
        #expect(asked.provider == "up")
        #expect(asked.targetModel == "gpt-made-up")
        #expect(asked.principal?.keyID == "good")
        #expect(asked.outputTokenLimit == 7)
        #expect(asked.choices == 2)
        #expect(asked.hasOutput)
        #expect(asked.inputTokens == 14)
    }

    @Test("an admitted exchange is settled with its record, before it is recorded")
    func settled() throws {
        let harness = try PipelineHarness()
        let ticket = Ticket()
        let state = try harness.state("GET /v1/models HTTP/1.1\r\nhost: h\r\n\r\n")
        state.ticket = ticket
        state.settle(status: 499, error: .clientClosed)
        #expect(ticket.settled.withLock { $0 } == [499])
        #expect(harness.recorder.records.map(\.status) == [499])
    }

    @Test("what a budget warns of stands in the header and in the record, once the request is admitted")
    func warnings() async throws {
        let harness = try PipelineHarness()
        let ticket = Ticket(warnings: ["25 USD per month"])
        let admission = ScriptedAdmission(.admitted(ticket))
        let state = try harness.state(Self.chat(), .test(admission: admission))
        let path = RequestPath(
            local: LocalEndpoints(status: harness.status, recorder: harness.recorder), bodyBudget: harness.budget,
            recorder: harness.recorder)
        let body = ByteBuffer(string: #"{"model":"up/m","messages":[]}"#)
        let scan = try OpenAIRequestScan.scan(body.readableBytesUInt8Span)
        let request = try path.identify(state)
        let scanned = ScannedRequest(body: body, form: .json(scan), surface: .chat)
        let admitted = try await path.admit(state, request, scanned)
        #expect(admitted?.plan.tableName == "up/*")
        #expect(state.record.policyWarnings == ["budget exceeded: 25 USD per month"])
        var headers = HTTPHeaders()
        state.decorate(&headers)
        #expect(headers["x-sluice-warnings"] == ["budget exceeded: 25 USD per month"])
        state.settle(status: 200)
    }

    @Test("a budget's other model answers as if it had been asked for")
    func downgrade() throws {
        let admission = ScriptedAdmission(
            .downgrade(to: "up/small", because: "25 USD per month"), Self.refusal(.rateLimited))
        let harness = try PipelineHarness(.test(admission: admission))
        harness.receive(Self.chat())
        let answer = try harness.answer()
        let asked = admission.asked.withLock { $0 }
        #expect(asked.map(\.isDowngraded) == [false, true])
        #expect(asked.map(\.targetModel) == ["m", "small"])
        #expect(answer["x-sluice-warnings"] == "model downgraded to up/small: 25 USD per month")
        let record = try #require(harness.recorder.records.first)
        #expect(record.model == "up/small")
        #expect(record.downgradedFrom == "up/m")
    }

    @Test("a budget whose other model is not served refuses")
    func downgradeToNothing() throws {
        let admission = ScriptedAdmission(.downgrade(to: "nobody", because: "25 USD per month"))
        let harness = try PipelineHarness(.test(models: ["m"], admission: admission))
        harness.receive(Self.chat(model: "m"))
        let answer = try harness.answer()
        #expect(answer.status == 429)
        #expect(answer.body.contains("insufficient_quota"))
    }

    @Test(
        "what the gateway answers itself, refuses before, or does not know is not counted",
        arguments: [
            "GET /v1/models HTTP/1.1\r\nhost: h\r\nauthorization: Bearer good\r\n\r\n",
            "GET /health HTTP/1.1\r\nhost: h\r\n\r\n", chat(key: "bad"), chat(key: "narrow"), chat(model: "nothing"),
        ])
    func uncounted(request: String) throws {
        let admission = ScriptedAdmission()
        let harness = try PipelineHarness(.test(admission: admission))
        harness.receive(request)
        #expect(try harness.answer().status != 0)
        #expect(admission.asked.withLock { $0 }.isEmpty)
    }

    @Test("the estimate of a prompt goes by its bytes, those of pictures for less")
    func estimate() throws {
        func tokens(_ body: String) throws -> Int {
            let bytes = ByteBuffer(string: body)
            let scan = try OpenAIRequestScan.scan(bytes.readableBytesUInt8Span)
            return PromptEstimate.tokens(of: ScannedRequest(body: bytes, form: .json(scan), surface: .chat))
        }
        let text = String(repeating: "words and more ", count: 10_000)
        let body = #"{"model":"m","messages":"\#(text)"}"#
        #expect(try tokens(body) == body.utf8.count / 4)
        let picture = String(repeating: "iVBORw0KGgoAAAANSUhEUg", count: 10_000)
        let seen = try tokens(#"{"model":"m","messages":"\#(picture)"}"#)
        #expect(seen < picture.utf8.count / 40)
        #expect(seen >= picture.utf8.count / 100)
    }

    @Test("a provider's word about its limits does not stand beside the gateway's own")
    func headers() throws {
        let harness = try PipelineHarness()
        let state = try harness.state("GET /v1/models HTTP/1.1\r\nhost: h\r\n\r\n")
        let provided = [
            ("x-ratelimit-remaining-tokens", "5"), ("anthropic-ratelimit-tokens-remaining", "6"), ("retry-after", "9"),
        ]
        var headers = HTTPHeaders(provided)
        state.decorate(&headers)
        #expect(headers.first(name: "x-ratelimit-remaining-tokens") == "5")
        headers = HTTPHeaders(provided)
        state.limits = Fields()
        state.decorate(&headers)
        #expect(headers["x-ratelimit-remaining-tokens"].isEmpty)
        #expect(headers["anthropic-ratelimit-tokens-remaining"].isEmpty)
        #expect(headers["x-ratelimit-limit-requests"] == ["60"])
        #expect(headers.first(name: "retry-after") == "9")
    }
}
