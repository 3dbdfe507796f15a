import SluiceCore
import SluiceIdentity
import Synchronization

/// Verifies what no other does, as it is told to.
final class TestVerifier: CredentialVerifier {
    private let body: @Sendable (String) async -> VerifierResult
    private let count = Atomic<Int>(0)

    init(_ body: @escaping @Sendable (String) async -> VerifierResult) {
        self.body = body
    }

    /// How often it was asked.
    var calls: Int { self.count.load(ordering: .relaxed) }

    func recognizes(_ credential: String) -> Bool { true }

    func verify(_ credential: String, at now: UnixTime) async -> VerifierResult {
        self.count.add(1, ordering: .relaxed)
        return await self.body(credential)
    }
}

/// Lets those who wait go on once it is open.
final class Gate: Sendable {
    private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

    func open() {
        let waiting = self.state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiter in waiting { waiter.resume() }
    }

    func wait() async {
        await withCheckedContinuation { waiter in
            let isOpen = self.state.withLock { state in
                if !state.isOpen { state.waiting.append(waiter) }
                return state.isOpen
            }
            if isOpen { waiter.resume() }
        }
    }

    /// Waits until the task is cancelled.
    func waitUntilCancelled() async {
        await withTaskCancellationHandler {
            await self.wait()
        } onCancel: {
            self.open()
        }
    }
}
