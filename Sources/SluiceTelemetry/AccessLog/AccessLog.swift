public import SluiceCore
import Synchronization

/// Writes one line for each settled exchange. One of these belongs to each event loop.
///
/// The line is made in the loop's own buffer, which is reused, and then handed to the sink in one copy. It never waits for the
/// output.
public final class AccessLog: Sendable {
    private let sink: LogSink
    private let settings: LogSettings
    private let line = Mutex<[UInt8]>([])

    /// Makes a loop's access log.
    public init(sink: LogSink, settings: LogSettings) {
        self.sink = sink
        self.settings = settings
    }

    /// Writes the exchange's line, unless the log's level leaves it out.
    public func write(_ record: borrowing ExchangeRecord) {
        guard AccessLogLine.level(of: record) >= self.settings.level else { return }
        let format = self.settings.format
        self.line.withLock { line in
            line.removeAll(keepingCapacity: true)
            AccessLogLine.append(record, format: format, to: &line)
            self.sink.write(line)
        }
    }
}
