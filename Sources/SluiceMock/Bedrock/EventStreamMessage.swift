import SluiceWire

/// One message of Amazon's event streams: headers of text and a payload, with a checksum over the first eight bytes
/// and one over everything before itself.
///
/// Layout, big-endian: total length (4), length of the headers (4), CRC-32 of these eight (4), headers, payload, CRC-32
/// (4). A header: length of its name (1), name, type 7 for a string (1), length of its value (2), value.
/// Source: Amazon's specification of the event stream encoding (read 2026-11).
struct EventStreamMessage: Sendable {
    var headers: [(name: String, value: String)]
    var payload: [UInt8]

    /// An event of the stream, like `contentBlockDelta`.
    static func event(_ type: String, _ payload: [UInt8]) -> EventStreamMessage {
        EventStreamMessage(
            headers: [
                (":event-type", type), (":content-type", "application/json"), (":message-type", "event"),
            ], payload: payload)
    }

    /// An exception, which ends the stream.
    static func exception(_ type: String, _ payload: [UInt8]) -> EventStreamMessage {
        EventStreamMessage(
            headers: [
                (":exception-type", type), (":content-type", "application/json"), (":message-type", "exception"),
            ], payload: payload)
    }

    /// The message as bytes.
    var bytes: [UInt8] {
        var head: [UInt8] = []
        for (name, value) in headers {
            let name = name.utf8.prefix(255)
            let value = value.utf8.prefix(Int(Int16.max))
            head.append(UInt8(truncatingIfNeeded: name.count))
            head.append(contentsOf: name)
            head.append(7)
            head.append(UInt8(truncatingIfNeeded: value.count >> 8))
            head.append(UInt8(truncatingIfNeeded: value.count))
            head.append(contentsOf: value)
        }
        var out: [UInt8] = []
        out.reserveCapacity(head.count + payload.count + 16)
        Self.append(UInt32(truncatingIfNeeded: head.count + payload.count + 16), to: &out)
        Self.append(UInt32(truncatingIfNeeded: head.count), to: &out)
        Self.append(CRC32.checksum(out.span), to: &out)
        out.append(contentsOf: head)
        out.append(contentsOf: payload)
        Self.append(CRC32.checksum(out.span), to: &out)
        return out
    }

    private static func append(_ word: UInt32, to out: inout [UInt8]) {
        for shift in stride(from: UInt32(24), through: 0, by: -8) {
            out.append(UInt8(truncatingIfNeeded: word >> shift))
        }
    }
}
