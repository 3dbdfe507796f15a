import Logging

/// The ANSI colours of the pretty format; nothing when colours are off.
struct LogStyle {
    let hasColours: Bool

    enum Colour {
        case grey
        case green
        case yellow
        case red
        case cyan
    }

    func begin(_ colour: Colour, in bytes: inout [UInt8]) {
        guard self.hasColours else { return }
        switch colour {
        case .grey: bytes.append("\u{1B}[90m")
        case .green: bytes.append("\u{1B}[32m")
        case .yellow: bytes.append("\u{1B}[33m")
        case .red: bytes.append("\u{1B}[31m")
        case .cyan: bytes.append("\u{1B}[36m")
        }
    }

    func end(in bytes: inout [UInt8]) {
        if self.hasColours { bytes.append("\u{1B}[0m") }
    }

    /// Appends the level in eight columns.
    func append(_ level: Logger.Level, to bytes: inout [UInt8]) {
        let colour: Colour =
            switch level {
            case .trace, .debug: .grey
            case .info, .notice: .green
            case .warning: .yellow
            case .error, .critical: .red
            }
        self.begin(colour, in: &bytes)
        bytes.append(level.logName)
        self.end(in: &bytes)
        bytes.append(spaces: 9 - level.logName.utf8CodeUnitCount)
    }
}

extension Logger.Level {
    /// The level as it stands in a line.
    var logName: StaticString {
        switch self {
        case .trace: "trace"
        case .debug: "debug"
        case .info: "info"
        case .notice: "notice"
        case .warning: "warning"
        case .error: "error"
        case .critical: "critical"
        }
    }
}

extension [UInt8] {
    /// Appends so many spaces; none for zero or less.
    mutating func append(spaces count: Int) {
        for _ in 0..<Swift.max(count, 0) { self.append(UInt8(ascii: " ")) }
    }
}
