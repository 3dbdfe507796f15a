import SluiceCore
import SluiceRouting

/// The state of the targets of the model table, in Prometheus' text format.
///
/// It is read from routing when somebody asks, and costs requests nothing. At most ``limit`` targets are written.
enum HealthMetrics {
    static let limit = 2000

    static func text(_ snapshot: Snapshot, now: MonotonicTime) -> [UInt8] {
        let reports = snapshot.models.healthReport(now: now).prefix(self.limit)
        guard !reports.isEmpty else { return [] }
        let lines = reports.map { report in
            let provider =
                snapshot.providers.indices.contains(report.provider)
                ? snapshot.providers[report.provider].provider.name : ""
            return (
                labels:
                    "{provider=\"\(self.escaped(provider))\",target_model=\"\(self.escaped(report.model))\"}",
                report: report
            )
        }
        var text = ""
        func family(_ name: String, _ help: String, _ value: (TargetReport) -> String?) {
            text += "# HELP \(name) \(help)\n# TYPE \(name) gauge\n"
            for line in lines {
                if let value = value(line.report) { text += "\(name)\(line.labels) \(value)\n" }
            }
        }
        family("sluice_target_state", "0: in use, 1: one attempt finds out, 2: left alone.") { report in
            switch report.breaker {
            case .closed: "0"
            case .halfOpen: "1"
            case .open: "2"
            }
        }
        family("sluice_target_live_exchanges", "Exchanges that run on the target.") { String($0.liveCount) }
        family("sluice_target_first_token_seconds", "Average time to the first token, the latest counting most.") {
            $0.firstTokenNanoseconds.map { String(Double($0) / 1e9) }
        }
        family("sluice_target_credentials_left_alone", "Credentials that are refused or limited on the target.") {
            String($0.credentials.count { $0 != nil })
        }
        return Array(text.utf8)
    }

    /// Source: Prometheus, text-based exposition format, escapes in label values.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
