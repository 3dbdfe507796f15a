import NIOCore

/// The end of a turn of one event loop, in which what was settled in it is committed, and then the connections are flushed that
/// something was written to.
///
/// A turn handles whatever is ready on all connections of the loop, and then its tasks. A flush for each of them as it comes wakes
/// whoever reads at the other end once for each, and leaves for the kernel in the middle of the work; at the end of the turn one
/// after the other, most find the other end awake, and one write of the journal serves all that were settled. Nothing waits longer
/// than for ``mostWaiting`` others. Loop-confined.
final class LoopTurn {
    /// So many connections are flushed at once at the latest, so that the first does not wait for all that a busy loop has ready.
    private static let mostWaiting = 64

    private let eventLoop: any EventLoop
    /// Commits what was settled since it was called last.
    var onCommit: () -> Void = {}
    private var waiting: [any TurnFlushing] = []
    private var isCommitDue = false
    private var isScheduled = false

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        self.waiting.reserveCapacity(Self.mostWaiting)
    }

    /// Flushes at the end of this turn. To be called once until ``TurnFlushing/turnEnded()``.
    func flush(_ connection: any TurnFlushing) {
        self.waiting.append(connection)
        if self.waiting.count >= Self.mostWaiting { self.end() } else { self.schedule() }
    }

    /// An exchange was settled: it is committed at the end of this turn, and before any flush.
    func settled() {
        self.isCommitDue = true
        self.schedule()
    }

    /// Commits what was settled. To be called before a connection is flushed within the turn.
    func commit() {
        guard self.isCommitDue else { return }
        self.isCommitDue = false
        self.onCommit()
    }

    private func schedule() {
        guard !self.isScheduled else { return }
        self.isScheduled = true
        // Tasks of a loop run in their order behind the events of its turn.
        self.eventLoop.assumeIsolated().execute {
            self.isScheduled = false
            self.end()
        }
    }

    private func end() {
        self.commit()
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
