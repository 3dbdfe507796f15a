import NIOCore

/// Writes the parts of a message head one behind the other into memory that is known to hold them.
///
/// A head has dozens of parts; written one by one through `ByteBuffer` each would check the buffer anew.
struct HeadCursor {
    private var next: UnsafeMutableRawPointer
    private let start: UnsafeMutableRawPointer
    private let end: UnsafeMutableRawPointer

    init(_ memory: UnsafeMutableRawBufferPointer, base: UnsafeMutableRawPointer) {
        self.start = base
        self.next = base
        self.end = base + memory.count
    }

    /// The bytes written so far.
    var count: Int { self.next - self.start }

    mutating func put(_ text: StaticString) {
        self.put(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func put(_ text: String) {
        // Asked for first: `withUTF8` needs a copy of its own, which is counted.
        if text.utf8.withContiguousStorageIfAvailable({ self.put(UnsafeRawBufferPointer($0)) }) == nil {
            var text = text
            text.withUTF8 { self.put(UnsafeRawBufferPointer($0)) }
        }
    }

    /// Writes a non-negative number.
    mutating func put(decimal number: Int) {
        var divisor = 1
        while number / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            let digit = UInt8(truncatingIfNeeded: 0x30 + number / divisor % 10)
            withUnsafeBytes(of: digit) { self.put($0) }
            divisor /= 10
        }
    }

    /// Writes a non-negative number in lower-case hexadecimal digits.
    mutating func put(hexadecimal number: Int) {
        var shift = 60
        while shift > 0, number >> shift & 15 == 0 { shift -= 4 }
        while shift >= 0 {
            let digit = UInt8(truncatingIfNeeded: number >> shift & 15)
            withUnsafeBytes(of: digit < 10 ? 0x30 + digit : 0x57 + digit) { self.put($0) }
            shift -= 4
        }
    }

    mutating func putField(_ name: String, _ value: String) {
        self.put(name)
        self.put(": ")
        self.put(value)
        self.put("\r\n")
    }

    mutating func put(_ bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count <= self.end - self.next, "A head is longer than it was said to be.")
        guard let base = bytes.baseAddress else { return }
        self.next.copyMemory(from: base, byteCount: bytes.count)
        self.next += bytes.count
    }
}

extension ByteBuffer {
    /// Writes a head of at most `capacity` bytes.
    mutating func writeHead(capacity: Int, _ body: (inout HeadCursor) -> Void) {
        self.writeWithUnsafeMutableBytes(minimumWritableBytes: capacity) { memory in
            guard let base = memory.baseAddress else { return 0 }
            var cursor = HeadCursor(memory, base: base)
            body(&cursor)
            return cursor.count
        }
    }
}
