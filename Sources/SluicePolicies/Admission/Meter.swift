/// One count: what the four forms of it have in common. Every call begins by bringing it to `now`.
enum Meter: ~Copyable {
    /// Requests of a short window, by their moments.
    case log(RequestLog)
    /// Requests or tokens in sixtieths of a window.
    case window(SlidingWindow)
    /// Requests that run.
    case permits(PermitCount)
    /// Money or tokens of a period.
    case budget(BudgetBalance)

    /// The meter that a rule needs.
    init(for rule: AdmissionRule) {
        switch rule {
        case .budget: self = .budget(BudgetBalance())
        case .limit(let limit):
            switch limit.measure {
            case .requests(let window):
                self = limit.isExact ? .log(RequestLog(window: window)) : .window(SlidingWindow(window: window))
            case .tokens(_, let window): self = .window(SlidingWindow(window: window))
            case .concurrency: self = .permits(PermitCount())
            }
        }
    }

    /// When `cost` fits; `nil` for at once.
    mutating func wait(for cost: Int64, rule: AdmissionRule, now: Int64) -> LimitWait? {
        switch consume self {
        case .log(var log):
            log.advance(to: now)
            let wait = log.wait(for: cost, limit: rule.amount, now: now)
            self = .log(log)
            return wait
        case .window(var window):
            window.advance(to: now)
            let wait = window.wait(for: cost, limit: rule.amount, now: now)
            self = .window(window)
            return wait
        case .permits(let permits):
            let wait = permits.wait(for: cost, limit: rule.amount)
            self = .permits(permits)
            return wait
        case .budget(var balance):
            var wait: LimitWait?
            if case .budget(let budget) = rule {
                balance.advance(to: now, budget.calendar)
                let isTotal = budget.calendar.period == .total
                wait = balance.wait(for: cost, limit: budget.amount, now: now, isTotal: isTotal)
            }
            self = .budget(balance)
            return wait
        }
    }

    /// Takes `cost`, whether it fits or not. Returns what a settlement needs; `nil` where there is nothing to settle.
    mutating func take(_ cost: Int64, now: Int64) -> (taken: Int64, subWindow: Int64)? {
        switch consume self {
        case .log(var log):
            log.take(cost, now: now)
            self = .log(log)
            return nil
        case .window(var window):
            let subWindow = window.take(cost)
            self = .window(window)
            return (cost, subWindow)
        case .permits(var permits):
            permits.take(cost)
            self = .permits(permits)
            return (cost, 0)
        case .budget(var balance):
            let taken = balance.reserve(cost)
            self = .budget(balance)
            return (taken, 0)
        }
    }

    /// Replaces what was taken by what it turned out to be. Returns the parts of a budget that were reached.
    mutating func settle(
        taken: Int64, in subWindow: Int64, actual: Int64, rule: AdmissionRule, now: Int64
    ) -> [Int] {
        switch consume self {
        case .log(let log):
            self = .log(log)
            return []
        case .window(var window):
            window.advance(to: now)
            window.settle(taken: taken, in: subWindow, actual: actual)
            self = .window(window)
            return []
        case .permits(var permits):
            permits.giveBack(taken)
            self = .permits(permits)
            return []
        case .budget(var balance):
            var reached: [Int] = []
            if case .budget(let budget) = rule {
                balance.advance(to: now, budget.calendar)
                reached = balance.settle(taken: taken, actual: actual, rule: budget)
            }
            self = .budget(balance)
            return reached
        }
    }

    /// Where it stands; it is at `now` already.
    func status(rule: AdmissionRule, now: Int64) -> LimitStatus {
        switch self {
        case .log(let log): return log.status(limit: rule.amount, now: now)
        case .window(let window): return window.status(limit: rule.amount, now: now)
        case .permits(let permits): return permits.status(limit: rule.amount)
        case .budget(let balance):
            var isTotal = false
            if case .budget(let budget) = rule { isTotal = budget.calendar.period == .total }
            return balance.status(limit: rule.amount, now: now, isTotal: isTotal)
        }
    }

    /// Whether it may be forgotten: a new one would say the same.
    mutating func isIdle(at now: Int64) -> Bool {
        switch consume self {
        case .log(var log):
            log.advance(to: now)
            self = .log(log)
            return log.count == 0
        case .window(var window):
            window.advance(to: now)
            self = .window(window)
            return window.sum == 0
        case .permits(let permits):
            self = .permits(permits)
            return permits.held == 0
        case .budget(let balance):
            self = .budget(balance)
            return balance.isIdle(at: now)
        }
    }

    /// Changes the balance of a budget; nothing where it is none.
    mutating func withBalance<Result>(_ body: (inout BudgetBalance) -> Result) -> Result? {
        switch consume self {
        case .budget(var balance):
            let result = body(&balance)
            self = .budget(balance)
            return result
        case .log(let log): self = .log(log)
        case .window(let window): self = .window(window)
        case .permits(let permits): self = .permits(permits)
        }
        return nil
    }
}
