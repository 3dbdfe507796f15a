/// A header value with parameters: `token; name="value"; other=value`.
///
/// In quotes a backslash escapes a quote or a backslash and is itself otherwise, as old browsers wrote paths.
/// Source: RFC 9110 section 5.6.6; RFC 7578 section 4.2.
struct HeaderParameters {
    /// Where the value before the first semicolon lies.
    let token: Range<Int>
    private var values: [(name: String, value: String)] = []

    /// Reads `range`; `nil` when it is not well-formed or names a parameter twice.
    init?(_ base: UnsafeRawPointer, _ range: Range<Int>) {
        let end = range.upperBound
        var position = Self.skipBlanks(base, range.lowerBound, end)
        let start = position
        while position < end, Self.isToken(ByteScan.byte(base, position)) || ByteScan.byte(base, position) == 0x2F {
            position += 1
        }
        token = start..<position
        guard !token.isEmpty else { return nil }
        while true {
            position = Self.skipBlanks(base, position, end)
            guard position < end else { return }
            guard ByteScan.byte(base, position) == 0x3B else { return nil }
            position = Self.skipBlanks(base, position + 1, end)
            // A semicolon at the end is common and harmless.
            guard position < end else { return }
            let nameStart = position
            while position < end, Self.isToken(ByteScan.byte(base, position)) { position += 1 }
            let nameEnd = position
            position = Self.skipBlanks(base, position, end)
            guard nameEnd > nameStart, position < end, ByteScan.byte(base, position) == 0x3D else { return nil }
            position = Self.skipBlanks(base, position + 1, end)
            guard let value = Self.value(base, &position, end) else { return nil }
            let name = JSONText.raw(base, nameStart, nameEnd).lowercased()
            guard !values.contains(where: { $0.name == name }) else { return nil }
            values.append((name, value))
        }
    }

    /// The value of the parameter `name`, which is in lower case.
    subscript(_ name: String) -> String? {
        values.first { $0.name == name }?.value
    }

    private static func value(_ base: UnsafeRawPointer, _ position: inout Int, _ end: Int) -> String? {
        guard position < end else { return "" }
        guard ByteScan.byte(base, position) == 0x22 else {
            let start = position
            while position < end, ByteScan.byte(base, position) != 0x3B, ByteScan.byte(base, position) > 0x20 {
                position += 1
            }
            return JSONText.raw(base, start, position)
        }
        position += 1
        var bytes: [UInt8] = []
        while position < end {
            let byte = ByteScan.byte(base, position)
            position += 1
            if byte == 0x22 { return String(decoding: bytes, as: UTF8.self) }
            if byte == 0x5C, position < end {
                let next = ByteScan.byte(base, position)
                if next == 0x22 || next == 0x5C {
                    bytes.append(next)
                    position += 1
                    continue
                }
            }
            bytes.append(byte)
        }
        return nil
    }

    private static func skipBlanks(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> Int {
        var position = start
        while position < end, ByteScan.byte(base, position) == 0x20 || ByteScan.byte(base, position) == 0x09 {
            position += 1
        }
        return position
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E...0x60, 0x7C, 0x7E:
            true
        default:
            false
        }
    }
}
