import SluiceCore
import SluicePolicies
import SluiceWire
import Synchronization

@testable import SluiceServer

/// A Redis that admits all, or fails, and keeps what it was sent.
final class FakeScripts: ScriptRunning {
    private struct State {
        var failure: StoreError?
        var calls: [ScriptCall] = []
        var answer: [Int64]?
    }

    private let state = Mutex(State())

    /// What all calls fail with; `nil` for none.
    var failure: StoreError? {
        get { self.state.withLock { $0.failure } }
        set { self.state.withLock { $0.failure = newValue } }
    }

    /// What the next call for an admission is answered with.
    var answer: [Int64]? {
        get { self.state.withLock { $0.answer } }
        set { self.state.withLock { $0.answer = newValue } }
    }

    var admissions: [ScriptCall] { self.calls(of: LimitScripts.admit) }
    var settlements: [ScriptCall] { self.calls(of: LimitScripts.settle) }
    var renewals: [ScriptCall] { self.calls(of: LimitScripts.renew) }

    func start(_ call: ScriptCall, then: @escaping @Sendable (Result<[Int64], StoreError>) -> Void) {
        let result = self.state.withLock { state -> Result<[Int64], StoreError> in
            state.calls.append(call)
            if let failure = state.failure { return .failure(failure) }
            guard call.script == LimitScripts.admit else { return .success([1]) }
            defer { state.answer = nil }
            if let answer = state.answer { return .success(answer) }
            var answer: [Int64] = [1, 0, 0, 1_796_040_000_000_000]
            for _ in call.keys.dropFirst(3) { answer += [9, 9, 0] }
            return .success(answer)
        }
        then(result)
    }

    func check(_ call: ScriptCall) async -> StoreError? { self.failure }

    private func calls(of script: String) -> [ScriptCall] {
        self.state.withLock { $0.calls.filter { $0.script == script } }
    }
}

/// Short forms for the tests of limits in the gateway.
enum LimitWords {
    /// 2026-11-30T12:00:00Z.
    static let noon = Moment(microsecondsSince1970: 1_796_040_000_000_000)

    static func later(_ seconds: Int64) -> Moment {
        Moment(microsecondsSince1970: self.noon.microseconds + seconds * 1_000_000)
    }

    static func requests(_ amount: Int64) -> AdmissionRule {
        .limit(LimitRule(amount, .requests(per: .minute), level: .key))
    }

    static func concurrency(_ amount: Int64) -> AdmissionRule {
        .limit(LimitRule(amount, .concurrency, level: .key))
    }

    static func budget(_ amount: Int64, _ period: BudgetPeriod = .month, alerts: [Int] = []) -> AdmissionRule {
        .budget(BudgetRule(NanoUSD(amount), per: BudgetCalendar(period), level: .key, alertPermille: alerts))
    }

    static func plan(_ rules: AdmissionRule..., key: String = "k1") -> AdmissionPlan {
        AdmissionPlan(rules, for: LimitSubject(key: key))
    }

    static func cost(_ money: Int64 = 0) -> AdmissionCost {
        AdmissionCost(inputTokens: 10, outputTokens: 10, money: NanoUSD(money))
    }

    static func used(_ money: Int64) -> Settlement {
        .used(TokenUsage(uncachedInput: 5, output: 5), cost: NanoUSD(money))
    }
}

extension AdmissionDecision {
    var held: Held? {
        if case .admitted(let admission) = self { admission.reservation } else { nil }
    }

    var refusal: LimitRefusal? {
        if case .refused(let refusal) = self { refusal } else { nil }
    }
}
