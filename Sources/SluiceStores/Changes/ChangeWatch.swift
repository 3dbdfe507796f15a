import CLinux
import Glibc
import SluiceCore
import Synchronization

/// The thread that says when something may have changed.
///
/// It waits for what the source brings (notices of PostgreSQL), for a poke by this process after a change of its own, and for the poll
/// interval, whichever is first, and ticks. So a notice that is lost costs one interval and nothing else.
final class ChangeWatch: Sendable {
    /// What notices come from.
    protocol Source: Sendable {
        /// Opens a connection that notices arrive on.
        func connect() throws(StoreError) -> PostgreSQLConnection
    }

    let ticks: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    private let source: (any Source)?
    private let interval: Duration
    /// An event counter of the kernel, to wake the thread; -1 before the start and after the end.
    private let wake = Mutex<Int32>(-1)
    private let isClosed = Atomic(false)
    private let isListening = Atomic(false)
    private let ending = Mutex<(isRunning: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

    init(source: (any Source)?, interval: Duration) {
        self.source = source
        self.interval = interval
        (self.ticks, self.continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Whether notices of the database arrive now.
    var hasNotices: Bool { self.isListening.load(ordering: .relaxed) }

    /// Starts the thread.
    func start() throws(StoreError) {
        let descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard descriptor >= 0 else {
            throw StoreError(.unavailable, "no event counter for the change feed: \(String(cString: strerror(errno)))")
        }
        self.wake.withLock { $0 = descriptor }
        self.ending.withLock { $0.isRunning = true }
        do throws(StoreError) {
            try BlockingThread.start("store-changes") { self.run(descriptor) }
        } catch {
            self.ended()
            throw error
        }
    }

    /// Ticks soon: this process changed something.
    func poke() {
        self.wake.withLock { descriptor in
            guard descriptor >= 0 else { return }
            // It fails only when the counter is full, and then a wake-up is due anyway.
            _ = eventfd_write(descriptor, 1)
        }
    }

    /// Ends the ticks and the thread.
    func close() async {
        self.isClosed.store(true, ordering: .relaxed)
        self.poke()
        await withCheckedContinuation { continuation in
            let isOver = self.ending.withLock { state in
                guard state.isRunning else { return true }
                state.waiting.append(continuation)
                return false
            }
            if isOver { continuation.resume() }
        }
    }

    private func ended() {
        self.wake.withLock { descriptor in
            if descriptor >= 0 { Glibc.close(descriptor) }
            descriptor = -1
        }
        self.continuation.finish()
        let waiting = self.ending.withLock { state in
            state.isRunning = false
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    private func run(_ wake: Int32) {
        var connection: PostgreSQLConnection?
        var backoff = Backoff()
        var nextTry = MonotonicTime(nanoseconds: 0)
        while !self.isClosed.load(ordering: .relaxed) {
            if connection == nil, let source = self.source, MonotonicTime.now() >= nextTry {
                do {
                    connection = try source.connect()
                    backoff.succeeded()
                } catch {
                    // The store's own calls report that the database is away; here the poll goes on without notices.
                    nextTry = MonotonicTime.now().advanced(by: backoff.failed(fraction: .random(in: 0...1)))
                }
                self.isListening.store(connection != nil, ordering: .relaxed)
            }
            var entries = [pollfd(fd: wake, events: Int16(POLLIN), revents: 0)]
            if let connection { entries.append(pollfd(fd: connection.descriptor, events: Int16(POLLIN), revents: 0)) }
            _ = poll(&entries, nfds_t(entries.count), self.interval.millisecondsClamped)
            var count: eventfd_t = 0
            _ = eventfd_read(wake, &count)
            if let current = connection {
                do {
                    // Whether it was a notice or another message does not matter: one tick too many costs one read.
                    _ = try current.notices()
                } catch {
                    current.close()
                    connection = nil
                    self.isListening.store(false, ordering: .relaxed)
                }
            }
            self.continuation.yield()
        }
        connection?.close()
        self.isListening.store(false, ordering: .relaxed)
        self.ended()
    }
}
