import NIOCore
import NIOHTTP1

/// Frames one answer for HTTP/1.1: head, then a body of known length, in chunks, or ended by closing.
///
/// Small pieces are gathered into one buffer, so that a head with a short body, or a chunk with its size line, is one write.
struct HTTP1ResponseWriter {
    private enum Framing {
        case none, length, chunked, untilClose
    }

    /// Pieces up to this size are copied behind what is gathered; longer ones go out as they are.
    private static let copyLimit = 8 * 1024
    /// A size in hexadecimal digits, and two line ends.
    private static let chunkOverhead = 20

    private var pending = ByteBuffer()
    private var framing = Framing.none
    private var hasBody = true

    /// Writes the head.
    mutating func begin(
        _ head: ResponseHead,
        version: RequestHead.Version,
        isHead: Bool,
        keepAlive: Bool,
        date: String,
        allocator: ByteBufferAllocator
    ) {
        self.hasBody = !isHead && head.status >= 200 && head.status != 204 && head.status != 304
        if head.status < 200 || head.status == 204 {
            // No framing field may stand here (RFC 9112, section 6.1).
            self.framing = .none
        } else if head.bodyLength != nil {
            self.framing = .length
        } else if version == .http10 {
            self.framing = .untilClose
        } else {
            self.framing = .chunked
        }
        // Room for the status line, the date and the framing fields.
        var capacity = 256
        for (name, value) in head.headers { capacity += name.utf8.count + value.utf8.count + 4 }
        // And for the body, where it is short and all of it is to follow at once.
        let body = head.bodyLength.map { self.hasBody && $0 <= Self.copyLimit ? max(0, $0) : 0 } ?? 0
        self.pending = allocator.buffer(capacity: max(1024, capacity + body))
        let framing = self.framing
        let reason = HTTPResponseStatus(statusCode: head.status).reasonPhrase
        self.pending.writeHead(capacity: capacity + reason.utf8.count) { cursor in
            cursor.put("HTTP/1.1 ")
            cursor.put(decimal: max(0, head.status))
            cursor.put(" ")
            cursor.put(reason)
            cursor.put("\r\n")
            for (name, value) in head.headers { cursor.putField(name, value) }
            cursor.putField("date", date)
            if framing == .length, let length = head.bodyLength {
                cursor.put("content-length: ")
                cursor.put(decimal: max(0, length))
                cursor.put("\r\n")
            } else if framing == .chunked {
                cursor.put("transfer-encoding: chunked\r\n")
            }
            if !keepAlive || framing == .untilClose {
                cursor.put("connection: close\r\n")
            } else if version == .http10 {
                cursor.put("connection: keep-alive\r\n")
            }
            cursor.put("\r\n")
        }
    }

    /// Writes a piece of the body; `emit` gets what is ready to be written to the channel.
    mutating func write(_ piece: ByteBuffer, emit: (ByteBuffer) -> Void) {
        let size = piece.readableBytes
        guard self.hasBody, size > 0 else { return }
        guard size <= Self.copyLimit else {
            self.writeLong(piece, emit: emit)
            return
        }
        guard self.framing == .chunked else {
            self.pending.writeImmutableBuffer(piece)
            return
        }
        // Size line, bytes and line end in one go: this is done for every event of every stream.
        self.pending.writeHead(capacity: size + Self.chunkOverhead) { cursor in
            cursor.put(hexadecimal: size)
            cursor.put("\r\n")
            piece.withUnsafeReadableBytes { cursor.put($0) }
            cursor.put("\r\n")
        }
    }

    private mutating func writeLong(_ piece: ByteBuffer, emit: (ByteBuffer) -> Void) {
        let isChunked = self.framing == .chunked
        if isChunked {
            self.pending.writeHead(capacity: Self.chunkOverhead) { cursor in
                cursor.put(hexadecimal: piece.readableBytes)
                cursor.put("\r\n")
            }
        }
        self.emitPending(emit)
        emit(piece)
        if isChunked { self.pending.writeStaticString("\r\n") }
    }

    /// Gives out what is gathered. False when nothing is.
    mutating func flush(emit: (ByteBuffer) -> Void) -> Bool {
        guard self.pending.readableBytes > 0 else { return false }
        self.emitPending(emit)
        return true
    }

    /// Writes the end of the body and gives out what is gathered.
    mutating func end(emit: (ByteBuffer) -> Void) {
        if self.framing == .chunked, self.hasBody { self.pending.writeStaticString("0\r\n\r\n") }
        self.emitPending(emit)
        self.pending = ByteBuffer()
        self.framing = .none
    }

    // The buffer is kept: once the channel let go of it, `clear` takes its memory again.
    private mutating func emitPending(_ emit: (ByteBuffer) -> Void) {
        guard self.pending.readableBytes > 0 else { return }
        emit(self.pending)
        self.pending.clear()
    }
}
