import SluiceCore

extension DocumentDecoder {
    mutating func ledger(_ section: Section) -> LedgerConfiguration {
        var result = LedgerConfiguration()
        result.isEnabled = flag("enabled", of: section) ?? result.isEnabled
        let directory = value("directory", of: section, "the path of a folder, like ./data/journal") { text in
            text.isEmpty || !Self.isLine(text) ? nil : text
        }
        result.directory = directory ?? result.directory
        result.sync = choice("fsync", of: section) ?? result.sync
        result.journalLimit =
            size("journal_limit", of: section, ByteSize.mebibytes(16)...ByteSize.mebibytes(1 << 20))
            ?? result.journalLimit
        result.whenDiskFull = choice("when_disk_full", of: section) ?? result.whenDiskFull
        result.retention = retention("retention", of: section, default: result.retention)
        result.rollupRetention = retention("rollup_retention", of: section, default: result.rollupRetention)
        return result
    }

    private mutating func retention(_ key: String, of section: Section, default fallback: Duration?) -> Duration? {
        switchable(key, of: section, "off, or a duration from 1d to 366d", default: fallback) { text in
            DurationText.parse(text).flatMap { $0 >= .seconds(86_400) ? $0 : nil }
        }
    }

    /// A warning about keys that have no effect.
    mutating func checkLedger(_ result: GatewayConfiguration, _ document: Section) {
        guard result.storage.database == nil || !result.ledger.isEnabled else { return }
        let section = document.section("ledger")
        let reason = result.storage.database == nil ? "there is no database" : "the ledger is off"
        for entry in section.node?.entries ?? [] where entry.key != "enabled" {
            problems.warning(
                "without effect, since \(reason)", at: section.path.key(entry.key), entry.value.location)
        }
    }
}
