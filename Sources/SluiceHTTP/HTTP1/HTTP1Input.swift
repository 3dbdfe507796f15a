import NIOCore

/// Bytes that are no HTTP/1.1 message.
enum HTTP1Fault: Error {
    case malformed
    /// A head, or the trailers of a body, are longer than they may be.
    case headTooLong
}

/// What came on an HTTP/1.1 connection and was not read yet.
struct HTTP1Input: ~Copyable {
    private var bytes = ByteBuffer()
    /// How much of it was searched for an empty line in vain.
    private(set) var searched = 0

    var count: Int { self.bytes.readableBytes }

    /// Takes what the connection gave.
    mutating func feed(_ piece: ByteBuffer) {
        if self.bytes.readableBytes == 0 {
            self.bytes = piece
        } else if self.bytes.readerIndex == 0 {
            self.bytes.writeImmutableBuffer(piece)
        } else {
            // What was read is let go of: a peer whose every read ends within a line would have all of it kept.
            var unread = ByteBuffer()
            unread.reserveCapacity(self.bytes.readableBytes + piece.readableBytes)
            unread.writeImmutableBuffer(self.bytes)
            unread.writeImmutableBuffer(piece)
            self.bytes = unread
        }
    }

    /// Looks at all of it.
    func look<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        self.bytes.withUnsafeReadableBytes(body)
    }

    /// Leaves the first bytes out.
    mutating func skip(_ count: Int) {
        self.bytes.moveReaderIndex(forwardBy: count)
        self.searched = 0
        // The connection's next read can use the memory again.
        if self.bytes.readableBytes == 0 { self.bytes = ByteBuffer() }
    }

    /// At most so many of the first bytes, without copying them; `nil` when there are none.
    mutating func take(_ most: Int) -> ByteBuffer? {
        let count = self.bytes.readableBytes
        guard count > 0 else { return nil }
        if count > most { return self.bytes.readSlice(length: most) }
        let all = self.bytes
        self.bytes = ByteBuffer()
        return all
    }

    /// How long the lines are up to the first empty one, which counts; `nil` until all of them came.
    mutating func blockLength(limit: Int) throws(HTTP1Fault) -> Int? {
        let from = self.searched
        let found = self.look { Self.emptyLine(in: $0, from: from) }
        guard let found else {
            self.searched = self.count
            guard self.searched <= limit else { throw .headTooLong }
            return nil
        }
        guard found > 0 else { throw .malformed }
        guard found <= limit else { throw .headTooLong }
        return found
    }

    /// Where the first empty line ends, `-1` when a line ends without a CR before, `nil` when there is none yet.
    private static func emptyLine(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var position = start
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "\n") {
                guard position >= 1, bytes[position - 1] == UInt8(ascii: "\r") else { return -1 }
                if position == 1 || bytes[position - 2] == UInt8(ascii: "\n") { return position + 1 }
            }
            position += 1
        }
        return nil
    }
}
