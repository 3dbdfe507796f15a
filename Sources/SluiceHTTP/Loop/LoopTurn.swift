import NIOCore

/// The end of a turn of one event loop, in which the connections that wrote something in that turn are flushed together.
///
/// A turn handles whatever is ready on all connections of the loop, and then its tasks. A flush for each of them as it comes wakes
/// whoever reads at the other end once for each, and leaves for the kernel in the middle of the work; at the end of the turn one
/// after the other, most find the other end awake. Nothing waits longer than for ``mostWaiting`` others. Loop-confined.
final class LoopTurn {
    /// So many connections are flushed at once at the latest, so that the first does not wait for all that a busy loop has ready.
    private static let mostWaiting = 64

    private let eventLoop: any EventLoop
    private var waiting: [any TurnFlushing] = []
    private var isScheduled = false

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        self.waiting.reserveCapacity(Self.mostWaiting)
    }

    /// Flushes at the end of this turn. To be called once until ``TurnFlushing/turnEnded()``.
    func flush(_ connection: any TurnFlushing) {
        self.waiting.append(connection)
        if self.waiting.count >= Self.mostWaiting {
            self.end()
        } else if !self.isScheduled {
            self.isScheduled = true
            // Tasks of a loop run in their order behind the events of its turn.
            self.eventLoop.assumeIsolated().execute {
                self.isScheduled = false
                self.end()
            }
        }
    }

    private func end() {
        guard !self.waiting.isEmpty else { return }
        // A flush may write to another connection, or to the same once more.
        var connections: [any TurnFlushing] = []
        swap(&connections, &self.waiting)
        for connection in connections { connection.turnEnded() }
        guard self.waiting.isEmpty else { return }
        connections.removeAll(keepingCapacity: true)
        swap(&connections, &self.waiting)
    }
}
