import NIOHTTP1

/// The head of an upstream's answer, and how its body is framed.
///
/// Source: RFC 9112, sections 4, 6.3 and 9.3. A transfer coding that is not just `chunked` is refused.
struct HTTP1ResponseHead {
    /// More fields than this are refused.
    private static let fieldLimit = 256
    private static let version: StaticString = "HTTP/1."

    let status: Int
    let headers: HTTPHeaders
    let framing: HTTP1Framing
    /// Whether the connection may be used again.
    let keepsAlive: Bool

    /// How many bytes tell that it is an answer at all.
    static var versionLength: Int { Self.version.utf8CodeUnitCount }

    /// Whether the first bytes of a head can be an HTTP/1.x answer's.
    static func mayBegin(with bytes: UnsafeRawBufferPointer) -> Bool {
        for index in 0..<min(bytes.count, Self.versionLength)
        where bytes[index] != Self.version.utf8Start[index] {
            return false
        }
        return true
    }

    /// Reads a head, from its status line to the empty line that ends it; `nil` when it is malformed.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard let line = StatusLine(bytes), (100...999).contains(line.status),
            let fields = HTTP1HeadFields(bytes, from: line.end, limit: Self.fieldLimit), !fields.hasOtherCoding
        else { return nil }
        self.status = line.status
        self.headers = HTTPHeaders(fields.list)
        if line.status < 200 || line.status == 204 || line.status == 304 {
            // There is none, whatever the fields say.
            self.framing = .none
        } else if fields.isChunked {
            self.framing = .chunked
        } else if let length = fields.length {
            self.framing = .length(length)
        } else {
            self.framing = .untilClose
        }
        let isPersistent = line.isVersion10 ? fields.saysKeepAlive && !fields.isChunked : true
        self.keepsAlive = isPersistent && !fields.saysClose && self.framing != .untilClose
    }
}

/// `HTTP/1.1 200 OK`.
private struct StatusLine {
    let isVersion10: Bool
    let status: Int
    /// Where the fields begin.
    let end: Int

    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 14, HTTP1ResponseHead.mayBegin(with: bytes) else { return nil }
        guard bytes[7] == UInt8(ascii: "1") || bytes[7] == UInt8(ascii: "0"), bytes[8] == UInt8(ascii: " ") else {
            return nil
        }
        self.isVersion10 = bytes[7] == UInt8(ascii: "0")
        var status = 0
        for index in 9..<12 {
            guard bytes[index] >= 0x30, bytes[index] <= 0x39 else { return nil }
            status = status * 10 + Int(bytes[index] - 0x30)
        }
        self.status = status
        var position = 12
        // The space stands even where no phrase follows; some servers leave it out.
        guard bytes[position] == UInt8(ascii: " ") || bytes[position] == UInt8(ascii: "\r") else { return nil }
        while position < bytes.count, HTTP1FieldLines.mayStandInValue(bytes[position]) { position += 1 }
        guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\r"),
            bytes[position + 1] == UInt8(ascii: "\n")
        else { return nil }
        self.end = position + 2
    }
}
