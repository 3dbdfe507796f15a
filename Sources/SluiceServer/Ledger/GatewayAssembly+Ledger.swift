import Logging
import SluiceConfig
import SluiceCore
import SluiceHTTP
import SluiceStores

extension GatewayAssembly {
    /// How long a gateway that ends goes on storing records; what is left then stays in the journal for the next start.
    private static let lastShipping = Duration.seconds(5)

    /// Opens the ledger's journal and adds what stores it. Returns what exchanges are taken down by: `telemetry` alone where there is no
    /// ledger.
    ///
    /// Throws ``StartFailure`` when the journal's folder cannot be used.
    static func openLedger(
        _ parts: inout GatewayParts,
        telemetry: any ExchangeRecorder
    ) throws -> any ExchangeRecorder {
        let configuration = parts.configuration.ledger
        guard configuration.isEnabled, let stores = parts.storage.stores else { return telemetry }
        let logger = parts.logger
        let report: @Sendable (JournalNotice) -> Void = { notice in
            logger.log(level: notice.isFailure ? .error : .notice, "\(notice)")
        }
        let journal: LedgerJournal
        do {
            journal = try LedgerJournal(JournalSettings(configuration), loops: parts.loops.count, report: report)
        } catch {
            throw StartFailure("cannot use ledger.directory: \(error.message)")
        }
        let shipper = LedgerShipper(
            journal: journal, stores: stores, settings: LedgerShipper.Settings(configuration), report: report)
        parts.work.close {
            if await !shipper.finish(within: Self.lastShipping) {
                logger.warning("records are left in the ledger's journal; the next start stores them")
            }
            await journal.close()
        }
        parts.work.run(LedgerService(shipper: shipper))
        parts.isLedgerShortOfRoom = { journal.isShortOfRoom }
        return LedgerRecorder(telemetry: telemetry, journal: journal, shipper: shipper)
    }
}

extension JournalSettings {
    init(_ configuration: LedgerConfiguration) {
        self.init(folder: configuration.directory)
        self.sync =
            switch configuration.sync {
            case .none: .none
            case .second: .second
            case .batch: .batch
            }
        self.whenFull =
            switch configuration.whenDiskFull {
            case .serve: .serve
            case .refuse: .refuse
            }
        self.limitBytes = Int64(clamping: configuration.journalLimit.bytes)
    }
}

extension LedgerShipper.Settings {
    init(_ configuration: LedgerConfiguration) {
        self.init()
        self.recordRetention = configuration.retention
        self.sumRetention = configuration.rollupRetention
    }
}
