/// Splits characters beyond the basic plane into the two halves of their surrogate pairs, in adjacent tokens, as
/// servers do that cut their text at UTF-16 code units: a delta ends with `\ud83d`, the next begins with `\ude00`.
///
/// Swift has no text with half a pair. Between the answer and its bytes a half is a private character, U+F0000 plus
/// its last eleven bits, which becomes its escape when JSON goes out.
enum SurrogateHalves {
    private static let first: UInt32 = 0xF0000

    /// The tokens, each cut between the halves of its characters beyond the basic plane.
    static func split(_ tokens: [String]) -> [String] {
        tokens.flatMap { token -> [String] in
            var pieces: [String] = []
            var piece = ""
            for scalar in token.unicodeScalars {
                guard scalar.value > 0xFFFF else {
                    piece.unicodeScalars.append(scalar)
                    continue
                }
                let bits = scalar.value - 0x10000
                piece.unicodeScalars.append(mark(0xD800 + (bits >> 10)))
                pieces.append(piece)
                piece = ""
                piece.unicodeScalars.append(mark(0xDC00 + (bits & 0x3FF)))
            }
            return piece.isEmpty ? pieces : pieces + [piece]
        }
    }

    /// JSON with the private characters as escapes of their halves.
    static func escaped(_ json: [UInt8]) -> [UInt8] {
        guard json.contains(0xF3) else { return json }
        var out: [UInt8] = []
        out.reserveCapacity(json.count + 16)
        var index = 0
        while index < json.count {
            // U+F0000 to U+F07FF are F3 B0 80 80 to F3 B0 9F BF.
            if json[index] == 0xF3, index + 3 < json.count, json[index + 1] == 0xB0, json[index + 2] < 0xA0 {
                let unit = 0xD800 + UInt32(json[index + 2] & 0x1F) << 6 + UInt32(json[index + 3] & 0x3F)
                out.append(contentsOf: "\\u\(String(unit, radix: 16))".utf8)
                index += 4
            } else {
                out.append(json[index])
                index += 1
            }
        }
        return out
    }

    private static func mark(_ unit: UInt32) -> UnicodeScalar {
        UnicodeScalar(first + (unit & 0x7FF)) ?? "\u{FFFD}"
    }
}
