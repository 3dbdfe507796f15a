/// The cursor of a TOML text: space, comments, keys and strings. Never reads past the end.
struct TOMLScanner {
    /// A place in the text, from 1; columns in characters.
    struct Place {
        var line: Int
        var column: Int
    }

    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    private var column = 1

    /// `bytes` must be UTF-8.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var place: Place { Place(line: line, column: column) }

    var isAtEnd: Bool { position == bytes.count }

    func peek(_ offset: Int = 0) -> UInt8? {
        position + offset < bytes.count ? bytes[position + offset] : nil
    }

    func problem(_ message: String, at place: Place? = nil) -> TOMLProblem {
        let place = place ?? self.place
        return TOMLProblem(message: message, line: place.line, column: place.column)
    }

    /// What stands at the cursor, for a message.
    var found: String {
        guard let byte = peek() else { return "the end of the file" }
        if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { return "the end of the line" }
        let character = String(decoding: bytes[position...].prefix(8), as: UTF8.self).prefix(1)
        return FoundText.sanitized(String(character))
    }

    mutating func advance(_ count: Int = 1) {
        for _ in 0..<count where position < bytes.count {
            if bytes[position] == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if bytes[position] & 0xC0 != 0x80 {
                // Characters are counted by their first byte.
                column += 1
            }
            position += 1
        }
    }

    /// Takes `byte` if it is next.
    mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        advance()
        return true
    }

    mutating func skipBlanks() {
        while peek() == UInt8(ascii: " ") || peek() == UInt8(ascii: "\t") { advance() }
    }

    /// Skips space, line ends and comments; false at the end of the text.
    mutating func skipLines() throws(TOMLProblem) -> Bool {
        while true {
            skipBlanks()
            if peek() == UInt8(ascii: "#") {
                try skipComment()
            } else if try !takeLineEnd() {
                return !isAtEnd
            }
        }
    }

    /// Skips what may follow a value in its line: space, a comment, and the line end, which must come.
    mutating func endLine() throws(TOMLProblem) {
        skipBlanks()
        if peek() == UInt8(ascii: "#") { try skipComment() }
        guard try takeLineEnd() || isAtEnd else { throw problem("expected the end of the line, found \(found)") }
    }

    private mutating func skipComment() throws(TOMLProblem) {
        while let byte = peek(), byte != UInt8(ascii: "\n") {
            if byte == UInt8(ascii: "\r"), peek(1) == UInt8(ascii: "\n") { return }
            guard !Self.isControl(byte) else { throw problem("a comment cannot hold control characters") }
            advance()
        }
    }

    private mutating func takeLineEnd() throws(TOMLProblem) -> Bool {
        if take(UInt8(ascii: "\n")) { return true }
        guard peek() == UInt8(ascii: "\r") else { return false }
        guard peek(1) == UInt8(ascii: "\n") else { throw problem("a carriage return without line feed") }
        advance(2)
        return true
    }

    /// A dotted key: at least one part, each with its place.
    mutating func key() throws(TOMLProblem) -> [(text: String, place: Place)] {
        var parts: [(text: String, place: Place)] = []
        repeat {
            skipBlanks()
            let start = place
            switch peek() {
            case UInt8(ascii: "\""), UInt8(ascii: "'"): parts.append((try lineString(), start))
            default:
                let bare = takeWhile(Self.isBareKey)
                guard !bare.isEmpty else { throw problem("expected a key, found \(found)") }
                parts.append((bare, start))
            }
            skipBlanks()
        } while take(UInt8(ascii: "."))
        return parts
    }

    /// The bytes of a value that is no string, list or table.
    mutating func bareValue() -> String {
        var text = takeWhile(Self.isBareValue)
        // A date and its time may be parted by a space.
        if text.utf8.count == 10, text.utf8.dropFirst(4).first == UInt8(ascii: "-"), peek() == UInt8(ascii: " "),
            let digit = peek(1), (0x30...0x39).contains(digit)
        {
            advance()
            text += " " + takeWhile(Self.isBareValue)
        }
        return text
    }

    /// A string of any of the four forms.
    mutating func string() throws(TOMLProblem) -> String {
        guard let quote = peek(), peek(1) == quote, peek(2) == quote else { return try lineString() }
        return try blockString(quote)
    }

    private mutating func lineString() throws(TOMLProblem) -> String {
        let start = place
        guard let quote = peek() else { throw problem("expected a string, found \(found)") }
        advance()
        var text: [UInt8] = []
        while let byte = peek(), byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") {
            if take(quote) { return String(decoding: text, as: UTF8.self) }
            if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                try escape(into: &text)
            } else {
                guard !Self.isControl(byte) else {
                    throw problem("a string cannot hold control characters; write an escape")
                }
                text.append(byte)
                advance()
            }
        }
        throw problem("a string without its closing quote", at: start)
    }

    private mutating func blockString(_ quote: UInt8) throws(TOMLProblem) -> String {
        let start = place
        advance(3)
        _ = try takeLineEnd()
        var text: [UInt8] = []
        while let byte = peek() {
            if byte == quote, peek(1) == quote, peek(2) == quote {
                // Up to two quotes may stand before the closing three.
                var count = 3
                while count < 5, peek(count) == quote { count += 1 }
                text += Array(repeating: quote, count: count - 3)
                advance(count)
                return String(decoding: text, as: UTF8.self)
            }
            if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                if try !skipLineFold() { try escape(into: &text) }
                continue
            }
            if byte == UInt8(ascii: "\r"), peek(1) == UInt8(ascii: "\n") {
                text.append(UInt8(ascii: "\n"))
                advance(2)
                continue
            }
            guard byte == UInt8(ascii: "\n") || !Self.isControl(byte) else {
                throw problem("a string cannot hold control characters; write an escape")
            }
            text.append(byte)
            advance()
        }
        throw problem("a string without its closing quotes", at: start)
    }

    /// A backslash at the end of a line joins it with what follows the space after it.
    private mutating func skipLineFold() throws(TOMLProblem) -> Bool {
        var ahead = self
        ahead.advance()
        ahead.skipBlanks()
        guard try ahead.takeLineEnd() else { return false }
        repeat { ahead.skipBlanks() } while try ahead.takeLineEnd()
        self = ahead
        return true
    }

    private mutating func escape(into text: inout [UInt8]) throws(TOMLProblem) {
        let start = place
        advance()
        let byte = peek()
        advance()
        switch byte {
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "e"): text.append(0x1B)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): text.append(byte ?? 0)
        case UInt8(ascii: "x"): text += try scalar(digits: 2, from: start)
        case UInt8(ascii: "u"): text += try scalar(digits: 4, from: start)
        case UInt8(ascii: "U"): text += try scalar(digits: 8, from: start)
        default: throw problem("an unknown escape; write \\\\ for a backslash, or 'single quotes'", at: start)
        }
    }

    private mutating func scalar(digits: Int, from start: Place) throws(TOMLProblem) -> [UInt8] {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let digit = peek().flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else {
                throw problem("an escape with fewer than \(digits) hexadecimal digits", at: start)
            }
            // At most eight digits: 32 bits hold them.
            value = value << 4 | UInt32(digit)
            advance()
        }
        guard let scalar = Unicode.Scalar(value) else { throw problem("an escape of no Unicode character", at: start) }
        return Array(String(Character(scalar)).utf8)
    }

    private mutating func takeWhile(_ fits: (UInt8) -> Bool) -> String {
        let start = position
        while let byte = peek(), fits(byte) { advance() }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private static func isControl(_ byte: UInt8) -> Bool { (byte < 0x20 && byte != 0x09) || byte == 0x7F }

    private static func isBareKey(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }

    private static func isBareValue(_ byte: UInt8) -> Bool {
        isBareKey(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":")
    }
}
