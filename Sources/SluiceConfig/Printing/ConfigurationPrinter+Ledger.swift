import SluiceCore

extension ConfigurationPrinter {
    func ledger(_ ledger: LedgerConfiguration, hasDatabase: Bool, _ text: inout YAMLText) {
        text.line("enabled: \(ledger.isEnabled)")
        // The rest would be without effect, and a warning where it is read again.
        guard ledger.isEnabled, hasDatabase else { return }
        text.entry("directory", ledger.directory)
        text.entry("fsync", ledger.sync.rawValue)
        text.entry("journal_limit", ByteSizeText.format(ledger.journalLimit))
        text.entry("when_disk_full", ledger.whenDiskFull.rawValue)
        text.entry("retention", ledger.retention.map(DurationText.format) ?? "off")
        text.entry("rollup_retention", ledger.rollupRetention.map(DurationText.format) ?? "off")
    }
}
