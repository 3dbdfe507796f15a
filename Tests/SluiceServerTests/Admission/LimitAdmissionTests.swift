import SluiceConfig
import SluiceCore
import SluicePolicies
import SluiceWire
import Testing

@testable import SluiceServer

@Suite("LimitAdmission")
struct LimitAdmissionTests {
    /// 2026-11-30T12:00:00Z.
    static let noon: Int64 = 1_796_040_000_000_000_000

    static let ci = Principal(keyID: "ci", keyName: "ci", tenant: "acme", team: "search", user: "u1")

    static func admission(
        _ configuration: GatewayConfiguration,
        stored: StoredRules? = nil,
        backend: LocalLimits = LocalLimits(Limiter())
    ) -> LimitAdmission {
        LimitAdmission(
            LimitRules(configuration), backend: backend, stored: stored, clock: { noon })
    }

    static func limited(_ level: String, _ json: String) throws -> GatewayConfiguration {
        GatewayConfiguration(
            providers: [ProviderConfiguration(name: "openai")],
            limits: LimitsConfiguration(levels: [.init(level, try RuleText(json: json))]))
    }

    static func request(
        _ principal: Principal? = ci,
        model: String = "gpt-4o",
        target: String = "gpt-4o",
        input: Int = 100,
        limit: Int? = 50,
        isDowngraded: Bool = false
    ) -> AdmissionRequest {
        AdmissionRequest(
            principal: principal, model: model, provider: "openai", targetModel: target, inputTokens: input,
            outputTokenLimit: limit, isDowngraded: isDowngraded, now: noon)
    }

    static func answer(
        _ admission: LimitAdmission,
        _ request: AdmissionRequest,
        maximum: Int? = nil,
        price: ModelPrice? = nil
    ) -> AdmissionAnswer {
        let step = admission.decide(request) { AdmissionFacts(maximumOutputTokens: maximum, price: price) }
        guard case .decided(let answer) = step else { return .unlimited }
        return answer
    }

    static func settled(_ usage: TokenUsage?, outcome: AttemptOutcome = .answered) -> ExchangeRecord {
        var record = ExchangeRecord()
        record.receivedAt = self.noon
        record.attempts = 1
        record.attempt.provider = "openai"
        record.attempt.targetModel = "gpt-4o"
        record.attempt.wasSent = true
        record.attempt.outcome = outcome
        record.attempt.usage = usage
        return record
    }

    @Test("without rules nothing is limited, and nothing is to be settled")
    func unlimited() {
        guard case .unlimited = Self.answer(Self.admission(GatewayConfiguration()), Self.request()) else {
            Issue.record("a ticket where nothing is limited")
            return
        }
    }

    @Test("requests beyond a limit are told the rule, the level and when to come again")
    func requests() throws {
        let admission = Self.admission(try Self.limited("key", #"{"requests":"2/minute"}"#))
        for _ in 0..<2 { #expect(Self.answer(admission, Self.request()).ticket != nil) }
        let refusal = try #require(Self.answer(admission, Self.request()).refusal)
        #expect(refusal.error.kind == .rateLimited)
        #expect(refusal.error.retryAfterSeconds == 60)
        #expect(
            refusal.error.message == "The limit of 2 requests per minute for this key is reached. Try again in 1m0s.")
        #expect(refusal.rule == "2 requests per minute (key)")
        let fields = refusal.limits.fields(for: .openAIChat, now: Self.noon)
        #expect(fields.first { $0.name == "x-ratelimit-remaining-requests" }?.value == "0")
        #expect(fields.first { $0.name == "retry-after-ms" }?.value == "60000")
        #expect(!fields.contains { $0.name == "x-should-retry" })
        // Others are not concerned.
        #expect(Self.answer(admission, Self.request(Principal(keyID: "other", keyName: "other"))).ticket != nil)
    }

    @Test("tokens are reserved with the model's own bound, and settled to what was used")
    func tokens() throws {
        let admission = Self.admission(try Self.limited("key", #"{"tokens":"1000/minute"}"#))
        // 100 of prompt, and 400 of the 100,000 that were asked for: the model cannot write more.
        let ticket = try #require(Self.answer(admission, Self.request(limit: 100_000), maximum: 400).ticket)
        let fields = ticket.fields(for: .anthropic, now: Self.noon)
        #expect(fields.first { $0.name == "anthropic-ratelimit-tokens-remaining" }?.value == "500")
        #expect(Self.answer(admission, Self.request(input: 600)).refusal != nil)
        ticket.settle(Self.settled(TokenUsage(uncachedInput: 20, output: 10)))
        #expect(Self.answer(admission, Self.request(input: 900, limit: 50)).ticket != nil)
    }

    @Test("an answer that took more than was reserved is seen by the next request")
    func overshoot() throws {
        let admission = Self.admission(try Self.limited("key", #"{"tokens":"1000/minute"}"#))
        let ticket = try #require(Self.answer(admission, Self.request()).ticket)
        ticket.settle(Self.settled(TokenUsage(uncachedInput: 20, output: 5000)))
        let refusal = try #require(Self.answer(admission, Self.request()).refusal)
        #expect(refusal.error.kind == .rateLimited)
    }

    @Test("where a client does not bound its answer, the usual number is reserved")
    func usual() throws {
        var configuration = try Self.limited("key", #"{"tokens":"1000/minute"}"#)
        configuration.limits.outputTokensDefault = 300
        let ticket = try #require(Self.answer(Self.admission(configuration), Self.request(limit: nil)).ticket)
        let fields = ticket.fields(for: .openAIChat, now: Self.noon)
        #expect(fields.first { $0.name == "x-ratelimit-remaining-tokens" }?.value == "600")
    }

    @Test("a request that never fits says so, and is not to be tried again")
    func never() throws {
        let admission = Self.admission(try Self.limited("key", #"{"tokens":"100/minute"}"#))
        let refusal = try #require(Self.answer(admission, Self.request(input: 1000)).refusal)
        #expect(refusal.error.retryAfterSeconds == nil)
        let fields = refusal.limits.fields(for: .openAIChat, now: Self.noon)
        #expect(fields.contains { $0.name == "x-should-retry" && $0.value == "false" })
        #expect(!fields.contains { $0.name == "retry-after-ms" })
    }

    @Test("permits come back when the exchange is settled, however it ended")
    func concurrency() throws {
        let admission = Self.admission(try Self.limited("key", #"{"concurrency":"1"}"#))
        let ticket = try #require(Self.answer(admission, Self.request()).ticket)
        #expect(Self.answer(admission, Self.request()).refusal?.error.kind == .rateLimited)
        ticket.settle(Self.settled(nil, outcome: .failed))
        ticket.settle(Self.settled(nil, outcome: .failed))
        #expect(Self.answer(admission, Self.request()).ticket != nil)
    }

    @Test("a ticket that is dropped is settled as it was reserved")
    func dropped() throws {
        let admission = Self.admission(try Self.limited("key", #"{"concurrency":"1","tokens":"1000/minute"}"#))
        for _ in 0..<6 { #expect(Self.answer(admission, Self.request()).ticket != nil) }
        // Six times 150 are 900: the seventh does not fit.
        #expect(Self.answer(admission, Self.request()).refusal != nil)
    }

    @Test("a budget of money is reserved at the price of the first target, and settled to what the attempts cost")
    func money() throws {
        let price = ModelPrice(
            rates: TokenRates(
                input: TokenPrice(perMillion: NanoUSD(2_000_000_000)),
                output: TokenPrice(perMillion: NanoUSD(10_000_000_000))))
        let admission = Self.admission(try Self.limited("key", #"{"budget":"0.001 USD/day"}"#))
        // 100 * 2 + 50 * 10 = 700 millionths of a dollar of 1,000.
        let ticket = try #require(Self.answer(admission, Self.request(), price: price).ticket)
        let refusal = try #require(Self.answer(admission, Self.request()).refusal)
        #expect(refusal.error.kind == .quotaExhausted)
        #expect(refusal.error.message.contains("The budget of 0.001 USD per day for this key is used up."))
        #expect(refusal.limits.fields(for: .gemini, now: Self.noon).contains { $0.name == "x-should-retry" })
        var record = Self.settled(TokenUsage(uncachedInput: 100, output: 1))
        record.attempt.cost = AttemptCost(priceVersion: "test")
        record.attempt.cost?.input = NanoUSD(200_000)
        record.attempt.cost?.output = NanoUSD(10_000)
        ticket.settle(record)
        #expect(Self.answer(admission, Self.request()).ticket != nil)
    }

    @Test("what costs money without tokens counts too, and what overspends is seen by the next request")
    func cost() throws {
        let admission = Self.admission(try Self.limited("key", #"{"budget":"1 USD/day"}"#))
        let price = ModelPrice(rates: TokenRates(output: TokenPrice(perMillion: NanoUSD(1_000_000_000))))
        var record = Self.settled(nil)
        record.attempt.cost = AttemptCost(priceVersion: "test")
        record.attempt.cost?.other = NanoUSD(1_000_000_000)
        try #require(Self.answer(admission, Self.request(), price: price).ticket).settle(record)
        #expect(Self.answer(admission, Self.request()).refusal?.error.kind == .quotaExhausted)
    }

    @Test("a soft budget warns, and a budget with another model asks for that one")
    func softAndDowngrade() throws {
        let soft = Self.admission(try Self.limited("key", #"{"budget":{"amount":"100 tokens/day","action":"soft"}}"#))
        #expect(try #require(Self.answer(soft, Self.request()).ticket).warnings == ["100 tokens per day"])
        let other = Self.admission(try Self.limited("key", #"{"budget":{"amount":"100 tokens/day","to":"small"}}"#))
        guard case .downgrade(let model, let because) = Self.answer(other, Self.request()) else {
            Issue.record("no downgrade")
            return
        }
        #expect(model == "small")
        #expect(because == "100 tokens per day")
        #expect(Self.answer(other, Self.request(model: "small", isDowngraded: true)).ticket != nil)
    }

    @Test("a key's own limits stand in for the defaults of their kind")
    func ownLimits() throws {
        let admission = Self.admission(try Self.limited("key", #"{"requests":"1/minute","concurrency":"5"}"#))
        let own = Principal(keyID: "own", keyName: "own", limits: #"{"requests":"3/minute"}"#)
        for _ in 0..<3 { #expect(Self.answer(admission, Self.request(own)).ticket != nil) }
        #expect(Self.answer(admission, Self.request(own)).refusal?.rule == "3 requests per minute (key)")
    }

    @Test("models and providers have limits of their own in the file")
    func models() throws {
        let rules = try RuleText(json: #"{"requests":"1/minute"}"#)
        let admission = Self.admission(
            GatewayConfiguration(
                providers: [ProviderConfiguration(name: "openai")],
                models: [
                    ModelConfiguration(
                        pattern: ModelPattern("gpt-*"), targets: [TargetConfiguration(provider: "openai")],
                        limits: rules)
                ]))
        #expect(Self.answer(admission, Self.request(model: "gpt-*")).ticket != nil)
        let other = Principal(keyID: "other", keyName: "other")
        let refusal = Self.answer(admission, Self.request(other, model: "gpt-*")).refusal
        #expect(refusal?.rule == "1 request per minute (model)")
        guard case .unlimited = Self.answer(admission, Self.request(model: "claude-*")) else {
            Issue.record("another model is limited")
            return
        }
    }

    @Test("users of two tenants that have one name are counted apart")
    func tenants() throws {
        let admission = Self.admission(try Self.limited("user", #"{"requests":"1/minute"}"#))
        let one = Principal(keyID: "a", keyName: "a", tenant: "t1", user: "alice")
        let two = Principal(keyID: "b", keyName: "b", tenant: "t2", user: "alice")
        #expect(Self.answer(admission, Self.request(one)).ticket != nil)
        #expect(Self.answer(admission, Self.request(two)).ticket != nil)
        #expect(Self.answer(admission, Self.request(one)).refusal != nil)
    }

    @Test("a key whose limits cannot be read is refused, and not let through")
    func unreadable() {
        let broken = Principal(keyID: "x", keyName: "x", limits: #"{"requests":"lots"}"#)
        let refusal = Self.answer(Self.admission(GatewayConfiguration()), Self.request(broken)).refusal
        #expect(refusal?.error.kind == .limitsUnavailable)
    }

    @Test("of a hundred who ask at once for ten places exactly ten are admitted")
    func parallel() async throws {
        let admission = Self.admission(try Self.limited("tenant", #"{"requests":"10/minute"}"#))
        let admitted = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<100 { group.addTask { Self.answer(admission, Self.request()).ticket != nil } }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(admitted == 10)
    }

    @Test("counts outlive the configuration")
    func reload() throws {
        let backend = LocalLimits(Limiter())
        let before = Self.admission(try Self.limited("key", #"{"requests":"2/minute"}"#), backend: backend)
        for _ in 0..<2 { #expect(Self.answer(before, Self.request()).ticket != nil) }
        let after = Self.admission(try Self.limited("key", #"{"requests":"3/minute"}"#), backend: backend)
        #expect(Self.answer(after, Self.request()).ticket != nil)
        #expect(Self.answer(after, Self.request()).refusal != nil)
    }
}

extension AdmissionAnswer {
    var ticket: (any AdmissionTicket)? {
        if case .admitted(let ticket) = self { ticket } else { nil }
    }

    var refusal: AdmissionRefusal? {
        if case .refused(let refusal) = self { refusal } else { nil }
    }
}
