import NIOCore

/// Frames the body of a response and gathers it for one write.
///
/// Chunks as RFC 9112, section 7.1: the length in hexadecimal, CRLF, the bytes, CRLF. NIO's encoder makes three
/// writes of each; gathered, a burst of events is one. The last chunk is the encoder's.
struct BodyWriter {
    /// What is gathered before it goes out.
    private static let burstBytes = 32 * 1024

    var isChunked = false
    private var pending: ByteBuffer?

    /// Whether there is so much that it has to go out before more is added.
    var isFull: Bool { (pending?.readableBytes ?? 0) >= Self.burstBytes }

    /// Adds a piece of the body; each is a chunk of its own.
    mutating func append(_ bytes: ArraySlice<UInt8>) {
        guard !bytes.isEmpty else { return }
        begin(bytes.count)
        write { $0.writeBytes(bytes) }
        end()
    }

    /// Begins a chunk of `count` bytes that the caller writes.
    mutating func begin(_ count: Int) {
        guard isChunked else { return }
        write { buffer in
            var shift = (Int.bitWidth - 1 - max(1, count).leadingZeroBitCount) / 4 * 4
            while shift >= 0 {
                let digit = UInt8(truncatingIfNeeded: count >> shift & 15)
                buffer.writeInteger(digit < 10 ? 0x30 + digit : 0x57 + digit)
                shift -= 4
            }
            buffer.writeStaticString("\r\n")
        }
    }

    /// Ends the chunk that was begun.
    mutating func end() {
        if isChunked { write { $0.writeStaticString("\r\n") } }
    }

    /// Adds bytes outside of any chunk.
    mutating func append(raw bytes: [UInt8]) {
        write { $0.writeBytes(bytes) }
    }

    /// What is gathered, taken out.
    mutating func take() -> ByteBuffer? {
        defer { pending = nil }
        return pending
    }

    private mutating func write(_ body: (inout ByteBuffer) -> Void) {
        var buffer = pending ?? ByteBufferAllocator().buffer(capacity: 1024)
        // Taken out of its place, so that writing does not copy it.
        pending = nil
        body(&buffer)
        pending = buffer
    }
}
