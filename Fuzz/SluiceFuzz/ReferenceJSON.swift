/// RFC 8259 said as plainly as possible, one byte at a time, to hold the fast scanner against.
///
/// Recursive, which the depth bound makes safe.
struct ReferenceJSON {
    private let bytes: [UInt8]
    private var position = 0
    private let maximumDepth: Int

    static func isValid(_ bytes: [UInt8], maximumDepth: Int) -> Bool {
        var reference = ReferenceJSON(bytes: bytes, maximumDepth: maximumDepth)
        reference.skipSpace()
        guard reference.value(depth: 0) else { return false }
        reference.skipSpace()
        return reference.position == bytes.count
    }

    private init(bytes: [UInt8], maximumDepth: Int) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
    }

    private var byte: UInt8? {
        position < bytes.count ? bytes[position] : nil
    }

    private mutating func take(_ wanted: UInt8) -> Bool {
        guard byte == wanted else { return false }
        position += 1
        return true
    }

    private mutating func take(_ wanted: String) -> Bool {
        for letter in wanted.utf8 where !take(letter) { return false }
        return true
    }

    private mutating func skipSpace() {
        while let byte, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
    }

    private mutating func value(depth: Int) -> Bool {
        switch byte {
        case UInt8(ascii: "{"): depth < maximumDepth && object(depth: depth + 1)
        case UInt8(ascii: "["): depth < maximumDepth && array(depth: depth + 1)
        case UInt8(ascii: "\""): string()
        case UInt8(ascii: "t"): take("true")
        case UInt8(ascii: "f"): take("false")
        case UInt8(ascii: "n"): take("null")
        default: number()
        }
    }

    private mutating func object(depth: Int) -> Bool {
        position += 1
        skipSpace()
        if take(UInt8(ascii: "}")) { return true }
        while true {
            guard string() else { return false }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { return false }
            skipSpace()
            guard value(depth: depth) else { return false }
            skipSpace()
            if take(UInt8(ascii: "}")) { return true }
            guard take(UInt8(ascii: ",")) else { return false }
            skipSpace()
        }
    }

    private mutating func array(depth: Int) -> Bool {
        position += 1
        skipSpace()
        if take(UInt8(ascii: "]")) { return true }
        while true {
            guard value(depth: depth) else { return false }
            skipSpace()
            if take(UInt8(ascii: "]")) { return true }
            guard take(UInt8(ascii: ",")) else { return false }
            skipSpace()
        }
    }

    private mutating func string() -> Bool {
        guard take(UInt8(ascii: "\"")) else { return false }
        var raw: [UInt8] = []
        while let next = byte {
            position += 1
            if next == UInt8(ascii: "\"") {
                var decoder = UTF8()
                var source = raw.makeIterator()
                while true {
                    switch decoder.decode(&source) {
                    case .scalarValue: continue
                    case .emptyInput: return true
                    case .error: return false
                    }
                }
            }
            guard next >= 0x20 else { return false }
            if next == UInt8(ascii: "\\") {
                guard let escape = byte else { return false }
                position += 1
                // The bytes on either side of an escape are not neighbours.
                raw.append(next)
                if escape == UInt8(ascii: "u") {
                    for _ in 0..<4 {
                        guard let digit = byte, Character(UnicodeScalar(digit)).isHexDigit, digit < 0x80 else {
                            return false
                        }
                        position += 1
                    }
                } else if !"\"\\/bfnrt".utf8.contains(escape) {
                    return false
                }
            } else {
                raw.append(next)
            }
        }
        return false
    }

    private mutating func number() -> Bool {
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { guard digits() else { return false } }
        if take(UInt8(ascii: ".")) { guard digits() else { return false } }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard digits() else { return false }
        }
        return true
    }

    private mutating func digits() -> Bool {
        let start = position
        while let byte, byte >= 0x30, byte <= 0x39 { position += 1 }
        return position > start
    }
}
