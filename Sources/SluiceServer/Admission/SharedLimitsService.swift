import Logging
import ServiceLifecycle
import SluicePolicies
import Synchronization

/// The upkeep of shared limits: tries Redis while it is away, sends what it has not taken, and begins the leases of running
/// requests anew.
final class SharedLimitsService: Service {
    /// The first and the longest wait between two tries.
    private static let waits: ClosedRange<Duration> = .milliseconds(250)...(.seconds(1))
    /// While Redis is there, it is asked once in so many waits.
    private static let looksSkippedWhileUp = 5
    /// How often waiting settlements are looked at.
    private static let pause = Duration.milliseconds(250)
    /// How many settlements are sent at once, and how many leases are begun anew by one call.
    private static let batch = 1000
    private static let renewals = 500
    /// How long the end waits for what is on its way.
    private static let lastWait = Duration.seconds(1)

    private let limits: SharedLimits
    private let now: @Sendable () -> Moment
    private let random: @Sendable () -> Double

    /// - Parameter random: a number from 0 to 1.
    init(
        limits: SharedLimits,
        now: @escaping @Sendable () -> Moment = { Moment(nanosecondsSince1970: Clock.nanosecondsSince1970()) },
        random: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
    ) {
        self.limits = limits
        self.now = now
        self.random = random
    }

    /// Works until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.watch() }
            group.addTask {
                while !Task.isCancelled {
                    self.flush()
                    try? await Task.sleep(for: Self.pause)
                }
            }
            group.addTask {
                let third = Duration.microseconds(self.limits.counts.lease.microseconds / 3)
                while !Task.isCancelled {
                    try? await Task.sleep(for: third)
                    if !Task.isCancelled { self.renew() }
                }
            }
        }
    }

    /// Sends what waits, if Redis is there.
    func flush() {
        guard self.limits.availability.isUp else { return }
        for entry in self.limits.unsent.take(Self.batch) { self.limits.send(entry) }
    }

    /// Begins the leases of all requests anew that have run for a third of one.
    func renew() {
        guard self.limits.availability.isUp else { return }
        let now = self.now()
        let third = Moment(microsecondsSince1970: now.microseconds - self.limits.counts.lease.microseconds / 3)
        let running = self.limits.running.older(than: third, now: now)
        for start in stride(from: 0, to: running.count, by: Self.renewals) {
            let part = Array(running[start..<min(start + Self.renewals, running.count)])
            self.limits.scripts.start(self.limits.counts.renew(part, clock: .server(caller: now))) { result in
                // Two thirds of a lease are left for another try.
                if case .failure(let error) = result { self.limits.availability.failed(error) }
            }
        }
    }

    /// Tries Redis once.
    func check() async {
        if let error = await self.limits.scripts.check(self.limits.counts.probe()) {
            self.limits.availability.failed(error)
        } else {
            self.limits.availability.recovered()
            self.flush()
        }
    }

    /// Sends what is left and waits a little for what is on its way: to be called when the last request has ended.
    func finish() async {
        let clock = ContinuousClock()
        let end = clock.now + Self.lastWait
        repeat {
            self.flush()
            guard self.limits.onTheirWay.load(ordering: .relaxed) > 0 else { break }
            try? await Task.sleep(for: .milliseconds(10))
        } while clock.now < end
        let lost = self.limits.unsent.count
        if lost > 0 {
            self.limits.logger.warning("limit_settlements_not_sent", metadata: ["count": "\(lost)"])
        }
    }

    /// Tries once at the start, so that the first request need not find out, and again while Redis is away, with growing waits.
    private func watch() async {
        var wait = Self.waits.lowerBound
        var looksSkipped = 0
        await self.check()
        while !Task.isCancelled {
            // A part at random, so that replicas do not come back together.
            try? await Task.sleep(for: wait / 2 + wait / 2 * self.random())
            if self.limits.availability.isUp {
                wait = Self.waits.lowerBound
                // Where nobody asks, nobody else would find out that it went away, and health would not say so.
                looksSkipped = (looksSkipped + 1) % Self.looksSkippedWhileUp
                if looksSkipped == 0 { await self.check() }
            } else {
                await self.check()
                wait = min(wait * 2, Self.waits.upperBound)
            }
        }
    }
}

extension SharedLimits {
    /// Forgets what nobody uses.
    func sweep(now: Moment) {
        self.shares?.withLock { $0.sweep(now: now) }
        self.fallback.limiter.sweep(now: now)
    }
}
