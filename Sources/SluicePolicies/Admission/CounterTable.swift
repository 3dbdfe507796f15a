import Synchronization

/// All counts by their keys, in shards, bounded in number. Where one is full, what is idle is forgotten.
///
/// Lock order: a shard, then a counter. Who holds a counter never asks the table.
final class CounterTable: Sendable {
    private final class Shard: Sendable {
        struct State {
            var counters: [LimitKey: Counter] = [:]
            /// Before this moment another sweep would be in vain, or cost every request.
            var sweepAgainAt: Int64 = 0
        }

        let state = Mutex(State())
    }

    private static let shardCount = 64
    /// A full shard is swept once a second at most.
    private static let sweepPause: Int64 = 1_000_000

    private let shards = (0..<CounterTable.shardCount).map { _ in Shard() }
    private let capacityOfShard: Int
    private let nextNumber = Atomic<UInt64>(0)

    init(capacity: Int) {
        self.capacityOfShard = max(1, (capacity + Self.shardCount - 1) / Self.shardCount)
    }

    /// How many counts there are.
    var count: Int {
        self.shards.reduce(0) { sum, shard in sum + shard.state.withLock { $0.counters.count } }
    }

    /// The count of a key, made where there is none; `nil` where there is no room.
    func counter(for key: LimitKey, rule: AdmissionRule, now: Int64) -> Counter? {
        self.shard(of: key).state.withLock { shard in
            if let counter = shard.counters[key] { return counter }
            if shard.counters.count >= self.capacityOfShard {
                guard now >= shard.sweepAgainAt else { return nil }
                shard.sweepAgainAt = now + Self.sweepPause
                Self.sweep(&shard.counters, now: now)
                guard shard.counters.count < self.capacityOfShard else { return nil }
            }
            let number = self.nextNumber.wrappingAdd(1, ordering: .relaxed).newValue
            let counter = Counter(number: number, rule: rule)
            shard.counters[key] = counter
            return counter
        }
    }

    /// The count of a key, if there is one.
    func existing(_ key: LimitKey) -> Counter? {
        self.shard(of: key).state.withLock { $0.counters[key] }
    }

    /// Forgets what is idle.
    func sweep(now: Int64) {
        for shard in self.shards { shard.state.withLock { Self.sweep(&$0.counters, now: now) } }
    }

    /// Calls `body` with every count, shard by shard, without a lock.
    func visit(_ body: (LimitKey, Counter) -> Void) {
        for shard in self.shards {
            let counters = shard.state.withLock { $0.counters }
            for (key, counter) in counters { body(key, counter) }
        }
    }

    private func shard(of key: LimitKey) -> Shard {
        self.shards[Int(truncatingIfNeeded: UInt(bitPattern: key.hash) % UInt(Self.shardCount))]
    }

    private static func sweep(_ counters: inout [LimitKey: Counter], now: Int64) {
        counters = counters.filter { _, counter in
            // A count that is in use this moment is not idle.
            let isIdle = counter.state.withLockIfAvailable { state in
                guard state.open == 0, state.meter.isIdle(at: now) else { return false }
                state.isRetired = true
                return true
            }
            return isIdle != true
        }
    }
}
