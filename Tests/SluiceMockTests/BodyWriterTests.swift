import NIOCore
import Testing

@testable import SluiceMock

@Suite("Body writer")
struct BodyWriterTests {
    @Test(
        "a chunk tells its length in hexadecimal",
        arguments: [(1, "1"), (15, "f"), (16, "10"), (255, "ff"), (256, "100"), (4096, "1000"), (65_535, "ffff")])
    func length(_ count: Int, _ digits: String) {
        var writer = BodyWriter()
        writer.isChunked = true
        writer.append([UInt8](repeating: 0x61, count: count)[...])
        let taken = writer.take()
        #expect(taken.map { String(buffer: $0) } == "\(digits)\r\n" + String(repeating: "a", count: count) + "\r\n")
        let rest = writer.take()
        #expect(rest == nil)
    }

    @Test("an empty piece is no chunk, since that would end the body")
    func empty() {
        var writer = BodyWriter()
        writer.isChunked = true
        writer.append([])
        let taken = writer.take()
        #expect(taken == nil)
    }

    @Test("without chunks the bytes go as they are")
    func plain() {
        var writer = BodyWriter()
        writer.append([0x61, 0x62])
        writer.begin(3)
        writer.end()
        writer.append(raw: [0x63])
        let taken = writer.take()
        #expect(taken.map { String(buffer: $0) } == "abc")
    }
}
