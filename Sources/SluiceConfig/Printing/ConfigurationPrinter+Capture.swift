import SluiceCore
import SluiceWire

extension ConfigurationPrinter {
    func capture(_ capture: CaptureConfiguration, _ text: inout YAMLText) {
        text.line("enabled: \(capture.isEnabled)")
        // The rest would be without effect, and a warning where it is read again.
        guard capture.isEnabled else { return }
        text.entry("directory", capture.directory)
        text.entry("max_bytes", ByteSizeText.format(capture.bodyLimit))
        text.entry("retention", DurationText.format(capture.retention))
        text.entry("disk_limit", ByteSizeText.format(capture.diskLimit))
        text.entry("queue_bytes", ByteSizeText.format(capture.queueLimit))
        text.entry("sample", "\(capture.sample)")
        text.section("redact") {
            $0.list(
                "patterns",
                SensitivePattern.allCases.filter { capture.redaction.patterns.contains($0) }.map(\.rawValue))
            if !capture.redaction.fields.isEmpty { $0.list("fields", capture.redaction.fields.map(\.text)) }
        }
    }
}
