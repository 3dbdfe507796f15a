import SluiceWire

@testable import SluiceMock

/// Reads Amazon's event streams for tests: lengths and both checksums have to be right.
struct EventStreamReader {
    struct Message {
        var headers: [String: String]
        var payload: JSONNode?

        var type: String { headers[":event-type"] ?? headers[":exception-type"] ?? "" }
    }

    /// The messages of a body, or nil when anything about it is wrong.
    static func messages(_ body: [UInt8]) -> [Message]? {
        var messages: [Message] = []
        var rest = body[...]
        while !rest.isEmpty {
            guard rest.count >= 16 else { return nil }
            let total = Int(word(rest, 0))
            let headerBytes = Int(word(rest, 4))
            guard total >= 16 + headerBytes, total <= rest.count, word(rest, 8) == checksum(rest.prefix(8)),
                word(rest, total - 4) == checksum(rest.prefix(total - 4))
            else { return nil }
            let start = rest.startIndex + 12
            guard let headers = headers(rest[start..<(start + headerBytes)]) else { return nil }
            let payload = Array(rest[(start + headerBytes)..<(rest.startIndex + total - 4)])
            messages.append(Message(headers: headers, payload: try? JSONDocument(parsing: payload).root))
            rest = rest.dropFirst(total)
        }
        return messages
    }

    private static func headers(_ bytes: ArraySlice<UInt8>) -> [String: String]? {
        var headers: [String: String] = [:]
        var rest = bytes
        while let length = rest.popFirst() {
            let name = rest.prefix(Int(length))
            rest = rest.dropFirst(Int(length))
            guard rest.popFirst() == 7, let high = rest.popFirst(), let low = rest.popFirst() else { return nil }
            let value = rest.prefix(Int(high) << 8 | Int(low))
            rest = rest.dropFirst(value.count)
            headers[String(decoding: name, as: UTF8.self)] = String(decoding: value, as: UTF8.self)
        }
        return headers
    }

    private static func word(_ bytes: ArraySlice<UInt8>, _ offset: Int) -> UInt32 {
        bytes.dropFirst(offset).prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// CRC-32, bit by bit, so that it shares nothing with the code that it checks.
    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        ~bytes.reduce(UInt32.max) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
        }
    }
}
