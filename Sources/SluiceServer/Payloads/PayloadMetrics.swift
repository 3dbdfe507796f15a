import SluiceStores

/// The metrics of captured payloads, as Prometheus text.
enum PayloadMetrics {
    static func text(_ statistics: PayloadWriter.Statistics) -> [UInt8] {
        let counters: [(name: String, help: String, value: UInt64)] = [
            ("captured_total", "Payloads that were written.", statistics.captured),
            ("bytes_total", "Bytes of bodies that were written.", statistics.bytes),
            ("truncated_total", "Bodies of which only the beginning was kept.", statistics.cut),
            ("redactions_total", "Places that were made unreadable.", statistics.redactions),
            ("shed_total", "Payloads that were left out for want of room.", statistics.leftOut),
            ("displaced_total", "Payloads deleted to make room for newer ones.", statistics.displaced),
            ("retired_total", "Payloads deleted since they were old.", statistics.retired),
        ]
        let gauges: [(name: String, help: String, value: Int64)] = [
            ("queue_bytes", "Bytes of payloads in memory.", Int64(statistics.heldBytes)),
            ("stored_bytes", "Bytes of payloads on the disk.", statistics.storedBytes),
        ]
        var text = ""
        for (name, help, value) in counters { self.add(name, help, "counter", "\(value)", to: &text) }
        for (name, help, value) in gauges { self.add(name, help, "gauge", "\(value)", to: &text) }
        return Array(text.utf8)
    }

    private static func add(_ name: String, _ help: String, _ type: String, _ value: String, to text: inout String) {
        let name = "sluice_payloads_\(name)"
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n\(name) \(value)\n"
    }
}
