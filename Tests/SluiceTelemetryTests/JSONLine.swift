/// A small strict JSON reader for checking log lines: order and duplicates of members are kept.
indirect enum JSONLine: Equatable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([JSONLine])
    case object([Member])

    struct Member: Equatable {
        let name: String
        let value: JSONLine
    }

    struct Failure: Error, CustomStringConvertible {
        let offset: Int
        var description: String { "not JSON at byte \(self.offset)" }
    }

    /// Reads exactly one line: a JSON value, one line feed, and no control character anywhere.
    init(line bytes: [UInt8]) throws(Failure) {
        guard bytes.last == UInt8(ascii: "\n") else { throw Failure(offset: bytes.count) }
        if let control = bytes.dropLast().firstIndex(where: { $0 < 0x20 || $0 == 0x7F }) {
            throw Failure(offset: control)
        }
        guard String(validating: bytes, as: UTF8.self) != nil else { throw Failure(offset: 0) }
        var reader = Reader(bytes: bytes.dropLast())
        self = try reader.value()
        guard reader.bytes.isEmpty else { throw Failure(offset: reader.bytes.startIndex) }
    }

    subscript(name: String) -> JSONLine? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    var names: [String] {
        guard case .object(let members) = self else { return [] }
        return members.map { $0.name }
    }

    private struct Reader {
        var bytes: ArraySlice<UInt8>

        mutating func value() throws(Failure) -> JSONLine {
            switch self.bytes.first {
            case UInt8(ascii: "{"): return .object(try self.members())
            case UInt8(ascii: "["): return .array(try self.elements())
            case UInt8(ascii: "\""): return .string(try self.string())
            case UInt8(ascii: "t"): return try self.word("true", .bool(true))
            case UInt8(ascii: "f"): return try self.word("false", .bool(false))
            case UInt8(ascii: "n"): return try self.word("null", .null)
            default: return .number(try self.number())
            }
        }

        private mutating func take(_ byte: Character) throws(Failure) {
            guard self.bytes.first == byte.asciiValue else { throw Failure(offset: self.bytes.startIndex) }
            self.bytes = self.bytes.dropFirst()
        }

        private mutating func word(_ text: String, _ value: JSONLine) throws(Failure) -> JSONLine {
            guard self.bytes.starts(with: text.utf8) else { throw Failure(offset: self.bytes.startIndex) }
            self.bytes = self.bytes.dropFirst(text.utf8.count)
            return value
        }

        private mutating func members() throws(Failure) -> [Member] {
            try self.take("{")
            var members: [Member] = []
            while self.bytes.first != UInt8(ascii: "}") {
                if !members.isEmpty { try self.take(",") }
                let name = try self.string()
                try self.take(":")
                members.append(Member(name: name, value: try self.value()))
            }
            try self.take("}")
            return members
        }

        private mutating func elements() throws(Failure) -> [JSONLine] {
            try self.take("[")
            var elements: [JSONLine] = []
            while self.bytes.first != UInt8(ascii: "]") {
                if !elements.isEmpty { try self.take(",") }
                elements.append(try self.value())
            }
            try self.take("]")
            return elements
        }

        private mutating func number() throws(Failure) -> String {
            let text = String(decoding: self.bytes.prefix { "+-.0123456789eE".utf8.contains($0) }, as: UTF8.self)
            let digits = text.first == "-" ? text.dropFirst() : Substring(text)
            let hasLeadingZero = digits.first == "0" && digits.dropFirst().first?.isNumber == true
            guard Double(text) != nil, digits.first?.isNumber == true, !hasLeadingZero, text.last != "." else {
                throw Failure(offset: self.bytes.startIndex)
            }
            self.bytes = self.bytes.dropFirst(text.utf8.count)
            return text
        }

        private mutating func string() throws(Failure) -> String {
            try self.take("\"")
            var units: [UInt16] = []
            var plain: [UInt8] = []
            func flushed() -> [UInt16] { units + Array(String(decoding: plain, as: UTF8.self).utf16) }
            while let byte = self.bytes.popFirst() {
                if byte == UInt8(ascii: "\"") { return String(decoding: flushed(), as: UTF16.self) }
                guard byte == UInt8(ascii: "\\") else {
                    plain.append(byte)
                    continue
                }
                units = flushed()
                plain = []
                switch self.bytes.popFirst() {
                case UInt8(ascii: "\""): units.append(0x22)
                case UInt8(ascii: "\\"): units.append(0x5C)
                case UInt8(ascii: "n"): units.append(0x0A)
                case UInt8(ascii: "r"): units.append(0x0D)
                case UInt8(ascii: "t"): units.append(0x09)
                case UInt8(ascii: "u"):
                    guard let unit = UInt16(String(decoding: self.bytes.prefix(4), as: UTF8.self), radix: 16) else {
                        throw Failure(offset: self.bytes.startIndex)
                    }
                    units.append(unit)
                    self.bytes = self.bytes.dropFirst(4)
                default: throw Failure(offset: self.bytes.startIndex)
                }
            }
            throw Failure(offset: self.bytes.startIndex)
        }
    }
}
