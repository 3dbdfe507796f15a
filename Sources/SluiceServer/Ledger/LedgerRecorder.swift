import SluiceCore
import SluiceStores

/// Takes down every exchange: in the ledger's journal, then in metrics and log.
///
/// Recorded are the exchanges of model surfaces, whatever their end: what uses tokens, or was refused before it could. Health, metrics,
/// lists of models and paths that are none are in the log and in metrics alone.
final class LedgerRecorder: ExchangeRecorder {
    private let telemetry: any ExchangeRecorder
    private let journal: LedgerJournal
    private let shipper: LedgerShipper

    /// - Parameter telemetry: what is told everything as well.
    init(telemetry: any ExchangeRecorder, journal: LedgerJournal, shipper: LedgerShipper) {
        self.telemetry = telemetry
        self.journal = journal
        self.shipper = shipper
    }

    func started(_ surface: Surface, method: String, loop: Int) {
        self.telemetry.started(surface, method: method, loop: loop)
    }

    func authenticated(allowed: Bool, loop: Int) {
        self.telemetry.authenticated(allowed: allowed, loop: loop)
    }

    func settled(_ record: borrowing ExchangeRecord, loop: Int) {
        if record.surface.isModelSurface { self.journal.add(record, loop: loop) }
        self.telemetry.settled(record, loop: loop)
    }

    func commit(loop: Int) {
        self.journal.commit(loop: loop)
    }

    func noticed(_ notice: HealthNotice, loop: Int) {
        self.telemetry.noticed(notice, loop: loop)
    }

    func mirrored(_ result: MirrorResult, loop: Int) {
        self.telemetry.mirrored(result, loop: loop)
    }

    var refusal: GatewayError? {
        guard self.journal.refusal != nil else { return nil }
        return GatewayError(
            .ledgerFull,
            "The gateway has no room to account for requests, and takes none until it has; try again later.",
            retryAfterSeconds: 10)
    }

    func scrape() -> [UInt8] {
        self.telemetry.scrape() + LedgerMetrics.text(self.journal.statistics, self.shipper.statistics)
    }
}
