import SluiceWire
import Testing

@Suite("JSON and UTF-8")
struct JSONUTF8Tests {
    /// Sequences that no UTF-8 encoder writes.
    static let malformed: [[UInt8]] = [
        [0x80], [0xBF], [0x80, 0x80], [0xC0, 0x80], [0xC0, 0xAF], [0xC1, 0xBF], [0xC2], [0xC2, 0x41],
        [0xC2, 0xC2, 0x80], [0xDF], [0xDF, 0x7F],
        [0xE0, 0x80, 0x80], [0xE0, 0x80, 0xAF], [0xE0, 0x9F, 0xBF], [0xE0, 0xA0], [0xE0, 0xA0, 0x41], [0xE1, 0x80],
        [0xE1, 0x80, 0x7F],
        [0xE1, 0x41, 0x80], [0xED, 0xA0, 0x80], [0xED, 0xAF, 0xBF], [0xED, 0xB0, 0x80], [0xED, 0xBF, 0xBF],
        [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80],
        [0xEF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x90, 0x80], [0xF0, 0x90], [0xF0],
        [0xF0, 0x90, 0x80, 0x41],
        [0xF0, 0x90, 0x41, 0x80], [0xF0, 0x41, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF4, 0xBF, 0xBF, 0xBF],
        [0xF5, 0x80, 0x80, 0x80],
        [0xF7, 0xBF, 0xBF, 0xBF], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFC, 0x84, 0x80, 0x80, 0x80, 0x80], [0xFE], [0xFF],
        [0xFE, 0xFF],
        [0xC3, 0xA9, 0x80], [0xE6, 0x97, 0xA5, 0xBF], [0xF0, 0x9F, 0x98, 0x80, 0x80], [0xE9], [0xFC], [0xA4, 0x62],
    ]

    @Test("refuses malformed sequences at every place in a string", arguments: malformed)
    func refuses(sequence: [UInt8]) {
        for prefix in 0..<40 {
            for suffix in [0, 1, 2, 3, 7, 40] {
                let bytes =
                    [0x22] + Array(repeating: UInt8(ascii: "a"), count: prefix) + sequence
                    + Array(repeating: UInt8(ascii: "b"), count: suffix) + [0x22]
                var kind: JSONError.Kind?
                do throws(JSONError) { try JSONScanner.validate(bytes.span) } catch { kind = error.kind }
                #expect(kind == .invalidUTF8, "\(prefix) before, \(suffix) after")
            }
        }
    }

    @Test("accepts every scalar, and decodes it to itself")
    func everyScalar() throws {
        for start in stride(from: UInt32(0x20), to: 0x11_0000, by: 0x400) {
            let scalars = (start..<start + 0x400).compactMap(UnicodeScalar.init).filter { $0 != "\"" && $0 != "\\" }
            guard !scalars.isEmpty else { continue }
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars)
            let bytes = [0x22] + Array(String(text).utf8) + [0x22]
            let document = try JSONDocument(parsing: bytes)
            #expect(document.root.stringValue.map { Array($0.utf8) } == Array(bytes.dropFirst().dropLast()))
        }
    }

    @Test("agrees with the standard library on every pair of bytes, and on every third and fourth after a lead")
    func everyPair() {
        func check(_ sequence: [UInt8]) {
            let bytes = [0x22] + sequence + [0x22]
            var isAccepted = true
            do throws(JSONError) { try JSONScanner.validate(bytes.span) } catch { isAccepted = false }
            let isValid = String(validating: sequence, as: UTF8.self) != nil
            if isAccepted != isValid { Issue.record("\(sequence)") }
        }
        for first in UInt8(0x80)...0xFF {
            for second in UInt8(0x80)...0xFF { check([first, second]) }
        }
        let edges: [UInt8] = [0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF]
        for first in UInt8(0xE0)...0xFF {
            for second in UInt8(0x7F)...0xC1 {
                for third in edges {
                    check([first, second, third])
                    for fourth in edges { check([first, second, third, fourth]) }
                }
            }
        }
    }

    @Test("accepts malformed bytes nowhere outside strings either")
    func outside() {
        for sequence in Self.malformed + [[0xC3, 0xA9]] {
            for text in [
                sequence, [0x5B] + sequence + [0x5D], [0x31] + sequence, [0x5B, 0x31, 0x2C] + sequence + [0x5D],
            ] {
                #expect(throws: JSONError.self) { try JSONScanner.validate(text.span) }
            }
        }
    }
}
