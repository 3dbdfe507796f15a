/// Writes server-sent events: LF line ends, one space after each colon, a blank line after each event.
///
/// Source: WHATWG HTML, section 9.2.6 (read 2026-08).
public enum SSEWriter {
    /// Appends one event: `event: type` when there is one, then `data` with a `data: ` line for each of its lines.
    ///
    /// `data` is split at LF, CR and CRLF, which a reader joins again with LF. A `type` is one line: what follows a
    /// line end in it is left out.
    public static func append(type: String? = nil, data: Span<UInt8>, to bytes: inout [UInt8]) {
        if let type, !type.isEmpty {
            bytes.append(contentsOf: [0x65, 0x76, 0x65, 0x6E, 0x74, 0x3A, 0x20])
            bytes.append(contentsOf: type.utf8.prefix { $0 != 0x0A && $0 != 0x0D })
            bytes.append(0x0A)
        }
        data.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return appendLine("data: ", raw, to: &bytes) }
            var start = 0
            while true {
                let end = ByteScan.findLineEnd(base, start, raw.count)
                appendLine("data: ", UnsafeRawBufferPointer(start: base + start, count: end - start), to: &bytes)
                guard end < raw.count else { return }
                let isPair =
                    ByteScan.byte(base, end) == 0x0D && end + 1 < raw.count && ByteScan.byte(base, end + 1) == 0x0A
                start = end + (isPair ? 2 : 1)
            }
        }
        bytes.append(0x0A)
    }

    /// Appends a comment and a blank line, which keeps a connection alive and means nothing: `: text`.
    public static func appendComment(_ text: StaticString = "", to bytes: inout [UInt8]) {
        appendLine(
            text.utf8CodeUnitCount == 0 ? ":" : ": ",
            UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount), to: &bytes)
        bytes.append(0x0A)
    }

    private static func appendLine(_ prefix: StaticString, _ text: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: prefix.utf8Start, count: prefix.utf8CodeUnitCount))
        bytes.append(contentsOf: text)
        bytes.append(0x0A)
    }
}
