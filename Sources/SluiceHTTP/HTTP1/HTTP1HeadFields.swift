/// The fields of a head, and what they say of its framing.
struct HTTP1HeadFields {
    private(set) var list: [(String, String)] = []
    private(set) var length: Int?
    private(set) var isChunked = false
    /// Whether there is a transfer coding that is not just `chunked`.
    private(set) var hasOtherCoding = false
    private(set) var saysClose = false
    private(set) var saysKeepAlive = false

    /// Reads the fields from `start` on, up to the empty line that ends the bytes.
    ///
    /// `nil` when a line is malformed, when there are more than `limit`, and when two readers could see two lengths: a length
    /// beside a transfer coding, two lengths, one that is not just digits. Source: RFC 9112, section 6.3.
    init?(_ bytes: UnsafeRawBufferPointer, from start: Int, limit: Int = .max) {
        self.list.reserveCapacity(12)
        var lines = HTTP1FieldLines(bytes, from: start)
        while true {
            switch lines.next() {
            case .field(let name, let value):
                let (name, value) = (Self.text(bytes, name), Self.text(bytes, value))
                guard self.list.count < limit, self.take(name, value) else { return nil }
                self.list.append((name, value))
            case .end:
                guard lines.position == bytes.count else { return nil }
                return
            case .malformed:
                return nil
            }
        }
    }

    /// Whether a head can still be believed that has this field too.
    private mutating func take(_ name: String, _ value: String) -> Bool {
        switch name.utf8.count {
        case 10 where name.isField("connection"):
            self.take(connection: value)
        case 14 where name.isField("content-length"):
            guard self.length == nil, !self.isChunked, !self.hasOtherCoding, let length = Self.number(value) else {
                return false
            }
            self.length = length
        case 17 where name.isField("transfer-encoding"):
            guard self.length == nil else { return false }
            if self.isChunked || !value.isField("chunked") { self.hasOtherCoding = true }
            self.isChunked = true
        default:
            break
        }
        return true
    }

    private mutating func take(connection value: String) {
        if value.isField("keep-alive") {
            self.saysKeepAlive = true
        } else if value.isField("close") {
            self.saysClose = true
        } else {
            for option in value.split(separator: ",") {
                var option = option.drop { $0 == " " || $0 == "\t" }
                while option.last == " " || option.last == "\t" { option.removeLast() }
                if String(option).isField("close") { self.saysClose = true }
                if String(option).isField("keep-alive") { self.saysKeepAlive = true }
            }
        }
    }

    /// Digits and nothing else: no sign, no list.
    private static func number(_ text: String) -> Int? {
        guard (1...18).contains(text.utf8.count) else { return nil }
        var number = 0
        for byte in text.utf8 {
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            number = number * 10 + Int(byte - 0x30)
        }
        return number
    }

    static func text(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> String {
        String(decoding: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    }
}
