/// Reads the headers of a frame where they lie.
public enum AWSEventStreamHeaders {
    /// Where one header's parts are.
    struct Entry {
        var name: Range<Int>
        var type: UInt8
        var value: Range<Int>
    }

    /// Past this many bytes, headers are refused: the vendor's own bound.
    public static let limitBytes = 128 * 1024

    /// All headers; those that a frame repeats are repeated. Empty for bytes that are no headers.
    public static func all(in headers: Span<UInt8>) -> [AWSEventStreamHeader] {
        var found: [AWSEventStreamHeader] = []
        var position = 0
        while let entry = next(in: headers, at: &position) {
            guard let value = value(of: entry, in: headers) else { break }
            found.append(AWSEventStreamHeader(text(headers, entry.name), value))
        }
        return found
    }

    /// The text of the first header of that name whose value is a string; nothing is copied to find it.
    public static func string(_ name: StaticString, in headers: Span<UInt8>) -> String? {
        range(of: name, in: headers).map { text(headers, $0) }
    }

    /// Whether the first header of that name is the string `text`; nothing is copied.
    public static func has(_ name: StaticString, _ text: StaticString, in headers: Span<UInt8>) -> Bool {
        range(of: name, in: headers).map { equals(headers, $0, text) } ?? false
    }

    /// Where the string of the first header of that name lies.
    static func range(of name: StaticString, in headers: Span<UInt8>) -> Range<Int>? {
        var position = 0
        while let entry = next(in: headers, at: &position) {
            if equals(headers, entry.name, name) { return entry.type == 7 ? entry.value : nil }
        }
        return nil
    }

    /// Whether the bytes are headers from beginning to end.
    static func isValid(_ headers: Span<UInt8>) -> Bool {
        var position = 0
        while next(in: headers, at: &position) != nil {}
        return position == headers.count
    }

    /// The header at `position`, which moves past it; `nil` at the end and, without moving, where there is none.
    static func next(in headers: Span<UInt8>, at position: inout Int) -> Entry? {
        let count = headers.count
        guard position < count else { return nil }
        let nameStart = position + 1
        let nameEnd = nameStart + Int(headers[position])
        guard nameEnd > nameStart, nameEnd < count else { return nil }
        let type = headers[nameEnd]
        var valueStart = nameEnd + 1
        let length: Int
        switch type {
        case 0, 1: length = 0
        case 2: length = 1
        case 3: length = 2
        case 4: length = 4
        case 5, 8: length = 8
        case 6, 7:
            guard valueStart + 2 <= count else { return nil }
            length = Int(headers[valueStart]) << 8 | Int(headers[valueStart + 1])
            valueStart += 2
        case 9: length = 16
        default: return nil
        }
        guard valueStart + length <= count else { return nil }
        position = valueStart + length
        return Entry(name: nameStart..<nameEnd, type: type, value: valueStart..<valueStart + length)
    }

    /// Whether `range` of the bytes is `text`.
    static func equals(_ bytes: Span<UInt8>, _ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        return bytes.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return text.utf8CodeUnitCount == 0 }
            return ByteScan.equal(base + range.lowerBound, UnsafeRawPointer(text.utf8Start), count: range.count)
        }
    }

    private static func value(of entry: Entry, in headers: Span<UInt8>) -> AWSEventStreamHeader.Value? {
        switch entry.type {
        case 0: .bool(true)
        case 1: .bool(false)
        case 2: .byte(Int8(truncatingIfNeeded: number(headers, entry.value)))
        case 3: .short(Int16(truncatingIfNeeded: number(headers, entry.value)))
        case 4: .integer(Int32(truncatingIfNeeded: number(headers, entry.value)))
        case 5: .long(Int64(bitPattern: number(headers, entry.value)))
        case 6: .bytes(entry.value.map { headers[$0] })
        case 7: .string(text(headers, entry.value))
        case 8: .timestamp(milliseconds: Int64(bitPattern: number(headers, entry.value)))
        case 9:
            .uuid(
                high: number(headers, entry.value.prefix(8)),
                low: number(headers, entry.value.dropFirst(8)))
        default: nil
        }
    }

    private static func number(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
        var value: UInt64 = 0
        for position in range { value = value &<< 8 | UInt64(bytes[position]) }
        return value
    }

    private static func text(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
        bytes.extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }
}
