/// The trace that a request belongs to, from `traceparent`.
///
/// Shape: `00-<32 hex trace id>-<16 hex span id>-<2 hex flags>`. Source: W3C Trace Context, section 3.2.
struct TraceContext: Equatable {
    let traceID: String
    private let flags: String

    /// Reads a field; `nil` when it is malformed, which the standard says starts a new trace.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].utf8.count == 2, parts[1].utf8.count == 32, parts[2].utf8.count == 16,
            parts[3].utf8.count == 2, parts[0] != "ff", parts[0] != "00" || parts.count == 4,
            parts[0...3].allSatisfy({ $0.utf8.allSatisfy(Self.isHexadecimal) }),
            parts[1].utf8.contains(where: { $0 != UInt8(ascii: "0") }),
            parts[2].utf8.contains(where: { $0 != UInt8(ascii: "0") })
        else { return nil }
        self.traceID = String(parts[1])
        self.flags = String(parts[3])
    }

    /// The field to send on: the same trace, with a span of the gateway's own.
    func continued(using generator: inout some RandomNumberGenerator) -> String {
        var span = String(max(1, generator.next() as UInt64), radix: 16)
        span = String(repeating: "0", count: 16 - span.utf8.count) + span
        return "00-\(self.traceID)-\(span)-\(self.flags)"
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
        default: false
        }
    }
}
