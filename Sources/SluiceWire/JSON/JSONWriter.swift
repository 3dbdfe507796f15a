/// Writes JSON text into bytes, compact, with commas placed by itself.
///
/// Every key and value is escaped as RFC 8259 section 7 demands and no further: quote, backslash and bytes below
/// 0x20; all else stays raw UTF-8. The caller keeps begin and end balanced, and calls ``key(_:)`` before each member.
///
/// ```swift
/// var writer = JSONWriter()
/// writer.beginObject()
/// writer.key("model"); writer.string("gpt")
/// writer.key("n"); writer.integer(1)
/// writer.endObject()
/// // {"model":"gpt","n":1}
/// ```
public struct JSONWriter: Sendable {
    /// What has been written.
    public private(set) var bytes: [UInt8]
    /// How many objects and arrays are open.
    public private(set) var depth = 0
    private var needsComma = false

    /// Creates a writer; `capacity` bytes are reserved.
    public init(capacity: Int = 256) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// Creates a writer that appends to `bytes`, for callers who reuse memory.
    public init(appendingTo bytes: consuming [UInt8]) {
        self.bytes = bytes
    }

    /// The bytes, taken out of the writer, which is then as new.
    public mutating func take() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &bytes)
        depth = 0
        needsComma = false
        return taken
    }

    /// Writes `{`.
    public mutating func beginObject() { open(0x7B) }
    /// Writes `}`.
    public mutating func endObject() { close(0x7D) }
    /// Writes `[`.
    public mutating func beginArray() { open(0x5B) }
    /// Writes `]`.
    public mutating func endArray() { close(0x5D) }

    /// Writes a key and its colon; the value comes next.
    public mutating func key(_ key: String) {
        separate()
        Self.append(key, to: &bytes)
        bytes.append(0x3A)
        needsComma = false
    }

    /// Writes a key that needs no escape, known at compile time, without looking at it.
    public mutating func key(_ key: StaticString) {
        let hasComma = needsComma
        bytes.append(addingCapacity: key.utf8CodeUnitCount + 4) { output in
            if hasComma { output.append(0x2C) }
            output.append(0x22)
            output.append(contentsOf: UnsafeRawBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount))
            output.append(0x22)
            output.append(0x3A)
        }
        needsComma = false
    }

    /// Writes a string.
    public mutating func string(_ value: String) {
        separate()
        Self.append(value, to: &bytes)
        needsComma = true
    }

    /// Writes UTF-8 bytes as a string; they must be well-formed UTF-8.
    public mutating func string(utf8 value: Span<UInt8>) {
        separate()
        value.withUnsafeBytes { Self.append($0, to: &bytes) }
        needsComma = true
    }

    /// Writes a string whose escapes are already in place, such as the inside of a string found by a scan.
    public mutating func escapedString(_ value: Span<UInt8>) {
        separate()
        bytes.append(0x22)
        value.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
        bytes.append(0x22)
        needsComma = true
    }

    /// Writes an integer.
    public mutating func integer(_ value: Int) {
        separate()
        if value < 0 { bytes.append(0x2D) }
        appendDigits(value.magnitude)
        needsComma = true
    }

    /// Writes a number in the shortest form that reads back the same; infinities and NaN become `null`.
    public mutating func double(_ value: Double) {
        guard value.isFinite else { return null() }
        numberText(value.description)
    }

    /// Writes the text of a number that a scan has accepted, digit for digit.
    public mutating func numberText(_ text: String) {
        separate()
        bytes.append(contentsOf: text.utf8)
        needsComma = true
    }

    /// Writes `true` or `false`.
    public mutating func bool(_ value: Bool) {
        separate()
        bytes.append(contentsOf: value ? [0x74, 0x72, 0x75, 0x65] : [0x66, 0x61, 0x6C, 0x73, 0x65])
        needsComma = true
    }

    /// Writes `null`.
    public mutating func null() {
        separate()
        bytes.append(contentsOf: [0x6E, 0x75, 0x6C, 0x6C])
        needsComma = true
    }

    /// Writes one complete JSON value as it stands.
    public mutating func raw(_ value: Span<UInt8>) {
        separate()
        value.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
        needsComma = true
    }

    /// Writes one complete JSON value as it stands.
    public mutating func raw(_ value: some Collection<UInt8>) {
        separate()
        bytes.append(contentsOf: value)
        needsComma = true
    }

    @inline(__always)
    private mutating func separate() {
        if needsComma { bytes.append(0x2C) }
    }

    private mutating func open(_ byte: UInt8) {
        separate()
        bytes.append(byte)
        depth += 1
        needsComma = false
    }

    private mutating func close(_ byte: UInt8) {
        assert(depth > 0, "a container is closed that was not opened")
        bytes.append(byte)
        depth -= 1
        needsComma = true
    }

    private mutating func appendDigits(_ value: UInt) {
        guard value >= 10 else { return bytes.append(0x30 &+ UInt8(truncatingIfNeeded: value)) }
        var length = 1
        var bound: UInt = 10
        // The largest number has 20 digits, and its bound would not fit.
        while length < 20, value >= bound {
            length &+= 1
            guard length < 20 else { break }
            bound &*= 10
        }
        bytes.append(addingCapacity: length) { output in
            output.withUnsafeMutableBufferPointer { digits, count in
                var rest = value
                for place in (count..<(count &+ length)).reversed() {
                    let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: 10)
                    digits[place] = 0x30 &+ UInt8(truncatingIfNeeded: remainder)
                    rest = quotient
                }
                count &+= length
            }
        }
    }
}
