/// Writes frames of an AWS event stream. ``AWSEventStreamParser`` has their shape.
public enum AWSEventStreamWriter {
    /// The most bytes of a header's string or byte array.
    public static let valueLimitBytes = 32_767

    /// Appends an event: headers `:event-type`, `:content-type` (`application/json`) and `:message-type` (`event`).
    ///
    /// Throws ``AWSEventStreamError/frameTooLarge(limit:)`` past 16 MiB, and then appends nothing.
    public static func append(
        event type: StaticString, json payload: Span<UInt8>, to bytes: inout [UInt8]
    ) throws(AWSEventStreamError) {
        try append(":event-type", type, message: "event", payload, to: &bytes)
    }

    /// Appends an exception: headers `:exception-type`, `:content-type` (`application/json`) and `:message-type`
    /// (`exception`). It ends the stream.
    public static func append(
        exception type: StaticString, json payload: Span<UInt8>, to bytes: inout [UInt8]
    ) throws(AWSEventStreamError) {
        try append(":exception-type", type, message: "exception", payload, to: &bytes)
    }

    /// Appends a frame of any headers.
    ///
    /// Throws ``AWSEventStreamError/malformedHeaders`` for a name that is empty or longer than 255 bytes and for a value
    /// longer than ``valueLimitBytes``, ``AWSEventStreamError/headersTooLarge(limit:)`` and
    /// ``AWSEventStreamError/frameTooLarge(limit:)``; then nothing is appended.
    public static func append(
        headers: [AWSEventStreamHeader], payload: Span<UInt8>, to bytes: inout [UInt8]
    ) throws(AWSEventStreamError) {
        let start = begin(&bytes)
        for header in headers {
            guard append(header, to: &bytes) else {
                bytes.removeSubrange(start...)
                throw .malformedHeaders
            }
        }
        try end(start, payload, &bytes)
    }

    private static let limit = 16 * 1024 * 1024
    private static let preludeBytes = 12

    private static func append(
        _ name: StaticString, _ type: StaticString, message: StaticString, _ payload: Span<UInt8>,
        to bytes: inout [UInt8]
    ) throws(AWSEventStreamError) {
        let start = begin(&bytes)
        append(name, type, to: &bytes)
        append(":content-type", "application/json", to: &bytes)
        append(":message-type", message, to: &bytes)
        try end(start, payload, &bytes)
    }

    private static func begin(_ bytes: inout [UInt8]) -> Int {
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: preludeBytes))
        return start
    }

    /// Completes the frame that begins at `start` and has its headers.
    private static func end(
        _ start: Int, _ payload: Span<UInt8>, _ bytes: inout [UInt8]
    ) throws(AWSEventStreamError) {
        let headers = bytes.count - start - preludeBytes
        let total = bytes.count - start + payload.count + 4
        guard headers <= AWSEventStreamHeaders.limitBytes, total <= limit else {
            bytes.removeSubrange(start...)
            guard headers <= AWSEventStreamHeaders.limitBytes else {
                throw .headersTooLarge(limit: AWSEventStreamHeaders.limitBytes)
            }
            throw .frameTooLarge(limit: limit)
        }
        put(UInt32(truncatingIfNeeded: total), at: start, &bytes)
        put(UInt32(truncatingIfNeeded: headers), at: start + 4, &bytes)
        put(CRC32.checksum(bytes.span.extracting(start..<start + 8)), at: start + 8, &bytes)
        payload.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
        let checksum = CRC32.checksum(bytes.span.extracting(start..<bytes.count))
        append(UInt64(checksum), count: 4, to: &bytes)
    }

    private static func append(_ name: StaticString, _ value: StaticString, to bytes: inout [UInt8]) {
        bytes.append(UInt8(truncatingIfNeeded: name.utf8CodeUnitCount))
        bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        bytes.append(7)
        append(UInt64(value.utf8CodeUnitCount), count: 2, to: &bytes)
        bytes.append(contentsOf: UnsafeBufferPointer(start: value.utf8Start, count: value.utf8CodeUnitCount))
    }

    private static func append(_ header: AWSEventStreamHeader, to bytes: inout [UInt8]) -> Bool {
        let name = header.name.utf8
        guard (1...255).contains(name.count) else { return false }
        bytes.append(UInt8(truncatingIfNeeded: name.count))
        bytes.append(contentsOf: name)
        switch header.value {
        case .bool(let value): bytes.append(value ? 0 : 1)
        case .byte(let value): append(2, Int64(value), count: 1, to: &bytes)
        case .short(let value): append(3, Int64(value), count: 2, to: &bytes)
        case .integer(let value): append(4, Int64(value), count: 4, to: &bytes)
        case .long(let value): append(5, value, count: 8, to: &bytes)
        case .bytes(let value): return append(6, value, to: &bytes)
        case .string(let value): return append(7, value.utf8, to: &bytes)
        case .timestamp(let milliseconds): append(8, milliseconds, count: 8, to: &bytes)
        case .uuid(let high, let low):
            bytes.append(9)
            append(high, count: 8, to: &bytes)
            append(low, count: 8, to: &bytes)
        }
        return true
    }

    private static func append(_ type: UInt8, _ value: Int64, count: Int, to bytes: inout [UInt8]) {
        bytes.append(type)
        append(UInt64(bitPattern: value), count: count, to: &bytes)
    }

    private static func append(_ type: UInt8, _ value: some Collection<UInt8>, to bytes: inout [UInt8]) -> Bool {
        guard value.count <= valueLimitBytes else { return false }
        bytes.append(type)
        append(UInt64(value.count), count: 2, to: &bytes)
        bytes.append(contentsOf: value)
        return true
    }

    /// Appends the low `count` bytes of a number, the highest first.
    private static func append(_ value: UInt64, count: Int, to bytes: inout [UInt8]) {
        for index in (0..<count).reversed() {
            bytes.append(UInt8(truncatingIfNeeded: value &>> UInt64(index * 8)))
        }
    }

    private static func put(_ value: UInt32, at offset: Int, _ bytes: inout [UInt8]) {
        for index in 0..<4 {
            bytes[offset + index] = UInt8(truncatingIfNeeded: value &>> UInt32((3 - index) * 8))
        }
    }
}
