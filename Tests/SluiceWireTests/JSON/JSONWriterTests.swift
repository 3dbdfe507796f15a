import SluiceWire
import Testing

@Suite("JSONWriter")
struct JSONWriterTests {
    private func write(_ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        body(&writer)
        return String(decoding: writer.take(), as: UTF8.self)
    }

    @Test("places commas and colons")
    func structure() {
        let text = write { writer in
            writer.beginObject()
            writer.key("a" as StaticString)
            writer.beginArray()
            writer.integer(1)
            writer.null()
            writer.beginObject()
            writer.endObject()
            writer.beginArray()
            writer.endArray()
            writer.endArray()
            writer.key("b\n")
            writer.bool(true)
            writer.key("c")
            writer.raw(Array(#"{"x":1}"#.utf8))
            writer.key("d")
            writer.numberText("1.50")
            writer.endObject()
        }
        #expect(text == #"{"a":[1,null,{},[]],"b\n":true,"c":{"x":1},"d":1.50}"#)
    }

    @Test("escapes what must be, and nothing else")
    func escapes() {
        let text = write { $0.string("\"\\/\u{8}\u{9}\u{A}\u{C}\u{D}\u{0}\u{1F}\u{7F}é\u{2028}😀<>&'") }
        #expect(text == "\"\\\"\\\\/\\b\\t\\n\\f\\r\\u0000\\u001f\u{7F}é\u{2028}😀<>&'\"")
    }

    @Test("every scalar survives being written and read, wherever it stands")
    func roundTrip() throws {
        for start in stride(from: UInt32(0), to: 0x11_0000, by: 0x800) {
            var text = String.UnicodeScalarView()
            text.append(contentsOf: (start..<start + 0x800).compactMap(UnicodeScalar.init))
            var writer = JSONWriter()
            writer.string(String(text))
            let node = try JSONDocument(parsing: writer.take()).root
            #expect(node.stringValue.map { Array($0.utf8) } == Array(String(text).utf8))
        }
        for length in 0..<40 {
            let plain = String(repeating: "a", count: length)
            for text in [plain, plain + "\"", plain + "\u{1}" + plain, "\\" + plain, plain + "é" + plain] {
                var writer = JSONWriter()
                writer.string(text)
                let taken = writer.take()
                #expect(try JSONDocument(parsing: taken).root.stringValue == text)
            }
        }
    }

    @Test("writes integers and doubles that read back the same")
    func numbers() throws {
        for value in [0, 1, -1, 9, 10, -10, 99, 100, 12345, Int.max, Int.min] {
            let text = write { $0.integer(value) }
            #expect(text == "\(value)")
        }
        for value in [
            0.0, -0.0, 1.5, 0.1, 1e21, 1e-7, Double.leastNonzeroMagnitude, .greatestFiniteMagnitude, -123.456, 0x1p53,
        ] {
            let text = write { $0.double(value) }
            #expect(try JSONDocument(parsing: Array(text.utf8)).root.doubleValue == value, "\(text)")
        }
        for value in [Double.nan, .infinity, -.infinity] {
            let text = write { $0.double(value) }
            #expect(text == "null")
        }
    }

    @Test("writes bytes as strings and strings as they are")
    func spans() {
        let string = write { $0.string(utf8: Array("a\"b".utf8).span) }
        #expect(string == #""a\"b""#)
        let empty = write { $0.string(utf8: [UInt8]().span) }
        #expect(empty == #""""#)
        let escaped = write { $0.escapedString(Array(#"a\u0041"#.utf8).span) }
        #expect(escaped == #""a\u0041""#)
        let raw = write { $0.raw(Array("[1]".utf8).span) }
        #expect(raw == "[1]")
    }

    @Test("appends to memory that is handed to it, and gives it back empty of its state")
    func memory() {
        var writer = JSONWriter(appendingTo: Array("data: ".utf8))
        writer.beginObject()
        writer.endObject()
        let taken = writer.take()
        #expect(String(decoding: taken, as: UTF8.self) == "data: {}")
        writer.integer(1)
        let rest = writer.take()
        #expect(rest == Array("1".utf8))
    }
}
