import NIOHTTP1

/// The head of a client's request as it lies on the wire, and how its body is framed.
///
/// What is well-formed and still not served is refused later, by ``RequestHeadCheck``. Source: RFC 9112, sections 3, 6.3 and
/// 9.3.
struct HTTP1RequestHead {
    /// No method is longer.
    private static let methodLimit = 16

    let method: HTTPMethod
    let target: String
    let version: RequestHead.Version
    let headers: HTTPHeaders
    let framing: HTTP1Framing
    /// Whether the client leaves the connection open.
    let keepsAlive: Bool
    /// Whether nothing behind the head can be made out: the body has a coding that is not read here.
    let isUnreadable: Bool

    /// Whether the first bytes can be a request's: a method in capitals. What speaks another protocol is told at once.
    static func mayBegin(with bytes: UnsafeRawBufferPointer) -> Bool {
        for index in 0..<min(bytes.count, Self.methodLimit) {
            switch bytes[index] {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"): continue
            case UInt8(ascii: " "): return index > 0
            default: return false
            }
        }
        return bytes.count < Self.methodLimit
    }

    /// Reads a head, from its request line to the empty line that ends it; `nil` when it is malformed.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard let line = RequestLine(bytes), let fields = HTTP1HeadFields(bytes, from: line.end) else { return nil }
        self.method = line.method
        self.target = HTTP1HeadFields.text(bytes, line.target)
        self.version = line.isVersion10 ? .http10 : .http11
        self.headers = HTTPHeaders(fields.list)
        self.isUnreadable = fields.hasOtherCoding
        if fields.hasOtherCoding {
            self.framing = .none
        } else if fields.isChunked {
            self.framing = .chunked
        } else {
            self.framing = fields.length.map { .length($0) } ?? .none
        }
        self.keepsAlive = !self.isUnreadable && !fields.saysClose && (!line.isVersion10 || fields.saysKeepAlive)
    }
}

/// `POST /v1/chat/completions HTTP/1.1`.
private struct RequestLine {
    let method: HTTPMethod
    let target: Range<Int>
    let isVersion10: Bool
    /// Where the fields begin.
    let end: Int

    init?(_ bytes: UnsafeRawBufferPointer) {
        var position = 0
        while position < bytes.count, bytes[position] != UInt8(ascii: " ") { position += 1 }
        guard HTTP1RequestHead.mayBegin(with: bytes), let method = Self.method(bytes, position) else { return nil }
        self.method = method
        let start = position + 1
        position = start
        while position < bytes.count, Self.mayStandInTarget(bytes[position]) { position += 1 }
        guard position > start, Self.isTarget(bytes, start..<position, of: method) else { return nil }
        self.target = start..<position
        // ` HTTP/1.1` and the line end.
        let version: StaticString = " HTTP/1."
        let length = version.utf8CodeUnitCount
        guard position + length + 3 <= bytes.count else { return nil }
        for index in 0..<length where bytes[position + index] != version.utf8Start[index] { return nil }
        position += length
        guard bytes[position] == UInt8(ascii: "1") || bytes[position] == UInt8(ascii: "0"),
            bytes[position + 1] == UInt8(ascii: "\r"), bytes[position + 2] == UInt8(ascii: "\n")
        else { return nil }
        self.isVersion10 = bytes[position] == UInt8(ascii: "0")
        self.end = position + 3
    }

    /// The method in the first bytes; `nil` for one that nobody knows.
    private static func method(_ bytes: UnsafeRawBufferPointer, _ count: Int) -> HTTPMethod? {
        // The usual two without a `String`.
        if count == 4, bytes.starts(with: "POST".utf8) { return .POST }
        if count == 3, bytes.starts(with: "GET".utf8) { return .GET }
        let method = HTTPMethod(rawValue: HTTP1HeadFields.text(bytes, 0..<count))
        if case .RAW = method { return nil }
        return method
    }

    /// Visible ASCII; a fragment is never sent.
    private static func mayStandInTarget(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "#")
    }

    /// A path, `*`, an absolute address, or an authority for CONNECT. Source: RFC 9112, section 3.2.
    private static func isTarget(
        _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, of method: HTTPMethod
    ) -> Bool {
        switch bytes[range.lowerBound] {
        case UInt8(ascii: "/"): return true
        case UInt8(ascii: "*"): return range.count == 1
        default: break
        }
        for scheme in ["http://", "https://"] where bytes[range].starts(with: scheme.utf8) {
            var authority = bytes[range].dropFirst(scheme.utf8.count)
            authority = authority.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
            return !authority.isEmpty && authority.allSatisfy(Self.mayStandInAuthority)
        }
        // CONNECT is refused later, with words of its own.
        return method == .CONNECT && bytes[range].allSatisfy(Self.mayStandInAuthority)
    }

    private static func mayStandInAuthority(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"):
            true
        default: false
        }
    }
}
