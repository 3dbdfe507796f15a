import Logging
import SluiceConfig
import SluiceCore
import Synchronization
import Testing

@testable import SluiceServer

@Suite("StoredRules")
struct StoredRulesTests {
    /// Rules in memory, which can be out of reach.
    private final class MemoryRules: RecordStore {
        struct State {
            var records: [RuleRecord] = []
            var isAway = false
            var reads = 0
        }

        let state = Mutex(State())

        init(_ records: [RuleRecord]) { self.state.withLock { $0.records = records } }

        func insert(_ record: RuleRecord, in scope: TenantScope, as act: AdministrativeAct)
            async throws(StoreError) -> RuleRecord
        { record }

        func update(_ record: RuleRecord, in scope: TenantScope, as act: AdministrativeAct)
            async throws(StoreError) -> RuleRecord
        { record }

        func remove(_ id: RuleID, in scope: TenantScope, as act: AdministrativeAct) async throws(StoreError) {}

        func record(_ id: RuleID, in scope: TenantScope) async throws(StoreError) -> RuleRecord? { nil }

        func records(in scope: TenantScope, where filter: RuleRecord.Filter, page: PageRequest)
            async throws(StoreError) -> Page<RuleRecord>
        {
            let (records, isAway) = self.state.withLock { state in
                state.reads += 1
                return (state.records, state.isAway)
            }
            guard !isAway else { throw StoreError(.unavailable, "away") }
            // One a page, so that all pages are asked for.
            let first = page.cursor.flatMap { Int($0) } ?? 0
            let next = first + 1 < records.count ? "\(first + 1)" : nil
            return Page(records: Array(records.dropFirst(first).prefix(1)), next: next)
        }
    }

    private static func rule(
        _ definition: String,
        _ level: RuleRecord.Level = .key,
        _ subject: String = "*",
        tenant: String? = nil,
        sort: RuleRecord.Sort = .limit,
        isDisabled: Bool = false
    ) -> RuleRecord {
        RuleRecord(
            id: RuleID("rule_\(level)_\(subject)"), tenant: tenant.map { TenantID($0) }, sort: sort, level: level,
            subject: subject, definition: definition, isDisabled: isDisabled, createdAt: UnixTime(milliseconds: 0))
    }

    private static func loaded(_ records: [RuleRecord]) async -> (rules: StoredRules, store: MemoryRules) {
        let store = MemoryRules(records)
        let rules = StoredRules(store, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        await rules.load()
        return (rules, store)
    }

    private static func admitted(_ admission: LimitAdmission, _ principal: Principal, model: String = "gpt-4o") -> Bool
    {
        LimitAdmissionTests.answer(admission, LimitAdmissionTests.request(principal, model: model)).refusal == nil
    }

    @Test("a rule of one subject bounds that one, a rule of all bounds each for itself")
    func subjects() async {
        let (rules, _) = await Self.loaded([
            Self.rule(#"{"requests":"2/minute"}"#, .key, "ci"), Self.rule(#"{"requests":"1/minute"}"#),
        ])
        let admission = LimitAdmissionTests.admission(GatewayConfiguration(), stored: rules)
        let other = Principal(keyID: "other", keyName: "other")
        #expect((0..<3).map { _ in Self.admitted(admission, LimitAdmissionTests.ci) } == [true, true, false])
        #expect((0..<2).map { _ in Self.admitted(admission, other) } == [true, false])
    }

    @Test("a stored rule for all stands in for the file's of its level and kind")
    func overFile() async throws {
        let (rules, _) = await Self.loaded([Self.rule(#"{"requests":"2/minute"}"#)])
        let admission = LimitAdmissionTests.admission(
            try LimitAdmissionTests.limited("key", #"{"requests":"1/minute"}"#), stored: rules)
        #expect((0..<3).map { _ in Self.admitted(admission, LimitAdmissionTests.ci) } == [true, true, false])
    }

    @Test("a tenant's rule of a model counts that tenant's requests alone")
    func tenantRules() async {
        let (rules, _) = await Self.loaded([Self.rule(#"{"requests":"1/minute"}"#, .model, "gpt-4o", tenant: "acme")])
        let admission = LimitAdmissionTests.admission(GatewayConfiguration(), stored: rules)
        let other = Principal(keyID: "other", keyName: "other", tenant: "globex")
        #expect((0..<2).map { _ in Self.admitted(admission, LimitAdmissionTests.ci) } == [true, false])
        #expect((0..<2).map { _ in Self.admitted(admission, other) } == [true, true])
    }

    @Test("rules that are switched off bound nothing")
    func disabled() async {
        let (rules, _) = await Self.loaded([Self.rule(#"{"requests":"0/minute"}"#, isDisabled: true)])
        let admission = LimitAdmissionTests.admission(GatewayConfiguration(), stored: rules)
        #expect(Self.admitted(admission, LimitAdmissionTests.ci))
    }

    @Test("a change is in force with the next request, and one of another kind reads nothing")
    func changes() async {
        let (rules, store) = await Self.loaded([])
        let admission = LimitAdmissionTests.admission(GatewayConfiguration(), stored: rules)
        #expect(Self.admitted(admission, LimitAdmissionTests.ci))
        store.state.withLock { $0.records = [Self.rule(#"{"requests":"0/minute"}"#)] }
        await rules.changed([Change(number: 1, kind: .key, id: "k", tenant: nil)])
        #expect(store.state.withLock { $0.reads } == 1)
        #expect(Self.admitted(admission, LimitAdmissionTests.ci))
        await rules.changed([Change(number: 2, kind: .rule, id: "r", tenant: nil)])
        #expect(!Self.admitted(admission, LimitAdmissionTests.ci))
    }

    @Test("while the store is away the last rules hold on")
    func outage() async {
        let (rules, store) = await Self.loaded([Self.rule(#"{"requests":"0/minute"}"#)])
        let admission = LimitAdmissionTests.admission(GatewayConfiguration(), stored: rules)
        store.state.withLock { $0.isAway = true }
        await rules.everythingChanged()
        #expect(!rules.isCurrent)
        #expect(!Self.admitted(admission, LimitAdmissionTests.ci))
        store.state.withLock { state in
            state.isAway = false
            state.records = []
        }
        #expect(await rules.load())
        #expect(Self.admitted(admission, LimitAdmissionTests.ci))
    }

    @Test("what a rule bounds that cannot be read is refused, and nothing else")
    func unreadable() async {
        let (rules, _) = await Self.loaded([Self.rule(#"{"requests":"lots"}"#, .model, "gpt-4o")])
        let admission = LimitAdmissionTests.admission(GatewayConfiguration(), stored: rules)
        #expect(!Self.admitted(admission, LimitAdmissionTests.ci))
        #expect(Self.admitted(admission, LimitAdmissionTests.ci, model: "claude"))
    }

    @Test("definitions are checked before they are stored")
    func validation() {
        #expect(KnownRules.problem(withDefinition: #"{"requests":"60/minute"}"#, of: .limit) == nil)
        #expect(KnownRules.problem(withDefinition: #""25 USD/month""#, of: .budget) == nil)
        #expect(KnownRules.problem(withDefinition: #"{"requests":"60"}"#, of: .limit)?.hasPrefix("requests: ") == true)
    }
}
