import SluiceWire
import Testing

@Suite("SSEWriter")
struct SSEWriterTests {
    private func write(type: String? = nil, _ data: String) -> String {
        var bytes: [UInt8] = []
        SSEWriter.append(type: type, data: Array(data.utf8).span, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("writes type, data and a blank line")
    func plain() {
        #expect(write("[DONE]") == "data: [DONE]\n\n")
        #expect(write(type: "error", "{}") == "event: error\ndata: {}\n\n")
        #expect(write(type: "", "x") == "data: x\n\n")
        #expect(write("") == "data: \n\n")
    }

    @Test(
        "splits data at line ends, which a reader joins again",
        arguments: ["a\nb", "a\r\nb", "a\rb", "\n", "a\n", "\n\na", "a\n\rb", "é\n日"])
    func lines(data: String) {
        let text = write(type: "x\ny", data)
        let joined = data.unicodeScalars.reduce(into: "") { $0.unicodeScalars.append($1) }
            .replacing("\r\n", with: "\n").replacing("\r", with: "\n")
        #expect(SSEParserTests.events(text) == [SSEParserTests.Event(type: "x", data: joined)])
    }

    @Test("writes comments that a parser passes by")
    func comments() {
        var bytes: [UInt8] = []
        SSEWriter.appendComment(to: &bytes)
        SSEWriter.appendComment("keep-alive", to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == ":\n\n: keep-alive\n\n")
        #expect(SSEParserTests.events(String(decoding: bytes, as: UTF8.self)).isEmpty)
    }
}

extension String {
    /// The text with every `old` exchanged for `new`, byte for byte.
    fileprivate func replacing(_ old: String, with new: String) -> String {
        var output: [UInt8] = []
        var rest = Array(utf8)[...]
        while let byte = rest.first {
            if rest.starts(with: Array(old.utf8)) {
                output += Array(new.utf8)
                rest = rest.dropFirst(old.utf8.count)
            } else {
                output.append(byte)
                rest = rest.dropFirst()
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
