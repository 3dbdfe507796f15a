import NIOCore
import Testing

@testable import SluiceHTTP

@Suite("BodyCollector and BodyBudget")
struct BodyCollectorTests {
    private static func piece(_ count: Int) -> ByteBuffer {
        ByteBuffer(repeating: 0x61, count: count)
    }

    @Test("pieces of any size come out as one body", arguments: [nil, 10, 3, 1000] as [Int?])
    func joins(declared: Int?) {
        let budget = BodyBudget(limitBytes: 10_000)
        var collector = BodyCollector(limit: 5000, declaredLength: declared, budget: budget)
        for text in ["ab", "", "cdefg", "hij"] { collector.append(ByteBuffer(string: text)) }
        collector.finish()
        #expect(collector.isComplete)
        #expect(collector.refusal == nil)
        #expect(collector.received == 10)
        #expect(String(buffer: collector.take()) == "abcdefghij")
        #expect(budget.heldBytes == max(10, declared ?? 0))
        collector.release()
        collector.release()
        #expect(budget.heldBytes == 0)
    }

    @Test("a body that came in one read is that slice, not a copy")
    func noCopy() {
        var collector = BodyCollector(limit: 100, declaredLength: 10, budget: BodyBudget(limitBytes: 100))
        let whole = ByteBuffer(string: "0123456789 and more")
        let slice = whole.getSlice(at: 0, length: 10) ?? ByteBuffer()
        collector.append(slice)
        collector.finish()
        let taken = collector.take()
        #expect(taken == slice)
        let same = taken.withUnsafeReadableBytes { a in
            whole.withUnsafeReadableBytes { b in a.baseAddress == b.baseAddress }
        }
        #expect(same)
    }

    @Test("a declared length is reserved at once and never grown", arguments: [100_000, 1 << 20])
    func reserves(declared: Int) {
        let budget = BodyBudget(limitBytes: 1 << 22)
        var collector = BodyCollector(limit: 1 << 21, declaredLength: declared, budget: budget)
        collector.append(Self.piece(10))
        #expect(budget.heldBytes == declared)
        collector.append(Self.piece(declared - 10))
        #expect(budget.heldBytes == declared)
        let body = collector.take()
        #expect(body.readableBytes == declared)
        #expect(body.capacity <= declared.nextPowerOf2())
        collector.release()
        #expect(budget.heldBytes == 0)
    }

    @Test("the limit holds to the byte", arguments: [9, 10, 11])
    func limit(size: Int) {
        let budget = BodyBudget(limitBytes: 100)
        var collector = BodyCollector(limit: 10, declaredLength: nil, budget: budget)
        for _ in 0..<size { collector.append(Self.piece(1)) }
        #expect(collector.refusal == (size > 10 ? .tooLarge(limit: 10) : nil))
        #expect(budget.heldBytes == (size > 10 ? 0 : size))
        collector.release()
        #expect(budget.heldBytes == 0)
    }

    @Test("a declared length past the limit is refused before a byte comes")
    func declaredTooLarge() {
        let budget = BodyBudget(limitBytes: 100)
        var collector = BodyCollector(limit: 10, declaredLength: 11, budget: budget)
        #expect(collector.refusal == .tooLarge(limit: 10))
        collector.append(Self.piece(5))
        #expect(budget.heldBytes == 0)
        collector.finish()
        #expect(collector.take().readableBytes == 0)
    }

    @Test("what comes after a refusal is dropped")
    func afterRefusal() {
        let budget = BodyBudget(limitBytes: 100)
        var collector = BodyCollector(limit: 10, declaredLength: nil, budget: budget)
        for _ in 0..<100 { collector.append(Self.piece(7)) }
        #expect(collector.refusal == .tooLarge(limit: 10))
        #expect(collector.received == 700)
        #expect(budget.heldBytes == 0)
    }

    @Test("a body past the budget is refused and leaves the budget as it was")
    func overBudget() {
        let budget = BodyBudget(limitBytes: 100)
        var first = BodyCollector(limit: 100, declaredLength: nil, budget: budget)
        first.append(Self.piece(60))
        var second = BodyCollector(limit: 100, declaredLength: nil, budget: budget)
        second.append(Self.piece(40))
        #expect(second.refusal == nil)
        second.append(Self.piece(1))
        #expect(second.refusal == .overBudget)
        #expect(budget.heldBytes == 60)
        var third = BodyCollector(limit: 100, declaredLength: 41, budget: budget)
        third.append(Self.piece(1))
        #expect(third.refusal == .overBudget)
        first.release()
        #expect(budget.heldBytes == 0)
    }

    @Test("more than was declared is held for what it is")
    func moreThanDeclared() {
        let budget = BodyBudget(limitBytes: 100)
        var collector = BodyCollector(limit: 50, declaredLength: 2, budget: budget)
        collector.append(Self.piece(2))
        collector.append(Self.piece(20))
        #expect(budget.heldBytes == 22)
        #expect(collector.take().readableBytes == 22)
        collector.release()
    }

    @Test("lengths that are no lengths do no harm", arguments: [-1, Int.min, Int.max])
    func absurd(declared: Int) {
        let budget = BodyBudget(limitBytes: 100)
        var collector = BodyCollector(limit: 50, declaredLength: declared, budget: budget)
        collector.append(Self.piece(5))
        collector.append(Self.piece(5))
        collector.finish()
        collector.release()
        #expect(budget.heldBytes == 0)
    }

    @Test("a budget never gives more than it has, and is whole in the end", .timeLimit(.minutes(1)))
    func concurrent() async {
        let budget = BodyBudget(limitBytes: 1000)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for size in 1...500 where budget.take(size) {
                        #expect(budget.heldBytes >= size)
                        budget.giveBack(size)
                    }
                }
            }
        }
        #expect(budget.heldBytes == 0)
        #expect(budget.take(1000))
        #expect(!budget.take(1))
    }
}

extension Int {
    fileprivate func nextPowerOf2() -> Int {
        var result = 1
        while result < self { result <<= 1 }
        return result
    }
}
