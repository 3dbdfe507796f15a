import Logging
import ServiceLifecycle
import SluiceCore
import SluicePolicies
import SluiceTelemetry
import Synchronization

/// Lets budgets outlive the process: asks a store for the balance of a budget before the first request is admitted on it, and
/// adds what was spent every second and at the end.
///
/// While the store is away, requests do not wait for it for long: they are admitted by what this process knows, and what they
/// spend is added when it is back.
final class BudgetKeeper: Service {
    /// How often what was spent is saved.
    static let interval = Duration.seconds(1)
    /// How often is forgotten what nobody uses.
    private static let sweepInterval = Duration.seconds(600)
    /// How long a request waits for a balance.
    private static let patience = Duration.milliseconds(300)
    /// How often the patience of those who wait is looked at.
    private static let tick = Duration.milliseconds(50)
    /// How many balances are asked for or added to in one transaction.
    private static let batch = 500
    /// How many balances are asked for in one interval, where other processes may have added to them.
    private static let questions = 10_000

    private struct Waiting {
        let budgets: [AdmissionPlan.Budget]
        let deadline: ContinuousClock.Instant
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var budgets: KeptBudgets
        var waiting: [Waiting] = []
        var wake: AsyncStream<Void>.Continuation?
    }

    private let store: any BalanceStore
    private let hasOthers: Bool
    private let onLearned: @Sendable ([BudgetState], Moment) -> Void
    private let onAlert: @Sendable (BudgetAlert) -> Void
    private let now: @Sendable () -> Moment
    private let metrics: SharedLimitMetrics
    private let logger: Logger
    private let state: Mutex<State>
    private let isFailing = Atomic(false)

    /// - Parameters:
    ///   - hasOthers: whether other processes add to the same balances and do not share their counts otherwise.
    ///   - onLearned: takes over balances, as ``Limiter/restore(_:now:)`` does.
    ///   - onAlert: is told of each part of a budget that was reached, once in a period.
    init(
        store: any BalanceStore,
        hasOthers: Bool,
        capacity: Int = 200_000,
        onLearned: @escaping @Sendable ([BudgetState], Moment) -> Void = { _, _ in },
        onAlert: @escaping @Sendable (BudgetAlert) -> Void = { _ in },
        now: @escaping @Sendable () -> Moment = { Moment(nanosecondsSince1970: Clock.nanosecondsSince1970()) },
        metrics: SharedLimitMetrics,
        logger: Logger
    ) {
        self.store = store
        self.hasOthers = hasOthers
        self.onLearned = onLearned
        self.onAlert = onAlert
        self.now = now
        self.metrics = metrics
        self.logger = logger
        self.state = Mutex(State(budgets: KeptBudgets(capacity: capacity)))
    }

    /// Whether the store has been asked for all budgets of a plan, or the plan has none.
    func knows(_ plan: AdmissionPlan, now: Moment) -> Bool {
        guard !plan.budgets.isEmpty else { return true }
        return self.state.withLock { $0.budgets.knows(plan.budgets, now: now) }
    }

    /// Sees to it that the balances of a plan are known, and waits for that, but not for long.
    func prepare(_ plan: AdmissionPlan, now: Moment) async {
        guard !self.knows(plan, now: now) else { return }
        let budgets = plan.budgets
        await withCheckedContinuation { continuation in
            let mustWait = self.state.withLock { state in
                // Where the last question failed, nobody waits for the next.
                guard state.budgets.want(budgets, now: now), let wake = state.wake,
                    !self.isFailing.load(ordering: .relaxed)
                else { return false }
                state.waiting.append(
                    Waiting(budgets: budgets, deadline: .now + Self.patience, continuation: continuation))
                wake.yield()
                return true
            }
            if !mustWait { continuation.resume() }
        }
    }

    /// The balances of a plan's budgets, as far as they are known.
    func kept(_ plan: AdmissionPlan, now: Moment) -> [LimitKey: BudgetState] {
        guard !plan.budgets.isEmpty else { return [:] }
        return self.state.withLock { $0.budgets.kept(plan.budgets, now: now) }
    }

    /// Notes what a settled request spent.
    func spent(_ charges: [BudgetCharge], now: Moment) {
        guard !charges.isEmpty else { return }
        let lost = self.state.withLock { $0.budgets.add(charges, now: now) }
        if lost > 0 { self.metrics.chargesLost(lost) }
    }

    /// Asks and saves until the task is cancelled.
    func run() async {
        let (wakes, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        self.state.withLock { $0.wake = continuation }
        await withDiscardingTaskGroup { group in
            group.addTask {
                for await _ in wakes { await self.ask() }
            }
            group.addTask {
                while !Task.isCancelled {
                    try? await Task.sleep(for: Self.interval)
                    guard !Task.isCancelled else { return }
                    await self.save()
                    if self.hasOthers { await self.askAgain() }
                    await self.ask()
                }
            }
            group.addTask {
                while !Task.isCancelled {
                    try? await Task.sleep(for: Self.sweepInterval)
                    let now = self.now()
                    self.state.withLock { $0.budgets.sweep(now: now) }
                }
            }
            group.addTask {
                while !Task.isCancelled {
                    try? await Task.sleep(for: Self.tick)
                    self.release(all: false)
                }
                continuation.finish()
            }
        }
        self.state.withLock { $0.wake = nil }
        self.release(all: true)
    }

    /// Asks the store for what somebody waits for.
    func ask() async {
        while true {
            let questions = self.state.withLock { $0.budgets.wanted(Self.batch) }
            guard !questions.isEmpty, await self.learn(questions) else { break }
        }
        self.release(all: false)
    }

    /// Asks for the balances that are in use, where other processes add to them.
    func askAgain() async {
        let now = self.now()
        let questions = self.state.withLock { $0.budgets.used(now: now, limit: Self.questions) }
        for start in stride(from: 0, to: questions.count, by: Self.batch) {
            guard await self.learn(Array(questions[start..<min(start + Self.batch, questions.count)])) else { return }
        }
    }

    /// Adds what was spent in the store. Returns whether all is saved.
    @discardableResult
    func save() async -> Bool {
        while true {
            let savings = self.state.withLock { $0.budgets.takeUnsaved(Self.batch) }
            guard !savings.isEmpty else { return true }
            do throws(StoreError) {
                let balances = try await self.store.spend(savings.map(\.charge))
                self.metrics.budgetsSaved(succeeded: true)
                self.worked()
                self.saved(zip(savings, balances).map { ($0, total: $0.spent(of: $1)) })
            } catch {
                if error.kind != .cancelled { self.metrics.budgetsSaved(succeeded: false) }
                self.failed(error, savings)
                return false
            }
        }
    }

    private func learn(_ questions: [KeptBudgets.Saving]) async -> Bool {
        do throws(StoreError) {
            let balances = try await self.store.balances(of: questions.map(\.balance))
            self.worked()
            self.take(zip(questions, balances).map { ($0, total: $0.spent(of: $1)) })
            return true
        } catch {
            self.failed(error, [])
            return false
        }
    }

    private func saved(_ answers: [(KeptBudgets.Saving, total: Int64)]) {
        self.take(answers)
        for (saving, total) in answers { KeptBudgets.alerts(of: saving, total: total).forEach(self.onAlert) }
    }

    private func take(_ answers: [(KeptBudgets.Saving, total: Int64)]) {
        let states = self.state.withLock { $0.budgets.learn(answers) }
        if !states.isEmpty { self.onLearned(states, self.now()) }
    }

    /// What may have been saved is not saved again: a budget that counts a second's requests twice would refuse what is paid for.
    private func failed(_ error: StoreError, _ savings: [KeptBudgets.Saving]) {
        let mayBeDone = error.kind == .outcomeUnknown
        let lost = mayBeDone ? savings.count : self.state.withLock { $0.budgets.putBack(savings) }
        if lost > 0 { self.metrics.chargesLost(lost) }
        // That the gateway stops says nothing of the store.
        guard error.kind != .cancelled else { return }
        if lost > 0 || !self.isFailing.exchange(true, ordering: .relaxed) {
            self.logger.warning(
                "budgets_without_store", metadata: ["reason": "\(error)", "perhaps_lost": "\(lost)"])
        }
        self.isFailing.store(true, ordering: .relaxed)
    }

    private func worked() {
        if self.isFailing.exchange(false, ordering: .relaxed) { self.logger.notice("budgets_with_store_again") }
    }

    /// Lets those go on whose balances are known, or who waited long enough.
    private func release(all: Bool) {
        let now = self.now()
        let isFailing = self.isFailing.load(ordering: .relaxed)
        let done = self.state.withLock { state -> [CheckedContinuation<Void, Never>] in
            guard !state.waiting.isEmpty else { return [] }
            let time = ContinuousClock.now
            var done: [CheckedContinuation<Void, Never>] = []
            var rest: [Waiting] = []
            for waiting in state.waiting {
                if all || isFailing || time >= waiting.deadline || state.budgets.knows(waiting.budgets, now: now) {
                    done.append(waiting.continuation)
                } else {
                    rest.append(waiting)
                }
            }
            state.waiting = rest
            return done
        }
        for continuation in done { continuation.resume() }
    }
}
