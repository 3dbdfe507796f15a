import Glibc
import Logging
import SluiceConfig
import SluiceTelemetry

extension LogSettings {
    /// Takes level and format of a configuration. Colours are for terminals only.
    func apply(_ logging: LoggingConfiguration) {
        self.level = Logger.Level(rawValue: logging.level.rawValue) ?? .info
        switch logging.format {
        case .json: self.format = .json
        case .pretty: self.format = .pretty(colours: isatty(1) == 1)
        }
    }
}
