import Logging
public import SluiceCore

/// Takes down every exchange, in the metrics and in the access log: what the request path calls.
///
/// All calls return at once; see ``MetricsShard`` and ``AccessLog`` for what each of them costs.
public final class ExchangeTelemetry: ExchangeRecorder {
    /// The metrics, for what is no exchange: connections, pools, reloads.
    public let metrics: MetricsRegistry
    private let sink: LogSink
    private let accessLogs: [AccessLog]
    private let logger: Logger

    /// Makes the telemetry of a gateway whose event loops have the numbers 0 to `loops - 1`.
    ///
    /// - Parameters:
    ///   - metrics: a registry with as many shards as there are loops.
    ///   - loops: how many event loops there are.
    ///   - sink: where access log lines go, and whose counters a scrape shows.
    ///   - settings: the log's level and format.
    public init(metrics: MetricsRegistry, loops: Int, sink: LogSink, settings: LogSettings) {
        self.metrics = metrics
        self.sink = sink
        self.logger = Logger(label: "sluice.routing") { SluiceLogHandler(label: $0, sink: sink, settings: settings) }
        self.accessLogs = (0..<max(loops, 1)).map { _ in AccessLog(sink: sink, settings: settings) }
    }

    /// A request has begun and is in flight until it is settled.
    public func started(_ surface: Surface, method: String, loop: Int) {
        self.metrics.shard(loop).requestStarted(surface, method: method)
    }

    /// A key was accepted or refused.
    public func authenticated(allowed: Bool, loop: Int) {
        self.metrics.shard(loop).authResult(allowed: allowed)
    }

    /// Counts and logs the exchange. Its surface and method are those that ``started(_:method:loop:)`` was told.
    public func settled(_ record: borrowing ExchangeRecord, loop: Int) {
        self.metrics.shard(loop).settled(record)
        self.accessLogs[Int(loop.magnitude % UInt(self.accessLogs.count))].write(record)
    }

    /// Counts and logs what became of a target or a credential. Rate limits are a vendor's ordinary word and are counted alone.
    public func noticed(_ notice: HealthNotice, loop: Int) {
        self.metrics.shard(loop).noticed(notice)
        var metadata: Logger.Metadata = ["provider": "\(notice.provider)"]
        if let model = notice.model { metadata["target_model"] = "\(CredentialMask.masking(model))" }
        if let time = notice.nanoseconds { metadata["for_ms"] = "\(time / 1_000_000)" }
        let level: Logger.Level =
            switch notice.kind {
            case .targetLeftAlone, .credentialLeftAlone: .warning
            case .targetRecovered, .credentialRecovered: .notice
            case .credentialLimited: .debug
            }
        self.logger.log(level: level, "\(notice.kind.rawValue)", metadata: metadata)
    }

    /// Counts a copy of a request.
    public func mirrored(_ result: MirrorResult, loop: Int) {
        self.metrics.shard(loop).mirrored(result)
    }

    /// The metrics as Prometheus text. With thousands of series this takes milliseconds.
    public func scrape() -> [UInt8] {
        var bytes: [UInt8] = []
        self.metrics.scrape(into: &bytes, logs: self.sink.counters)
        return bytes
    }
}
