public import Logging

/// Sends swift-log's lines through a ``LogSink``, as JSON or pretty, without ever waiting for the output.
///
/// JSON shape: `{"timestamp","level","message","logger"}`, then `error` if there is one, then the metadata as members of the
/// same object; a metadata key that is one of these names gets `metadata.` before it. Credentials are masked at every level,
/// trace included (``CredentialMask``). Level and format are those of ``LogSettings`` at the time of each line, unless a logger
/// was given a level of its own.
public struct SluiceLogHandler: LogHandler {
    private let label: String
    private let sink: LogSink
    private let settings: LogSettings
    private var ownLevel: Logger.Level?

    /// Metadata of every line of this logger.
    public var metadata: Logger.Metadata = [:]
    /// Metadata of the task at hand.
    public var metadataProvider: Logger.MetadataProvider?

    /// Makes a handler for the logger called `label`.
    public init(
        label: String,
        sink: LogSink,
        settings: LogSettings,
        metadataProvider: Logger.MetadataProvider? = nil
    ) {
        self.label = label
        self.sink = sink
        self.settings = settings
        self.metadataProvider = metadataProvider
    }

    /// The level of this logger; that of the settings until it is set.
    public var logLevel: Logger.Level {
        get { self.ownLevel ?? self.settings.level }
        set { self.ownLevel = newValue }
    }

    /// One value of ``metadata``.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    /// Makes the event's line and hands it to the sink.
    public func log(event: LogEvent) {
        var metadata = self.metadata
        if let provided = self.metadataProvider?.get() {
            metadata.merge(provided) { $1 }
        }
        if let given = event.metadata {
            metadata.merge(given) { $1 }
        }
        let line = OperationalLogLine(
            timestamp: .now,
            level: event.level,
            logger: self.label,
            message: event.message.description,
            error: event.error.map { String(describing: $0) },
            metadata: metadata.sorted { $0.key < $1.key }
        )
        var bytes: [UInt8] = []
        line.append(format: self.settings.format, to: &bytes)
        self.sink.write(bytes)
    }
}
