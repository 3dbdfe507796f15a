import CZlib
public import NIOCore

/// Decodes a `gzip` or `deflate` body piece by piece, up to a limit of decoded bytes.
///
/// Source: RFC 9110, sections 8.4.1.2 and 8.4.1.3; the work is zlib's.
public final class Inflater {
    private var stream = z_stream()
    /// Text seldom shrinks to less than a fiftieth; what claims more than this is made to fill memory.
    private static let ratioLimit = 100
    /// So much may come of anything.
    private static let freeBytes = 1024 * 1024
    private var taken = 0
    private var produced = 0
    private var isEnded = false
    private let limit: Int

    /// - Parameter limitBytes: more decoded bytes than this are an error: a small body can hold gigabytes.
    public init?(limitBytes: Int) {
        self.limit = limitBytes
        guard sluice_inflate_init(&self.stream) == Z_OK else { return nil }
    }

    deinit {
        inflateEnd(&self.stream)
    }

    /// Whether the end of the encoded body was seen.
    public var isComplete: Bool { self.isEnded }

    /// Decodes a piece. Throws ``UpstreamError/Kind/malformed`` when it is no such encoding, or too long.
    public func decode(_ piece: ByteBuffer) throws(UpstreamError) -> ByteBuffer {
        var input = piece.getBytes(at: piece.readerIndex, length: piece.readableBytes) ?? []
        var output = ByteBuffer()
        var failure: UpstreamError?
        input.withUnsafeMutableBufferPointer { input in
            self.stream.next_in = input.baseAddress
            self.stream.avail_in = UInt32(clamping: input.count)
            while self.stream.avail_in > 0, !self.isEnded, failure == nil {
                let room = 32 * 1024
                var result: Int32 = Z_OK
                let written = output.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { target in
                    self.stream.next_out = target.baseAddress?.assumingMemoryBound(to: UInt8.self)
                    self.stream.avail_out = UInt32(clamping: target.count)
                    result = inflate(&self.stream, Z_NO_FLUSH)
                    return target.count - Int(self.stream.avail_out)
                }
                self.produced += written
                if result == Z_STREAM_END {
                    self.isEnded = true
                } else if result != Z_OK && result != Z_BUF_ERROR {
                    failure = UpstreamError(.malformed, "The upstream's compressed answer is broken.")
                } else if written == 0, result == Z_BUF_ERROR {
                    break
                }
                let consumed = self.taken + input.count - Int(self.stream.avail_in)
                let isBomb = self.produced > Self.freeBytes && self.produced / Self.ratioLimit > consumed
                if self.produced > self.limit || isBomb {
                    failure = UpstreamError(.malformed, "The upstream's compressed answer is too long.")
                }
            }
            self.stream.next_in = nil
            self.taken += input.count
        }
        if let failure { throw failure }
        return output
    }
}
