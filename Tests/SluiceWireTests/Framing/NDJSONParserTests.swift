import SluiceWire
import Testing

@Suite("NDJSONParser")
struct NDJSONParserTests {
    private static func lines(_ bytes: [UInt8], cuts: [Int] = [], limit: Int = 1 << 20) -> [String] {
        var parser = NDJSONParser(limit: limit)
        var lines: [String] = []
        var start = 0
        func text(_ line: NDJSONLine, _ chunk: [UInt8]) -> String {
            if line.payload == .oversized { return "<oversized>" }
            return parser.withBytes(of: line, in: chunk.span) { bytes in
                bytes.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
            }
        }
        for cut in cuts + [bytes.count] {
            let chunk = Array(bytes[start..<cut])
            var offset = 0
            while let line = parser.next(in: chunk.span, at: &offset) { lines.append(text(line, chunk)) }
            #expect(offset == chunk.count)
            start = cut
        }
        if let line = parser.finish() { lines.append(text(line, [])) }
        return lines
    }

    @Test("only a line feed ends a line")
    func ends() {
        let text = "{\"a\":\"x\u{2028}y\u{0085}z\u{000B}\"}\n\n  \n[1]\r\n2"
        #expect(Self.lines(Array(text.utf8)) == ["{\"a\":\"x\u{2028}y\u{0085}z\u{000B}\"}", "[1]\r", "2"])
    }

    @Test("any split gives the same lines")
    func splits() {
        let bytes = Array("\u{FEFF}{\"a\":\"\u{1F600}\u{2028}\"}\n\n{}\r\n \n[1,\"é\"]".utf8)
        let whole = Self.lines(bytes)
        #expect(whole.count == 3)
        #expect(whole.first?.hasPrefix("{") == true)
        #expect(Self.lines(bytes, cuts: Array(0...bytes.count)) == whole)
        for first in 0...bytes.count {
            for second in first...bytes.count { #expect(Self.lines(bytes, cuts: [first, second]) == whole) }
        }
    }

    @Test("a line past the limit is passed over and the stream goes on, however it is split")
    func limit() {
        let bytes = Array("{}\n\(String(repeating: "x", count: 40))\n[1]\n\(String(repeating: "y", count: 11))".utf8)
        let expected = ["{}", "<oversized>", "[1]", "<oversized>"]
        for cut in 0...bytes.count { #expect(Self.lines(bytes, cuts: [cut], limit: 10) == expected) }
        #expect(Self.lines(bytes, cuts: Array(0...bytes.count), limit: 10) == expected)
    }
}
