import SluiceWire
import Synchronization

/// What the server has served, in tokens: the bill that a vendor would write.
///
/// A prompt counts when the head of its answer goes out, a token of an answer when it is made, whatever becomes of it then: so
/// answers that break, or that their clients leave, count with as much as there was of them.
final class ServedUsage: Sendable {
    private let answers = Atomic<Int>(0)
    private let input = Atomic<Int>(0)
    private let cacheRead = Atomic<Int>(0)
    private let cacheWrite = Atomic<Int>(0)
    private let cacheWriteHour = Atomic<Int>(0)
    private let output = Atomic<Int>(0)
    private let reasoning = Atomic<Int>(0)

    /// An answer that costs `usage` in all begins.
    func begin(_ usage: TokenUsage) {
        MockStatistics.add(1, to: answers)
        MockStatistics.add(usage.fresh, to: input)
        MockStatistics.add(usage.cached, to: cacheRead)
        MockStatistics.add(usage.written, to: cacheWrite)
        MockStatistics.add(usage.writtenHour, to: cacheWriteHour)
    }

    /// Some of its tokens were made, by their places in it: those of reasoning come first.
    func add(tokens: Range<Int>, of usage: TokenUsage) {
        let thought = tokens.clamped(to: 0..<usage.reasoning).count
        MockStatistics.add(thought, to: reasoning)
        MockStatistics.add(tokens.count - thought, to: output)
    }

    func removeAll() {
        answers.store(0, ordering: .relaxed)
        input.store(0, ordering: .relaxed)
        cacheRead.store(0, ordering: .relaxed)
        cacheWrite.store(0, ordering: .relaxed)
        cacheWriteHour.store(0, ordering: .relaxed)
        output.store(0, ordering: .relaxed)
        reasoning.store(0, ordering: .relaxed)
    }

    /// The classes do not overlap: the names are those of the gateway's own metrics.
    func json() -> [UInt8] {
        .json { json in
            json.member("answers", answers.load(ordering: .relaxed))
            json.object("tokens") { json in
                json.member("input", input.load(ordering: .relaxed))
                json.member("cache_read", cacheRead.load(ordering: .relaxed))
                json.member("cache_write_5m", cacheWrite.load(ordering: .relaxed))
                json.member("cache_write_1h", cacheWriteHour.load(ordering: .relaxed))
                json.member("output", output.load(ordering: .relaxed))
                json.member("reasoning", reasoning.load(ordering: .relaxed))
            }
        }
    }
}
