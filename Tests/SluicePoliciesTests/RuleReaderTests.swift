import SluiceCore
import Testing

@testable import SluicePolicies

@Suite("RuleReader")
struct RuleReaderTests {
    private static let reader = RuleReader {
        $0 == "Europe/Berlin" ? TimeZoneRules(name: $0, offsetSeconds: 3600) : nil
    }

    private static func read(_ json: String, level: LimitLevel = .key) throws -> RuleReader.Result {
        self.reader.rules(try RuleText(json: json), level: level)
    }

    @Test("a level's rules are read in their order, single ones and lists")
    func rules() throws {
        let result = try Self.read(
            #"""
            {"requests": ["60/minute", "1000/day"], "tokens": "100000 output tokens/minute, cached 10%", "concurrency": 20,
             "budget": ["25 USD/month", {"amount": "1000000 tokens/week", "action": "soft", "alerts": ["50%", "80.5%"],
               "zone": "Europe/Berlin"}]}
            """#, level: [.key, .model])
        #expect(result.problems.isEmpty)
        let descriptions = result.rules.map { rule in
            switch rule {
            case .limit(let limit): "\(limit)"
            case .budget(let budget): "\(budget)"
            }
        }
        #expect(
            descriptions == [
                "60 requests per minute", "1000 requests per day", "100000 output tokens per minute",
                "20 concurrent requests", "25 USD per month", "1000000 tokens per week",
            ])
        #expect(result.rules.allSatisfy { $0.level == [.key, .model] })
        guard case .budget(let last)? = result.rules.last else { throw Missing() }
        #expect(last.action == .warn)
        #expect(last.alertPermille == [500, 805])
        #expect(last.calendar.zone.name == "Europe/Berlin")
    }

    struct Missing: Error {}

    @Test("a budget that names a model is a downgrade, said or not")
    func downgrade() throws {
        for json in [
            #"{"budget":{"amount":"5 USD/day","to":"small"}}"#,
            #"{"budget":{"amount":"5 USD/day","action":"downgrade","to":"small"}}"#,
        ] {
            guard case .budget(let budget)? = try Self.read(json).rules.first else { throw Missing() }
            #expect(budget.action == .downgrade(to: "small"))
        }
    }

    @Test(
        "what is wrong is told with its place",
        arguments: [
            (#"[]"#, "expected a map, like { requests: 60/minute, concurrency: 20 }"),
            (#"{"requests":"60"}"#, "requests: expected a rate like 60/minute or 60/10s, found 60"),
            (#"{"requests":["1/s","60/minute"]}"#, "requests[0]: expected a rate like 60/minute or 60/10s, found 1/s"),
            (#"{"requests":{"a":1}}"#, "requests: expected a single value"),
            (#"{"concurrency":"many"}"#, "concurrency: expected a number like 20, found many"),
            (#"{"rate":"60/minute"}"#, "rate: unknown key; known here: requests, tokens, concurrency, budget"),
            (#"{"requests":"1/second","requests":"2/second"}"#, "requests: it is written twice"),
            (#"{"budget":"25"}"#, "budget: expected a budget like 25 USD/month or 1000000 tokens/week, found 25"),
            (#"{"budget":{}}"#, "budget.amount: missing; write the budget, like 25 USD/month"),
            (
                #"{"budget":[{"amount":"1 USD/day","alerts":["80"]}]}"#,
                "budget[0].alerts[0]: expected a percentage up to 100%, like 80%"
            ),
            (
                #"{"budget":{"amount":"1 USD/day","alerts":"101%"}}"#,
                "budget.alerts: expected a percentage up to 100%, like 80%"
            ),
            (#"{"budget":{"amount":"1 USD/day","action":"maybe"}}"#, "budget.action: expected hard, soft or downgrade"),
            (
                #"{"budget":{"amount":"1 USD/day","action":"downgrade"}}"#,
                "budget.to: missing; write the model that answers instead"
            ),
            (
                #"{"budget":{"amount":"1 USD/day","action":"hard","to":"m"}}"#,
                "budget.to: of use with the action downgrade alone"
            ),
            (#"{"budget":{"amount":"1 USD/day","to":"a\nb"}}"#, "budget.to: expected the name of a model"),
            (
                #"{"budget":{"amount":"1 USD/day","zone":"Mars"}}"#,
                "budget.zone: expected a time zone like Europe/Berlin or UTC that this machine knows"
            ),
            (
                #"{"budget":{"amount":"1 USD/day","colour":"red"}}"#,
                "budget.colour: unknown key; known here: amount, action, to, alerts, zone"
            ),
        ])
    func problems(json: String, expected: String) throws {
        #expect(try Self.read(json).problems.first?.description == expected)
    }

    @Test("a rule that is wrong does not hide the others")
    func others() throws {
        let result = try Self.read(#"{"requests":"60/minute","tokens":"x","concurrency":3}"#)
        #expect(result.rules.count == 2)
        #expect(result.problems.count == 1)
    }

    @Test("stored texts are JSON, and a budget has a place of its own")
    func stored() {
        #expect(Self.reader.problem(json: #"{"requests":"60/minute"}"#, .limits) == nil)
        #expect(Self.reader.problem(json: #""25 USD/month""#, .budget) == nil)
        #expect(Self.reader.problem(json: #"{"amount":"25 USD/month"}"#, .budget) == nil)
        #expect(Self.reader.problem(json: "60/minute", .limits)?.hasPrefix("expected JSON") == true)
        #expect(Self.reader.problem(json: #"{"budget":"1 USD"}"#, .limits) == "budget: a budget has a place of its own")
        #expect(Self.reader.problem(json: "{}", .limits) == "expected at least one limit or budget")
        #expect(Self.reader.problem(json: "[]", .budget) == "expected at least one limit or budget")
    }

    @Test("a text reads back from its JSON as the same")
    func json() throws {
        let text = RuleText.map([
            .init("requests", .list([.text("60/minute"), .text("a \"quoted\" one")])), .init("budget", .map([])),
        ])
        #expect(try RuleText(json: text.json) == text)
    }
}
