/// A bounded buffer between event loops and the log's output, with one thread that writes.
///
/// ``write(_:)`` copies a line and returns: it never waits for the output. When the output is slower than the lines for so
/// long that the buffer is full, lines are dropped and counted. The thread sleeps while there is nothing to do; woken by
/// the first line, it gathers more for a few milliseconds and writes them with one system call.
public final class LogSink: Sendable {
    /// What became of the lines so far. Each line given to ``LogSink/write(_:)`` ends as written or shed, or is pending.
    public struct Counters: Sendable, Hashable {
        /// Lines that were written whole.
        public var written: UInt64
        /// Lines that were dropped: the buffer was full, the output broken, or the sink closed.
        public var shed: UInt64
        /// Lines that wait or are being written.
        public var pending: UInt64

        /// Makes counters.
        public init(written: UInt64 = 0, shed: UInt64 = 0, pending: UInt64 = 0) {
            self.written = written
            self.shed = shed
            self.pending = pending
        }
    }

    private let writer: LogWriter

    /// Makes a sink and starts its thread.
    ///
    /// - Parameters:
    ///   - descriptor: where lines go, standard output by default; it stays open when the sink is closed.
    ///   - limitBytes: how many bytes may wait or be under way.
    ///   - gathering: how long a first line waits for more.
    public init(descriptor: Int32 = 1, limitBytes: Int = 8 << 20, gathering: Duration = .milliseconds(5)) {
        self.writer = LogWriter(descriptor: descriptor, limitBytes: max(limitBytes, 0), gathering: gathering)
        self.writer.start()
    }

    deinit {
        self.writer.beginClosing()
    }

    /// Hands over one whole line, with its line feed. Never waits for the output.
    public func write(_ line: borrowing [UInt8]) {
        self.writer.append(line)
    }

    /// Waits until all lines handed over before are written or given up.
    ///
    /// It blocks, so it is not for event loops. Returns false when `timeout` passed first.
    public func flush(timeout: Duration) -> Bool {
        self.writer.flush(timeout: timeout)
    }

    /// Writes what waits, then ends the thread; lines handed over later are shed.
    ///
    /// It blocks, so it is not for event loops. Returns false when `timeout` passed first: what still waited is then shed. A
    /// second call does no harm.
    @discardableResult
    public func close(timeout: Duration) -> Bool {
        self.writer.close(timeout: timeout)
    }

    /// What became of the lines so far, read in one moment.
    public var counters: Counters {
        self.writer.counters
    }
}
