import CZlib
public import NIOCore

/// Encodes an answer as `gzip`, piece by piece.
public final class Deflater {
    private static let level: Int32 = 4
    private var stream = z_stream()

    /// Makes an encoder; `nil` when there is no memory for it.
    public init?() {
        guard sluice_deflate_init_gzip(&self.stream, Self.level) == Z_OK else { return nil }
    }

    deinit {
        deflateEnd(&self.stream)
    }

    /// Encodes a piece. The result may be empty: the encoder gathers.
    public func encode(_ piece: ByteBuffer) -> ByteBuffer {
        self.run(piece.getBytes(at: piece.readerIndex, length: piece.readableBytes) ?? [], flush: Z_NO_FLUSH)
    }

    /// What is still gathered, and the end of the encoding.
    public func finish() -> ByteBuffer {
        self.run([], flush: Z_FINISH)
    }

    private func run(_ input: [UInt8], flush: Int32) -> ByteBuffer {
        var input = input
        var output = ByteBuffer()
        input.withUnsafeMutableBufferPointer { input in
            self.stream.next_in = input.baseAddress
            self.stream.avail_in = UInt32(clamping: input.count)
            var isFull = true
            while isFull {
                output.writeWithUnsafeMutableBytes(minimumWritableBytes: 16 * 1024) { target in
                    self.stream.next_out = target.baseAddress?.assumingMemoryBound(to: UInt8.self)
                    self.stream.avail_out = UInt32(clamping: target.count)
                    _ = deflate(&self.stream, flush)
                    isFull = self.stream.avail_out == 0
                    return target.count - Int(self.stream.avail_out)
                }
            }
            self.stream.next_in = nil
        }
        return output
    }
}
