import Testing

@testable import SluiceIdentity

@Suite("VerificationGate")
struct VerificationGateTests {
    @Test("so many run, so many wait, and the next is told that it is full")
    func bounds() async {
        let gate = VerificationGate(permits: 2, capacity: 0)
        #expect(await gate.enter() == .entered)
        #expect(await gate.enter() == .entered)
        #expect(await gate.enter() == .full)
        gate.leave()
        #expect(await gate.enter() == .entered)
    }

    @Test("never more than the permits run, and all get their turn")
    func turns() async {
        let gate = VerificationGate(permits: 3, capacity: 1000)
        let running = Running()
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<500 {
                group.addTask {
                    guard await gate.enter() == .entered else { return false }
                    await running.begin()
                    await Task.yield()
                    await running.end()
                    gate.leave()
                    return true
                }
            }
            for await served in group { #expect(served) }
        }
        #expect(await running.most <= 3)
        #expect(await running.served == 500)
        // All permits came back.
        for _ in 0..<3 { #expect(await gate.enter() == .entered) }
    }

    @Test("who is cancelled does not wait on, and takes nobody's turn")
    func cancellation() async {
        let gate = VerificationGate(permits: 1, capacity: 10)
        #expect(await gate.enter() == .entered)
        let first = Task { await gate.enter() }
        first.cancel()
        #expect(await first.value == .cancelled)
        let second = Task { await gate.enter() }
        gate.leave()
        #expect(await second.value == .entered)
    }

    private actor Running {
        private var now = 0
        private(set) var most = 0
        private(set) var served = 0

        func begin() {
            self.now += 1
            self.most = max(self.most, self.now)
        }

        func end() {
            self.now -= 1
            self.served += 1
        }
    }
}
