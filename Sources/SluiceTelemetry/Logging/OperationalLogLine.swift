import Logging

/// One line of the operational log, before it is bytes. A pure value.
struct OperationalLogLine {
    /// The longest message or value, in UTF-8 bytes.
    static let textLimit = 8192

    let timestamp: Timestamp
    let level: Logger.Level
    let logger: String
    let message: String
    let error: String?
    /// In the order in which it is written.
    let metadata: [(key: String, value: Logger.Metadata.Value)]

    /// Appends the line with its line feed.
    func append(format: LogFormat, to bytes: inout [UInt8]) {
        switch format {
        case .json: self.appendJSON(to: &bytes)
        case .pretty(let colours): self.appendPretty(LogStyle(hasColours: colours), to: &bytes)
        }
    }

    private func appendJSON(to bytes: inout [UInt8]) {
        bytes.append("{\"timestamp\":\"")
        self.timestamp.append(to: &bytes)
        bytes.append("\",\"level\":\"")
        bytes.append(self.level.logName)
        bytes.append("\",\"message\":")
        Self.append(quoted: self.message, to: &bytes)
        bytes.append(",\"logger\":")
        Self.append(quoted: self.logger, to: &bytes)
        if let error = self.error {
            bytes.append(",\"error\":")
            Self.append(quoted: error, to: &bytes)
        }
        for (key, value) in self.metadata {
            bytes.append(UInt8(ascii: ","))
            Self.append(quoted: Self.reserved.contains(key) ? "metadata.\(key)" : key, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            MetadataJSON.append(value, key: key, to: &bytes)
        }
        bytes.append("}\n")
    }

    /// Shape: `2026-11-21T09:08:07.654Z warning  sluice.http: the message key=value`.
    private func appendPretty(_ style: LogStyle, to bytes: inout [UInt8]) {
        style.begin(.grey, in: &bytes)
        self.timestamp.append(to: &bytes)
        style.end(in: &bytes)
        bytes.append(UInt8(ascii: " "))
        style.append(self.level, to: &bytes)
        style.begin(.cyan, in: &bytes)
        EscapedText.append(self.logger, limit: Self.textLimit, to: &bytes)
        style.end(in: &bytes)
        bytes.append(": ")
        EscapedText.append(CredentialMask.masking(self.message), limit: Self.textLimit, to: &bytes)
        if let error = self.error {
            bytes.append(" error=")
            Self.append(quoted: error, to: &bytes)
        }
        for (key, value) in self.metadata {
            bytes.append(UInt8(ascii: " "))
            style.begin(.grey, in: &bytes)
            EscapedText.append(CredentialMask.masking(key), limit: Self.textLimit, to: &bytes)
            bytes.append(UInt8(ascii: "="))
            style.end(in: &bytes)
            MetadataJSON.append(value, key: key, to: &bytes)
        }
        bytes.append("\n")
    }

    static func append(quoted text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        EscapedText.append(CredentialMask.masking(text), limit: Self.textLimit, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    private static let reserved: Set<String> = ["timestamp", "level", "message", "logger", "error"]
}
