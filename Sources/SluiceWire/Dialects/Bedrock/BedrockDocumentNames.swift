/// Makes the names of documents such as the vendor accepts: legal, and each only once in a request.
///
/// Letters, digits, single spaces, hyphens, parentheses and square brackets; at most 200. The same conversation gives the same
/// names, so that a cached prompt stays the same.
/// Source: the service model of bedrock-runtime, `DocumentBlock` (read 2026-11).
struct BedrockDocumentNames {
    private var taken: Set<String> = []
    /// The next number to try for a name: one that is taken stays so.
    private var next: [String: Int] = [:]

    /// The name for a document, and whether it is the one given.
    mutating func name(for wish: JSONString?) -> (name: String, isKept: Bool) {
        let given = wish?.text
        var legal = given.map(Self.legal) ?? ""
        if legal.isEmpty { legal = "document" }
        var name = legal
        var number = next[legal] ?? 2
        while !taken.insert(name).inserted {
            name = "\(legal) (\(number))"
            number += 1
        }
        next[legal] = number
        return (name, given == nil || given == name)
    }

    private static func legal(_ text: String) -> String {
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars where bytes.count < 180 {
            let byte = Self.legal(scalar)
            // White space only once in a row; and no run of hyphens where a name is all in another script.
            if byte == 0x20 || byte == 0x2D, bytes.last == byte || bytes.isEmpty { continue }
            bytes.append(byte)
        }
        while let last = bytes.last, last == 0x20 || last == 0x2D { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func legal(_ scalar: Unicode.Scalar) -> UInt8 {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "(", ")", "[", "]", "-": UInt8(ascii: scalar)
        case " ", "\t", "\n", "\r": 0x20
        default: 0x2D
        }
    }
}
