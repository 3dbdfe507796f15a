import SluiceCore
import Synchronization

/// Which targets have seen which beginnings of prompts: a table of fixed size that forgets what was not used longest.
///
/// Each place holds the number of a beginning, up to four targets that saw it, the latest first, and when. It is split into parts
/// by the first block, so that requests of other prompts do not wait for each other.
final class PrefixIndex: Sendable {
    /// The targets of one beginning, by ``TargetHealth/id``, the latest first; 0 is none.
    typealias Warm = SIMD4<UInt32>

    /// The widest member first: so it takes 32 bytes.
    private struct Slot {
        var warm = Warm()
        var key: UInt64 = 0
        var usedAt: Int64 = 0
    }

    private static let partCount = 8
    /// The places at which a number may stand; of these the oldest is given up.
    private static let ways = 8
    private let parts: [Part]

    private final class Part: Sendable {
        let slots: Mutex<[Slot]>
        let setCount: Int

        init(setCount: Int) {
            self.setCount = setCount
            self.slots = Mutex([])
        }
    }

    /// - Parameter memoryBytes: how much memory the table takes, from its first use on.
    init(memoryBytes: Int) {
        let sets = max(1, memoryBytes / MemoryLayout<Slot>.stride / (Self.partCount * Self.ways))
        self.parts = (0..<Self.partCount).map { _ in Part(setCount: sets) }
    }

    /// Calls `isGood` with the targets of beginnings, and returns its result for the longest that it takes.
    ///
    /// Whoever saw a beginning has seen all that are shorter: so it is enough to halve the range, and seven steps decide.
    func longest<Result>(
        of blocks: PrefixBlocks,
        atLeast shortest: Int,
        expiredBefore: MonotonicTime,
        _ isGood: (Warm) -> Result?
    ) -> Result? {
        guard let part = self.part(blocks), blocks.hashes.count >= shortest else { return nil }
        return part.slots.withLock { slots in
            guard !slots.isEmpty else { return nil }
            var found: Result?
            var low = max(0, shortest - 1)
            var high = blocks.hashes.count
            while low < high {
                let middle = (low + high) / 2
                if let slot = Self.find(blocks.hashes[middle], slots, part.setCount),
                    slots[slot].usedAt >= expiredBefore.nanoseconds, let result = isGood(slots[slot].warm)
                {
                    found = result
                    low = middle + 1
                } else {
                    high = middle
                }
            }
            return found
        }
    }

    /// Notes that a target is about to see a prompt.
    func record(_ blocks: PrefixBlocks, target: UInt32, now: MonotonicTime, expiredBefore: MonotonicTime) {
        guard let part = self.part(blocks) else { return }
        part.slots.withLock { slots in
            if slots.isEmpty { slots = Array(repeating: Slot(), count: part.setCount * Self.ways) }
            for hash in blocks.hashes {
                if let slot = Self.find(hash, slots, part.setCount) {
                    let isExpired = slots[slot].usedAt < expiredBefore.nanoseconds
                    slots[slot].warm = Self.adding(target, to: isExpired ? Warm() : slots[slot].warm)
                    slots[slot].usedAt = now.nanoseconds
                } else {
                    let start = Self.set(hash, part.setCount)
                    var oldest = start
                    for slot in start..<start + Self.ways where slots[slot].usedAt < slots[oldest].usedAt {
                        oldest = slot
                    }
                    slots[oldest] = Slot(warm: Warm(target, 0, 0, 0), key: hash, usedAt: now.nanoseconds)
                }
            }
        }
    }

    private func part(_ blocks: PrefixBlocks) -> Part? {
        // Not the highest bits, which say the place within a part, nor the lowest, which is always set.
        blocks.hashes.first.map { self.parts[Int(truncatingIfNeeded: ($0 >> 1) % UInt64(Self.partCount))] }
    }

    private static func set(_ hash: UInt64, _ setCount: Int) -> Int {
        Int(truncatingIfNeeded: hash.multipliedFullWidth(by: UInt64(setCount)).high) * Self.ways
    }

    private static func find(_ hash: UInt64, _ slots: borrowing [Slot], _ setCount: Int) -> Int? {
        let start = Self.set(hash, setCount)
        for slot in start..<start + Self.ways where slots[slot].key == hash { return slot }
        return nil
    }

    /// `target` first, then the others that were there.
    private static func adding(_ target: UInt32, to warm: Warm) -> Warm {
        if warm[0] == target { return warm }
        if warm[1] == target { return Warm(target, warm[0], warm[2], warm[3]) }
        if warm[2] == target { return Warm(target, warm[0], warm[1], warm[3]) }
        return Warm(target, warm[0], warm[1], warm[2])
    }
}
