/// Tells when a JSON object that comes in pieces is complete, without keeping it.
///
/// Only braces, brackets and strings are followed; whether the text is right is for whoever reads it.
struct JSONObjectProgress: Sendable {
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    /// Whether the object has ended.
    private(set) var isComplete = false

    /// Takes the next piece. Pieces are JSON strings themselves, and may be cut anywhere but inside an escape of their own.
    mutating func take(_ piece: JSONString) {
        for byte in piece.utf8 where !isComplete {
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == JSONToken.backslash {
                    isEscaped = true
                } else if byte == JSONToken.quote {
                    isInString = false
                }
                continue
            }
            switch byte {
            case JSONToken.quote: isInString = true
            case 0x7B, 0x5B: depth += 1
            case 0x7D, 0x5D:
                depth -= 1
                if depth <= 0 { isComplete = true }
            default: break
            }
        }
    }
}
