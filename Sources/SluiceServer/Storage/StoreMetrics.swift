import SluiceCore

/// What the stores count, in Prometheus' text format.
enum StoreMetrics {
    static func text(waitingCalls: Int, failures: [StoreError.Kind: Int]) -> [UInt8] {
        var text = """
            # HELP sluice_database_waiting_calls Calls that wait for a connection to the database.
            # TYPE sluice_database_waiting_calls gauge
            sluice_database_waiting_calls \(waitingCalls)
            # HELP sluice_database_failures_total Calls that the database failed.
            # TYPE sluice_database_failures_total counter

            """
        // Few kinds, and those that never happened have no series.
        for (kind, count) in failures.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            text += "sluice_database_failures_total{error=\"\(kind.rawValue)\"} \(count)\n"
        }
        return Array(text.utf8)
    }
}
