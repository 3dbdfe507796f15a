import Glibc

/// The thread of a ``LogSink`` and the lock that it shares with those who hand over lines.
///
/// Sendable though unchecked: `state` is touched only between `lock()` and `unlock()` of `mutex`, and the pointers never change.
/// It is a pthread mutex and not a `Mutex` because the thread must sleep on a condition variable. No write is made under the lock.
final class LogWriter: @unchecked Sendable {
    private struct State {
        var buffer: LogBuffer
        var isClosing = false
        var isHurried = false
        var isAbandoned = false
        var isBroken = false
        var isFinished = false
    }

    private let descriptor: Int32
    private let gathering: Duration
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    /// There is work for the thread.
    private let work = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    /// The thread got on.
    private let progress = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var state: State

    init(descriptor: Int32, limitBytes: Int, gathering: Duration) {
        self.descriptor = descriptor
        self.gathering = gathering
        self.state = State(buffer: LogBuffer(limit: limitBytes))
        pthread_mutex_init(self.mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        // Deadlines must not move when somebody sets the clock.
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(self.work, &attributes)
        pthread_cond_init(self.progress, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(self.progress)
        pthread_cond_destroy(self.work)
        pthread_mutex_destroy(self.mutex)
        self.progress.deallocate()
        self.work.deallocate()
        self.mutex.deallocate()
    }

    /// Starts the thread, which keeps the writer alive until it ends. Without one, all lines are shed.
    func start() {
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(self).toOpaque()
        let result = pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<LogWriter>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            },
            argument
        )
        if result == 0 {
            pthread_detach(thread)
        } else {
            Unmanaged<LogWriter>.fromOpaque(argument).release()
            self.withLock { state in
                state.isBroken = true
                state.isFinished = true
            }
        }
    }

    func append(_ line: borrowing [UInt8]) {
        self.lock()
        var wakes = false
        if self.state.isClosing || self.state.isBroken {
            self.state.buffer.shedOne()
        } else if case .accepted(wakes: true) = self.state.buffer.append(line) {
            wakes = true
        }
        self.unlock()
        if wakes { pthread_cond_signal(self.work) }
    }

    func flush(timeout: Duration) -> Bool {
        let deadline = Deadline(after: timeout)
        let mark = self.withLock { state in
            state.isHurried = true
            return state.buffer.accepted
        }
        pthread_cond_signal(self.work)
        return self.wait(on: self.progress, until: deadline) { state in
            state.buffer.ended >= mark || state.isFinished
        }
    }

    func beginClosing() {
        self.withLock { $0.isClosing = true }
        pthread_cond_signal(self.work)
    }

    func close(timeout: Duration) -> Bool {
        let deadline = Deadline(after: timeout)
        self.beginClosing()
        _ = self.wait(on: self.progress, until: deadline) { $0.isFinished || $0.isAbandoned }
        return self.withLock { state in
            if !state.isFinished {
                state.isAbandoned = true
                state.buffer.abandon()
            }
            return !state.isAbandoned
        }
    }

    var counters: LogSink.Counters {
        self.withLock { state in
            LogSink.Counters(
                written: state.buffer.written,
                shed: state.buffer.shed,
                pending: state.buffer.waiting + state.buffer.beingWritten
            )
        }
    }

    // MARK: The thread

    private func run() {
        // A reader that went away must give EPIPE here and not end the process.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        while true {
            let chunks = self.waitForWork()
            if chunks == 0 { break }
            // What comes meanwhile is gathered again: taking it at once would write single lines under load.
            for _ in 0..<chunks {
                guard let chunk = self.withLock({ $0.buffer.next() }) else { break }
                let lines = self.write(chunk)
                self.withLock { state in
                    state.buffer.finish(chunk, written: lines)
                    if state.isBroken { state.buffer.abandon() }
                }
                pthread_cond_broadcast(self.progress)
            }
        }
        self.withLock { $0.isFinished = true }
        pthread_cond_broadcast(self.progress)
    }

    /// Sleeps until there is something to write and a while more, to write many lines at once.
    ///
    /// Returns how many chunks wait; 0 is the end.
    private func waitForWork() -> Int {
        _ = self.wait(on: self.work, until: nil) { !$0.buffer.isEmpty || $0.isClosing }
        _ = self.wait(on: self.work, until: Deadline(after: self.gathering)) { state in
            state.buffer.isUrgent || state.isHurried || state.isClosing
        }
        return self.withLock { state in
            state.isHurried = false
            return state.buffer.waitingChunks
        }
    }

    /// Writes a chunk and returns how many of its lines went out whole.
    private func write(_ chunk: LogBuffer.Chunk) -> UInt64 {
        var offset = 0
        let isWhole = chunk.bytes.withUnsafeBytes { bytes in
            while offset < bytes.count {
                let count = Glibc.write(self.descriptor, bytes.baseAddress?.advanced(by: offset), bytes.count - offset)
                if count > 0 {
                    offset += count
                } else if !self.mayRetry(after: count == 0 ? EAGAIN : errno) {
                    return false
                }
            }
            return true
        }
        if isWhole { return chunk.lines }
        self.withLock { $0.isBroken = true }
        return chunk.bytes[..<offset].reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
    }

    /// Waits for a full output to drain; false when the output is gone or nobody waits for it any more.
    private func mayRetry(after error: Int32) -> Bool {
        switch error {
        case EINTR:
            return true
        case EAGAIN:
            var request = pollfd(fd: self.descriptor, events: Int16(POLLOUT), revents: 0)
            // Not for ever, so that an abandoned thread ends even if its output stays full.
            _ = poll(&request, 1, 100)
            return self.withLock { !$0.isAbandoned }
        default:
            return false
        }
    }

    // MARK: The lock

    private func lock() { pthread_mutex_lock(self.mutex) }
    private func unlock() { pthread_mutex_unlock(self.mutex) }

    private func withLock<Result>(_ body: (inout State) -> Result) -> Result {
        self.lock()
        defer { self.unlock() }
        return body(&self.state)
    }

    /// Sleeps on a condition until `isMet` holds, or the deadline passes: then the result is false.
    private func wait(
        on condition: UnsafeMutablePointer<pthread_cond_t>,
        until deadline: Deadline?,
        _ isMet: (borrowing State) -> Bool
    ) -> Bool {
        self.lock()
        defer { self.unlock() }
        while !isMet(self.state) {
            guard let deadline else {
                pthread_cond_wait(condition, self.mutex)
                continue
            }
            var time = deadline.time
            if pthread_cond_timedwait(condition, self.mutex, &time) == ETIMEDOUT { return isMet(self.state) }
        }
        return true
    }
}
