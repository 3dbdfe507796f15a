public import Logging
import Synchronization

/// The log's level and format, shared by all who write to it and changeable while they do.
public final class LogSettings: Sendable {
    private let levelNumber: Atomic<Int>
    private let formatNumber: Atomic<Int>

    /// Makes settings.
    public init(level: Logger.Level = .info, format: LogFormat = .json) {
        self.levelNumber = Atomic(Self.number(of: level))
        self.formatNumber = Atomic(Self.number(of: format))
    }

    /// Lines below this level are not written.
    public var level: Logger.Level {
        get { Self.levels[self.levelNumber.load(ordering: .relaxed)] }
        set { self.levelNumber.store(Self.number(of: newValue), ordering: .relaxed) }
    }

    /// How lines look from now on.
    public var format: LogFormat {
        get { Self.formats[self.formatNumber.load(ordering: .relaxed)] }
        set { self.formatNumber.store(Self.number(of: newValue), ordering: .relaxed) }
    }

    private static let levels = Logger.Level.allCases
    private static let formats: [LogFormat] = [.json, .pretty(colours: false), .pretty(colours: true)]

    private static func number(of level: Logger.Level) -> Int {
        Self.levels.firstIndex(of: level) ?? 0
    }

    private static func number(of format: LogFormat) -> Int {
        Self.formats.firstIndex(of: format) ?? 0
    }
}
