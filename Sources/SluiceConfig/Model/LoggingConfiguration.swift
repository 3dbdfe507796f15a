/// What is logged and how: `logging` in the file.
public struct LoggingConfiguration: Sendable, Equatable {
    /// How much is logged; the names are swift-log's.
    public enum Level: String, Sendable, CaseIterable {
        case trace, debug, info, notice, warning, error, critical
    }

    /// The form of a line.
    public enum Format: String, Sendable, CaseIterable {
        /// One JSON object a line.
        case json
        /// For a terminal.
        case pretty
    }

    /// The least level that is written: `logging.level`, default `info`.
    public var level: Level
    /// `logging.format`, default `json`.
    public var format: Format

    /// Makes a logging configuration; what is left out has its default.
    public init(level: Level = .info, format: Format = .json) {
        self.level = level
        self.format = format
    }
}
