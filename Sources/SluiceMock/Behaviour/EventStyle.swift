/// The spelling of server-sent events: all of these are the same stream to a reader that follows the specification.
///
/// Source: WHATWG HTML, section 9.2.6.
struct EventStyle: Sendable, Equatable {
    var hasCRLF = false
    var hasSpace = true
    var hasComments = false
    var hasByteOrderMark = false
    /// Whether characters beyond the basic plane are split into their two halves, see ``SurrogateHalves``.
    var hasSurrogateHalves = false

    /// The JSON of one event as it goes out, before any framing.
    func spelled(_ data: [UInt8]) -> [UInt8] {
        hasSurrogateHalves ? SurrogateHalves.escaped(data) : data
    }

    /// One event as bytes: `event: <name>`, `data: <data>`, an empty line. `data` must not hold a line end.
    func frame(name: StaticString? = nil, data: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(data.count + 64)
        if hasComments {
            bytes.append(contentsOf: ": mock\(hasCRLF ? "\r\n" : "\n")\(hasCRLF ? "\r\n" : "\n")".utf8)
        }
        if let name {
            bytes.append(contentsOf: hasSpace ? "event: ".utf8 : "event:".utf8)
            name.withUTF8Buffer { bytes.append(contentsOf: $0) }
            appendLineEnd(to: &bytes)
        }
        bytes.append(contentsOf: hasSpace ? "data: ".utf8 : "data:".utf8)
        bytes.append(contentsOf: spelled(data))
        appendLineEnd(to: &bytes)
        appendLineEnd(to: &bytes)
        return bytes
    }

    private func appendLineEnd(to bytes: inout [UInt8]) {
        if hasCRLF { bytes.append(0x0D) }
        bytes.append(0x0A)
    }
}
