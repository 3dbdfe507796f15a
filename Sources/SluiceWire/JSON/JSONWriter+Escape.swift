extension JSONWriter {
    /// Appends `text` to `bytes` as a JSON string with its quotes.
    public static func append(_ text: String, to bytes: inout [UInt8]) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0), to: &bytes) }
    }

    static func append(_ text: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
        // Most texts need no escape, and are one piece with their quotes.
        let plain = text.baseAddress.map { plainEnd($0, 0, text.count) } ?? 0
        guard plain < text.count, let base = text.baseAddress else {
            bytes.append(addingCapacity: text.count + 2) { output in
                output.append(0x22)
                output.append(contentsOf: text)
                output.append(0x22)
            }
            return
        }
        bytes.append(0x22)
        appendEscaped(base, text.count, to: &bytes)
        bytes.append(0x22)
    }

    private static func appendEscaped(_ base: UnsafeRawPointer, _ end: Int, to bytes: inout [UInt8]) {
        var start = 0
        var position = 0
        while position < end {
            position = plainEnd(base, position, end)
            guard position < end else { break }
            bytes.append(contentsOf: UnsafeRawBufferPointer(start: base + start, count: position - start))
            appendEscape(ByteScan.byte(base, position), to: &bytes)
            position += 1
            start = position
        }
        bytes.append(contentsOf: UnsafeRawBufferPointer(start: base + start, count: end - start))
    }

    /// The offset of the next byte that needs an escape, or `end`.
    private static func plainEnd(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> Int {
        var position = start
        while position &+ 8 <= end {
            let word = ByteScan.word(base, position)
            let controls = (word &- ByteScan.broadcast(0x20)) & ~word & ByteScan.highs
            let mask =
                controls | ByteScan.zeros(word ^ ByteScan.broadcast(JSONToken.quote))
                | ByteScan.zeros(word ^ ByteScan.broadcast(JSONToken.backslash))
            if mask != 0 { return position &+ ByteScan.first(mask) }
            position &+= 8
        }
        while position < end {
            let byte = ByteScan.byte(base, position)
            if byte < 0x20 || byte == JSONToken.quote || byte == JSONToken.backslash { return position }
            position &+= 1
        }
        return end
    }

    private static func appendEscape(_ byte: UInt8, to bytes: inout [UInt8]) {
        bytes.append(JSONToken.backslash)
        switch byte {
        case 0x08: bytes.append(0x62)
        case 0x09: bytes.append(0x74)
        case 0x0A: bytes.append(0x6E)
        case 0x0C: bytes.append(0x66)
        case 0x0D: bytes.append(0x72)
        case JSONToken.quote, JSONToken.backslash: bytes.append(byte)
        default:
            let digits: [UInt8] = Array("0123456789abcdef".utf8)
            bytes.append(contentsOf: [0x75, 0x30, 0x30, digits[Int(byte >> 4)], digits[Int(byte & 15)]])
        }
    }
}
