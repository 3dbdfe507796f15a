import Logging
import ServiceLifecycle
import SluicePolicies
import SluiceTelemetry
import Synchronization

/// Sends alerts of budgets to a webhook, one after the other, never on the way of a request.
///
/// An answer of 2xx takes an alert; all others, and none in time, are tried again with growing waits. What is given up is
/// counted and logged.
final class AlertService: Service {
    /// How many alerts wait; the next is dropped.
    private static let capacity = 1000
    /// How often an alert is sent, and the first wait, which doubles each time.
    private static let tries = 6
    private static let firstWait = Duration.seconds(1)
    /// For how long alerts are sent at the end of the process.
    private static let lastWait = Duration.seconds(2)

    private let webhook: AlertWebhook
    private let posting: any AlertPosting
    private let now: @Sendable () -> Moment
    private let sleep: @Sendable (Duration) async -> Void
    private let random: @Sendable () -> Double
    private let metrics: SharedLimitMetrics
    private let logger: Logger
    private let waiting = Mutex<[BudgetAlert]>([])
    private let wakes: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - sleep: waits, or returns at once when the task is cancelled.
    ///   - random: a number from 0 to 1.
    init(
        webhook: AlertWebhook,
        posting: any AlertPosting,
        now: @escaping @Sendable () -> Moment = { Moment(nanosecondsSince1970: Clock.nanosecondsSince1970()) },
        sleep: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) },
        random: @escaping @Sendable () -> Double = { Double.random(in: 0...1) },
        metrics: SharedLimitMetrics,
        logger: Logger
    ) {
        self.webhook = webhook
        self.posting = posting
        self.now = now
        self.sleep = sleep
        self.random = random
        self.metrics = metrics
        self.logger = logger
        (self.wakes, self.wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// An alert is due. Returns at once.
    func raise(_ alert: BudgetAlert) {
        let fits = self.waiting.withLock { waiting in
            guard waiting.count < Self.capacity else { return false }
            waiting.append(alert)
            return true
        }
        if fits {
            self.wake.yield()
        } else {
            self.metrics.alert(.dropped)
            self.log(alert, "too many alerts wait")
        }
    }

    /// Sends until the task is cancelled.
    func run() async {
        for await _ in self.wakes {
            while !Task.isCancelled, let alert = self.next() { await self.deliver(alert, tries: Self.tries) }
        }
    }

    /// Sends what waits, once each, for as long as the end of the process may wait; to be called when ``run()`` has ended.
    func finish() async {
        let end = ContinuousClock.now + Self.lastWait
        while let alert = self.next() {
            await self.deliver(alert, tries: ContinuousClock.now < end ? 1 : 0)
        }
    }

    private func next() -> BudgetAlert? {
        self.waiting.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    }

    private func deliver(_ alert: BudgetAlert, tries: Int) async {
        let time = self.now()
        // The same bytes each time, so that a receiver can tell.
        let body = alert.json(at: time)
        var wait = Self.firstWait
        var last: Int?
        for attempt in 0..<tries {
            let headers = self.webhook.headers(for: body, secondsSince1970: self.now().microseconds / 1_000_000)
            last = await self.posting.post(body, headers: headers, to: self.webhook)
            if let last, (200..<300).contains(last) { return self.metrics.alert(.delivered) }
            guard attempt + 1 < tries, !Task.isCancelled else { break }
            await self.sleep(wait / 2 + wait / 2 * self.random())
            wait *= 2
        }
        self.metrics.alert(.failed)
        self.log(alert, last.map { "the webhook answered \($0)" } ?? "the webhook did not answer")
    }

    private func log(_ alert: BudgetAlert, _ reason: String) {
        self.logger.warning(
            "budget_alert_not_delivered", metadata: ["alert": "\(alert.id)", "reason": "\(reason)"])
    }
}
