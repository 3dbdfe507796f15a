/// Binary fixtures as text: hexadecimal digits, one frame a line.
enum HexText {
    /// The frames of a fixture, one a line; empty when there is none.
    static func frames(_ path: String) -> [[UInt8]] {
        (Fixture.bytes(path) ?? []).split(separator: UInt8(ascii: "\n")).map { line in
            var bytes: [UInt8] = []
            var high: UInt8?
            for digit in line {
                guard let value = Character(UnicodeScalar(digit)).hexDigitValue else { continue }
                if let first = high {
                    bytes.append(first << 4 | UInt8(value))
                    high = nil
                } else {
                    high = UInt8(value)
                }
            }
            return bytes
        }
    }

    /// The text of frames.
    static func text(_ frames: [[UInt8]]) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return frames.flatMap { frame in
            frame.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] } + [UInt8(ascii: "\n")]
        }
    }
}
