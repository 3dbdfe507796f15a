import SluiceStores

/// The metrics of the ledger, as Prometheus text.
enum LedgerMetrics {
    static func text(_ journal: LedgerJournal.Statistics, _ shipper: LedgerShipper.Statistics) -> [UInt8] {
        let counters: [(name: String, help: String, value: UInt64)] = [
            ("records_total", "Records written to the journal.", journal.records),
            ("journal_bytes_total", "Bytes written to the journal.", journal.bytes),
            (
                "records_shortened_total", "Records cut to what usage is computed of, since the journal is long.",
                journal.shortened
            ),
            ("records_lost_total", "Records lost, since the disk is full and memory too.", journal.lost),
            ("records_stored_total", "Records stored in the database.", shipper.stored),
            ("records_repeated_total", "Records sent to a database that had them.", shipper.repeated),
            ("records_rejected_total", "Records that the database refuses, kept in a file.", shipper.rejected),
            ("lines_damaged_total", "Lines of the journal that were damaged or not whole.", shipper.damaged),
            ("batches_failed_total", "Batches that could not be stored, each to be tried again.", shipper.failures),
        ]
        let gauges: [(name: String, help: String, value: Int64)] = [
            ("journal_unstored_bytes", "Bytes of the journal that wait for the database.", journal.unshippedBytes),
            ("memory_bytes", "Bytes of records that wait in memory for room on the disk.", journal.backlogBytes),
            ("disk_full", "Whether the disk has no room for the journal.", journal.isFull ? 1 : 0),
            ("delayed", "Whether records cannot be stored now.", shipper.isDelayed ? 1 : 0),
        ]
        var text = ""
        for (name, help, value) in counters { self.add(name, help, "counter", "\(value)", to: &text) }
        for (name, help, value) in gauges { self.add(name, help, "gauge", "\(value)", to: &text) }
        return Array(text.utf8)
    }

    private static func add(_ name: String, _ help: String, _ type: String, _ value: String, to text: inout String) {
        let name = "sluice_ledger_\(name)"
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n\(name) \(value)\n"
    }
}
