import SluiceCore
import SluiceRouting
import Testing

@testable import SluicePipeline

@Suite("HealthMetrics")
struct HealthMetricsTests {
    private static func text(_ snapshot: Snapshot, at nanoseconds: Int64 = 1) -> String {
        String(decoding: HealthMetrics.text(snapshot, now: MonotonicTime(nanoseconds: nanoseconds)), as: UTF8.self)
    }

    /// The value of the first target.
    private static func value(_ name: String, in text: String) -> String? {
        text.split(separator: "\n").first { $0.hasPrefix(name + "{") }
            .flatMap { $0.split(separator: " ").last }.map { String($0) }
    }

    @Test("each target has its state, and what is not known has no sample")
    func calm() {
        let text = Self.text(.test(models: ["known"]))
        #expect(Self.value("sluice_target_state", in: text) == "0")
        #expect(Self.value("sluice_target_live_exchanges", in: text) == "0")
        #expect(Self.value("sluice_target_credentials_left_alone", in: text) == "0")
        #expect(Self.value("sluice_target_first_token_seconds", in: text) == nil)
        for family in ["state", "live_exchanges", "first_token_seconds", "credentials_left_alone"] {
            #expect(text.contains("# TYPE sluice_target_\(family) gauge\n"))
        }
    }

    @Test("failures open the state, a success measures, a limit leaves a credential alone")
    func changes() throws {
        let snapshot = Snapshot.test(models: ["known"])
        let plan = try #require(snapshot.models.resolve("known"))
        var random = RandomSource(seed: 1)
        func attempt(_ end: (inout AttemptPlanner, Attempt, MonotonicTime) -> Void, at now: MonotonicTime) throws {
            var planner = AttemptPlanner(plan, table: snapshot.models, request: RoutingRequest(), now: now)
            guard case .attempt(let attempt) = planner.next(now: now, random: &random) else {
                Issue.record("There is no attempt.")
                return
            }
            planner.began(attempt, now: now)
            end(&planner, attempt, now)
        }
        let start = MonotonicTime(nanoseconds: 1_000_000_000)
        try attempt(
            { planner, attempt, now in
                let text = Self.text(snapshot, at: now.nanoseconds)
                #expect(Self.value("sluice_target_live_exchanges", in: text) == "1")
                _ = planner.answered(attempt, firstTokenNanoseconds: 250_000_000, now: now)
                _ = planner.succeeded(attempt, now: now)
            }, at: start)
        var text = Self.text(snapshot, at: start.nanoseconds)
        #expect(Self.value("sluice_target_first_token_seconds", in: text) == "0.25")
        try attempt(
            { planner, attempt, now in
                _ = planner.failed(attempt, Fault(.rateLimited, retryAfterNanoseconds: 5_000_000_000), now: now)
            }, at: start)
        text = Self.text(snapshot, at: start.nanoseconds)
        #expect(Self.value("sluice_target_credentials_left_alone", in: text) == "1")
        let later = start + 6_000_000_000
        for _ in 0..<5 {
            try attempt(
                { planner, attempt, now in _ = planner.failed(attempt, Fault(.serverError), now: now) }, at: later)
        }
        text = Self.text(snapshot, at: later.nanoseconds)
        #expect(Self.value("sluice_target_state", in: text) == "2")
        #expect(Self.value("sluice_target_live_exchanges", in: text) == "0")
    }

    @Test("no two samples have the same labels, whatever patterns lead to a provider")
    func patterns() {
        let lines = Self.text(.test(models: ["known", "gpt-*", "claude-*"])).split(separator: "\n")
            .filter { $0.hasPrefix("sluice_target_state{") }
        #expect(lines.count == 4)
        #expect(Set(lines).count == lines.count)
        #expect(lines.contains(#"sluice_target_state{provider="up",target_model="gpt-*"} 0"#))
        #expect(lines.contains(#"sluice_target_state{provider="up",target_model="*"} 0"#))
    }

    @Test("no two targets have the same labels, whatever they are called by")
    func labels() {
        let snapshot = Snapshot.test()
        let table = ModelTable(
            entries: [
                ModelTable.Entry(pattern: ModelPattern("a-*"), targets: [(provider: 0, model: nil)]),
                ModelTable.Entry(pattern: ModelPattern("b"), targets: [(provider: 0, model: nil)]),
                ModelTable.Entry(pattern: ModelPattern("c"), targets: [(provider: 0, model: "b")]),
                ModelTable.Entry(pattern: ModelPattern("*"), targets: [(provider: 0, model: nil)]),
            ], providers: [ModelTable.ProviderEntry(name: "up", patterns: [])])
        let lines = Self.text(Self.snapshot(table, snapshot.providers)).split(separator: "\n")
            .filter { $0.hasPrefix("sluice_target_state{") }
        #expect(Set(lines).count == lines.count)
        for model in ["a-*", "b", "*"] {
            #expect(lines.count { $0.contains("target_model=\"\(model)\"") } == 1, "\(model)")
        }
    }

    private static func snapshot(_ table: ModelTable, _ providers: [Snapshot.ProviderEntry]) -> Snapshot {
        Snapshot(
            models: table, providers: providers, authenticator: TestAuthenticator(), isAuthenticationRequired: true,
            bodyLimitBytes: 1, crossOrigin: nil, isCompressionEnabled: false, servesMetrics: true,
            isTrustedProxy: { _ in false }, seal: TestSeal())
    }

    @Test("at most so many targets are written")
    func bound() {
        let entries = (0..<HealthMetrics.limit + 10).map {
            ModelTable.Entry(pattern: ModelPattern("m-\($0)"), targets: [(provider: 0, model: "t-\($0)\"\\\n")])
        }
        let table = ModelTable(entries: entries, providers: [ModelTable.ProviderEntry(name: "up", patterns: [])])
        let snapshot = Self.snapshot(table, Snapshot.test().providers)
        let lines = Self.text(snapshot).split(separator: "\n").filter { $0.hasPrefix("sluice_target_state{") }
        #expect(lines.count == HealthMetrics.limit)
        #expect(lines.first == #"sluice_target_state{provider="up",target_model="t-0\"\\\n"} 0"#)
    }
}
