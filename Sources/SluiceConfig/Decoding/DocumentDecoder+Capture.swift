import SluiceCore
import SluiceWire

extension DocumentDecoder {
    mutating func capture(_ section: Section) -> CaptureConfiguration {
        var result = CaptureConfiguration()
        result.isEnabled = flag("enabled", of: section) ?? result.isEnabled
        let directory = value("directory", of: section, "the path of a folder, like ./data/payloads") { text in
            text.isEmpty || !Self.isLine(text) ? nil : text
        }
        result.directory = directory ?? result.directory
        result.bodyLimit =
            size("max_bytes", of: section, ByteSize.kibibytes(1) ... .mebibytes(4)) ?? result.bodyLimit
        result.retention =
            value("retention", of: section, "a duration from 1m to 366d", DurationText.parse(moreThanAMinute:))
            ?? result.retention
        result.diskLimit =
            size("disk_limit", of: section, ByteSize.mebibytes(1) ... .mebibytes(1 << 20)) ?? result.diskLimit
        result.queueLimit =
            size("queue_bytes", of: section, ByteSize.kibibytes(64) ... .mebibytes(4096)) ?? result.queueLimit
        result.sample = percentage("sample", of: section) ?? result.sample
        result.redaction = redaction(section.section("redact"))
        checkSizes(result, section)
        return result
    }

    /// Two bodies must find room.
    private mutating func checkSizes(_ result: CaptureConfiguration, _ section: Section) {
        for (key, size) in [("disk_limit", result.diskLimit), ("queue_bytes", result.queueLimit)]
        where size.bytes < 4 * result.bodyLimit.bytes {
            problems.error(
                "expected at least four times max_bytes, which is \(ByteSizeText.format(result.bodyLimit))",
                at: section.path.key(key), section.node?[key]?.location ?? section.node?["max_bytes"]?.location)
        }
    }

    private mutating func redaction(_ section: Section) -> RedactionRules {
        var result = RedactionRules()
        if section.node?["patterns"] != nil {
            var patterns: Set<SensitivePattern> = []
            for (text, path, node) in texts("patterns", of: section) {
                if let pattern = SensitivePattern(rawValue: text.lowercased()) {
                    patterns.insert(pattern)
                } else {
                    mismatch(Self.list(SensitivePattern.allCases.map(\.rawValue)), node, path)
                }
            }
            result.patterns = patterns
        }
        for (text, path, node) in texts("fields", of: section) {
            if let field = RedactedField(text) {
                result.fields.append(field)
            } else {
                mismatch("the name of a field, or names joined by dots, like password or user.email", node, path)
            }
        }
        return result
    }

    /// Warnings about what has no effect.
    mutating func checkCapture(_ result: GatewayConfiguration, _ document: Section) {
        guard !result.canCapture else { return }
        let reason =
            result.storage.database == nil
            ? "there is no database, and who reads payloads is written down in it"
            : result.ledger.isEnabled ? "capture.enabled is false" : "the ledger is off"
        let section = document.section("capture")
        if result.capture.isEnabled {
            problems.warning(
                "without effect, since \(reason)", at: section.path.key("enabled"), section.node?["enabled"]?.location)
        } else {
            for entry in section.node?.entries ?? [] where entry.key != "enabled" {
                problems.warning(
                    "without effect, since \(reason)", at: section.path.key(entry.key), entry.value.location)
            }
        }
        let models = document.section("models")
        for entry in models.node?.entries ?? [] {
            warnAboutCapture(Section(node: entry.value, path: models.path.key(entry.key)), reason)
        }
        let keys = document.section("auth").section("keys")
        for (index, node) in (keys.node?.list ?? []).enumerated() {
            warnAboutCapture(Section(node: node, path: keys.path.index(index)), reason)
        }
    }

    private mutating func warnAboutCapture(_ section: Section, _ reason: String) {
        guard section.node?.entries != nil, let node = section.node?["capture"], let text = node.scalar?.text,
            ["true", "on", "yes"].contains(text.lowercased())
        else { return }
        problems.warning("without effect, since \(reason)", at: section.path.key("capture"), node.location)
    }
}

extension DurationText {
    fileprivate static func parse(moreThanAMinute text: String) -> Duration? {
        self.parse(text).flatMap { $0 >= .seconds(60) ? $0 : nil }
    }
}
