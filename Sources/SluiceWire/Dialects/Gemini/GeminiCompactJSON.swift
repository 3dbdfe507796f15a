/// JSON without white space between its tokens: Google indents its whole answers, clients expect arguments on one line.
enum GeminiCompactJSON {
    /// The text of a value without white space outside its strings; nothing else changes.
    static func bytes(_ text: some Collection<UInt8>) -> [UInt8] {
        var compact: [UInt8] = []
        compact.reserveCapacity(text.count)
        var isInString = false
        var isEscaped = false
        for byte in text {
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == JSONToken.backslash {
                    isEscaped = true
                } else if byte == JSONToken.quote {
                    isInString = false
                }
            } else if byte <= 0x20 {
                continue
            } else if byte == JSONToken.quote {
                isInString = true
            }
            compact.append(byte)
        }
        return compact
    }

    /// An object as the text of tool arguments, escaped for a JSON string.
    static func arguments(_ text: some Collection<UInt8>) -> JSONString {
        let compact = bytes(text)
        var escaped: [UInt8] = []
        escaped.reserveCapacity(compact.count + compact.count / 4 + 2)
        compact.withUnsafeBytes { JSONWriter.append($0, to: &escaped) }
        return JSONString(escaped: escaped.dropFirst().dropLast())
    }

    /// A text that another reader takes for JSON, as one line: within a JSON text a line end is white space between
    /// tokens.
    static func joinLines(_ bytes: inout [UInt8], from start: Int) {
        for index in bytes.indices.dropFirst(start) where bytes[index] == 0x0A || bytes[index] == 0x0D {
            bytes[index] = 0x20
        }
    }
}
