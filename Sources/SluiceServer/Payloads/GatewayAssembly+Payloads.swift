import Glibc
import Logging
import SluiceConfig
import SluiceCore
import SluicePipeline
import SluiceStores
import SluiceWire

extension GatewayAssembly {
    /// Opens the store of payloads, if prompts and answers can be captured. To be called when the ledger is open.
    ///
    /// Throws ``StartFailure`` when its folder cannot be used.
    static func openPayloads(_ parts: inout GatewayParts) throws -> PayloadCapture? {
        let configuration = parts.configuration
        guard configuration.canCapture else {
            Self.warnAboutPayloads(configuration.capture, parts.logger)
            return nil
        }
        let writer = try PayloadWriter(
            configuration.capture, mustGiveWay: parts.isLedgerShortOfRoom, logger: parts.logger)
        parts.payloads = writer
        parts.work.close { await writer.close() }
        let others = parts.dependencies.metrics
        parts.dependencies.metrics = { others() + PayloadMetrics.text(writer.statistics) }
        if let summary = configuration.captureSummary { parts.logger.notice("\(summary)") }
        return PayloadCapture(
            sink: writer, limitBytes: configuration.capture.bodyLimit.bytes,
            share: configuration.capture.sample.fraction)
    }

    /// What was captured before stays where it is, and nothing deletes it any more.
    private static func warnAboutPayloads(_ capture: CaptureConfiguration, _ logger: Logger) {
        let path = "\(capture.directory)/payloads.db"
        guard access(path, F_OK) == 0 else { return }
        logger.warning("capture is off, and \(path) has payloads of before: nobody deletes them, remove the folder")
    }
}

extension PayloadWriter {
    /// The store that a configuration describes. Throws ``StartFailure``.
    convenience init(
        _ configuration: CaptureConfiguration,
        mustGiveWay: @escaping @Sendable () -> Bool = { false },
        logger: Logger
    ) throws {
        var settings = PayloadSettings(folder: configuration.directory)
        settings.retention = configuration.retention
        settings.diskLimitBytes = Int64(clamping: configuration.diskLimit.bytes)
        settings.queueBytes = configuration.queueLimit.bytes
        let prepare = PayloadPreparation(
            redactor: Redactor(configuration.redaction), limitBytes: configuration.bodyLimit.bytes)
        do {
            try self.init(
                settings, prepare: { prepare($0) }, mustGiveWay: mustGiveWay, now: { Clock.nanosecondsSince1970() },
                report: { notice in logger.log(level: notice.isFailure ? .error : .notice, "\(notice)") })
        } catch {
            throw StartFailure("cannot use capture.directory: \(error.message)")
        }
    }
}
