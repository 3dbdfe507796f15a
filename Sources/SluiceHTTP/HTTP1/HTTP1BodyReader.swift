import NIOCore

/// How the body of a message is framed. Source: RFC 9112, section 6.3.
enum HTTP1Framing: Equatable {
    /// There is no body.
    case none
    case length(Int)
    case chunked
    /// The body ends with the connection.
    case untilClose
}

/// Reads the body of one HTTP/1.1 message. Trailers are checked and dropped.
struct HTTP1BodyReader: ~Copyable {
    enum Piece {
        case bytes(ByteBuffer)
        case end
    }

    private enum State {
        /// So many bytes are to come. → ended.
        case length(Int)
        /// A chunk's size line is awaited. → chunk, trailers.
        case chunkSize
        /// So many bytes of the chunk are to come. → chunkEnd.
        case chunk(Int)
        /// The line end behind a chunk is awaited. → chunkSize.
        case chunkEnd
        /// The last chunk came; trailers may follow, and an empty line. → ended.
        case trailers
        /// All that comes is the body.
        case untilClose
        /// All of the body was read.
        case ended
    }

    /// The longest line of a chunk's size, with its extensions.
    private static let sizeLineLimit = 4 * 1024
    /// The longest trailers.
    private static let trailersLimit = 64 * 1024

    private var state: State

    init(_ framing: HTTP1Framing) {
        self.state =
            switch framing {
            case .none, .length(0): .ended
            case .length(let length): .length(length)
            case .chunked: .chunkSize
            case .untilClose: .untilClose
            }
    }

    /// Whether the end of the connection is the body's.
    var endsWithConnection: Bool {
        if case .untilClose = self.state { return true }
        return false
    }

    /// The next piece, or `nil` until more bytes come.
    mutating func next(from input: inout HTTP1Input) throws(HTTP1Fault) -> Piece? {
        while true {
            switch self.state {
            case .length(let remaining):
                guard let piece = input.take(remaining) else { return nil }
                let rest = remaining - piece.readableBytes
                self.state = rest == 0 ? .ended : .length(rest)
                return .bytes(piece)
            case .chunkSize:
                guard let size = try Self.takeSize(from: &input) else { return nil }
                self.state = size == 0 ? .trailers : .chunk(size)
            case .chunk(let remaining):
                guard let piece = input.take(remaining) else { return nil }
                let rest = remaining - piece.readableBytes
                self.state = rest == 0 ? .chunkEnd : .chunk(rest)
                return .bytes(piece)
            case .chunkEnd:
                guard try Self.takeLineEnd(from: &input) else { return nil }
                self.state = .chunkSize
            case .trailers:
                guard try Self.takeTrailers(from: &input) else { return nil }
                self.state = .ended
            case .untilClose:
                return input.take(.max).map { .bytes($0) }
            case .ended:
                return .end
            }
        }
    }

    // MARK: Chunks

    /// The size of the next chunk: hexadecimal digits, and extensions that are left out.
    private static func takeSize(from input: inout HTTP1Input) throws(HTTP1Fault) -> Int? {
        let (size, length) = input.look { self.sizeLine($0) }
        guard let size else {
            if length < 0 || input.count > Self.sizeLineLimit { throw .malformed }
            return nil
        }
        input.skip(length)
        return size
    }

    /// A size and the length of its line; no size and 0 until all of the line came, and -1 when it is malformed.
    private static func sizeLine(_ bytes: UnsafeRawBufferPointer) -> (Int?, Int) {
        var size = 0
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default:
                guard position > 0, self.skipExtensions(in: bytes, from: &position) else { return (nil, -1) }
                guard position < bytes.count else { return (nil, 0) }
                guard bytes[position] == UInt8(ascii: "\r") else { return (nil, -1) }
                guard position + 1 < bytes.count else { return (nil, 0) }
                return bytes[position + 1] == UInt8(ascii: "\n") ? (size, position + 2) : (nil, -1)
            }
            // Fifteen digits are an exabyte, and cannot overflow.
            guard position < 15 else { return (nil, -1) }
            size = size << 4 | Int(digit)
            position += 1
        }
        return (nil, 0)
    }

    /// `;name`, `;name=value` and `;name="value"`, as many as there are. Source: RFC 9112, section 7.1.1, without the blanks
    /// that it calls bad. Says whether what came so far is well-formed.
    private static func skipExtensions(in bytes: UnsafeRawBufferPointer, from position: inout Int) -> Bool {
        while position < bytes.count, bytes[position] == UInt8(ascii: ";") {
            position += 1
            guard self.skipToken(in: bytes, from: &position) else { return false }
            guard position < bytes.count, bytes[position] == UInt8(ascii: "=") else { continue }
            position += 1
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
                guard self.skipToken(in: bytes, from: &position) else { return false }
                continue
            }
            position += 1
            while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
                guard (0x20..<0x7F).contains(bytes[position]), bytes[position] != UInt8(ascii: "\\") else {
                    return false
                }
                position += 1
            }
            if position < bytes.count { position += 1 }
        }
        return true
    }

    /// Whether a token stands here, be it cut by the end of the bytes.
    private static func skipToken(in bytes: UnsafeRawBufferPointer, from position: inout Int) -> Bool {
        let start = position
        while position < bytes.count, HTTP1FieldLines.isToken(bytes[position]) { position += 1 }
        return position > start || position == bytes.count
    }

    private static func takeLineEnd(from input: inout HTTP1Input) throws(HTTP1Fault) -> Bool {
        let (first, second) = input.look { ($0.first, $0.count > 1 ? $0[1] : nil) }
        guard let first else { return false }
        guard first == UInt8(ascii: "\r") else { throw .malformed }
        guard let second else { return false }
        guard second == UInt8(ascii: "\n") else { throw .malformed }
        input.skip(2)
        return true
    }

    private static func takeTrailers(from input: inout HTTP1Input) throws(HTTP1Fault) -> Bool {
        guard let length = try input.blockLength(limit: Self.trailersLimit) else { return false }
        let isSound = input.look { bytes in
            var lines = HTTP1FieldLines(UnsafeRawBufferPointer(rebasing: bytes[..<length]), from: 0)
            while true {
                switch lines.next() {
                case .field(let name, _):
                    // What frames a message may not stand behind it (RFC 9110, section 6.5.1).
                    let name = HTTP1HeadFields.text(bytes, name)
                    if name.isField("content-length") || name.isField("transfer-encoding") { return false }
                case .end: return lines.position == length
                case .malformed: return false
                }
            }
        }
        guard isSound else { throw .malformed }
        input.skip(length)
        return true
    }
}
