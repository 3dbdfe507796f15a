/// A text that was put together from the contents of JSON strings, which knows where each of its bytes stands in what it was read of.
///
/// The strings are the deltas of one stream, or one string alone.
struct MappedText {
    private(set) var bytes: [UInt8] = []
    /// For each byte, where the character or escape that it belongs to begins, and where it ends.
    private var starts: [Int32] = []
    private var ends: [Int32] = []
    /// Where in ``bytes`` each string begins.
    private var strings: [Int] = []

    /// Adds what stands between the quotes of a JSON string. What is no escape of RFC 8259 is taken as it is.
    mutating func add(_ range: Range<Int>, of source: [UInt8]) {
        self.strings.append(self.bytes.count)
        self.bytes.reserveCapacity(self.bytes.count + range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            guard source[index] == UInt8(ascii: "\\"), index + 1 < range.upperBound else {
                self.append(source[index], index..<(index + 1))
                index += 1
                continue
            }
            let place = index
            switch source[index + 1] {
            case UInt8(ascii: "u"):
                var scalar = Self.unit(source, index + 2, range.upperBound)
                index += scalar == nil ? 2 : 6
                if let high = scalar, (0xD800...0xDBFF).contains(high), index + 1 < range.upperBound,
                    source[index] == UInt8(ascii: "\\"), source[index + 1] == UInt8(ascii: "u"),
                    let low = Self.unit(source, index + 2, range.upperBound), (0xDC00...0xDFFF).contains(low)
                {
                    scalar = 0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)
                    index += 6
                }
                for byte in Unicode.Scalar(scalar ?? 0xFFFD)?.utf8Bytes ?? [0xEF, 0xBF, 0xBD] {
                    self.append(byte, place..<index)
                }
            case let escaped:
                index += 2
                self.append(Self.meaning(of: escaped), place..<index)
            }
        }
    }

    /// Where a range of ``bytes`` stands in the source: one range for each of the strings that it goes through.
    func places(of range: Range<Int>) -> [Range<Int>] {
        var places: [Range<Int>] = []
        // The string in which the range begins: the last that does not begin behind it.
        var low = 0
        var high = self.strings.count
        while low < high {
            let middle = (low + high) / 2
            if self.strings[middle] <= range.lowerBound { low = middle + 1 } else { high = middle }
        }
        var string = max(0, low - 1)
        while string < self.strings.count, self.strings[string] < range.upperBound {
            let end = string + 1 < self.strings.count ? self.strings[string + 1] : self.bytes.count
            let part =
                max(range.lowerBound, self.strings[string])..<max(min(range.upperBound, end), self.strings[string])
            if part.lowerBound < part.upperBound {
                places.append(Int(self.starts[part.lowerBound])..<Int(self.ends[part.upperBound - 1]))
            }
            string += 1
        }
        return places
    }

    private mutating func append(_ byte: UInt8, _ place: Range<Int>) {
        self.bytes.append(byte)
        self.starts.append(Int32(clamping: place.lowerBound))
        self.ends.append(Int32(clamping: place.upperBound))
    }

    private static func unit(_ source: [UInt8], _ start: Int, _ end: Int) -> UInt32? {
        guard start + 4 <= end else { return nil }
        var value: UInt32 = 0
        for byte in source[start..<(start + 4)] {
            switch byte {
            case 0x30...0x39: value = value << 4 | UInt32(byte - 0x30)
            case 0x41...0x46: value = value << 4 | UInt32(byte - 0x41 + 10)
            case 0x61...0x66: value = value << 4 | UInt32(byte - 0x61 + 10)
            default: return nil
            }
        }
        return value
    }

    private static func meaning(of escaped: UInt8) -> UInt8 {
        switch escaped {
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        default: escaped
        }
    }
}

extension Unicode.Scalar {
    fileprivate var utf8Bytes: [UInt8] { Array(String(Character(self)).utf8) }
}
