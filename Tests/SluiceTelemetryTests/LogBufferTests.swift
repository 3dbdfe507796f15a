import Testing

@testable import SluiceTelemetry

@Suite struct LogBufferTests {
    private func line(_ count: Int) -> [UInt8] {
        Array(repeating: UInt8(ascii: "x"), count: count - 1) + [UInt8(ascii: "\n")]
    }

    @Test("the first line wakes the writer, the next ones do not, until there is much")
    func wakes() {
        var buffer = LogBuffer(limit: 1000, urgentBytes: 250)
        #expect(buffer.append(self.line(100)) == .accepted(wakes: true))
        #expect(buffer.append(self.line(100)) == .accepted(wakes: false))
        #expect(buffer.append(self.line(100)) == .accepted(wakes: true))
        #expect(buffer.append(self.line(100)) == .accepted(wakes: false))
    }

    @Test("a line that does not fit is shed, a shorter one may still fit")
    func bound() {
        var buffer = LogBuffer(limit: 250)
        _ = buffer.append(self.line(200))
        #expect(buffer.append(self.line(51)) == .shed)
        #expect(buffer.append(self.line(50)) == .accepted(wakes: false))
        #expect(buffer.append(self.line(1)) == .shed)
        #expect(buffer.heldBytes == 250)
        #expect(buffer.shed == 2)
        #expect(buffer.waiting == 2)
    }

    @Test("what is being written counts against the bound until it is finished")
    func beingWritten() throws {
        var buffer = LogBuffer(limit: 100)
        _ = buffer.append(self.line(100))
        let next = buffer.next()
        let chunk = try #require(next)
        #expect(buffer.append(self.line(1)) == .shed)
        buffer.finish(chunk, written: 1)
        #expect(buffer.append(self.line(100)) == .accepted(wakes: true))
        #expect(buffer.written == 1)
        #expect(buffer.accepted == 2)
    }

    @Test("lines that a broken output swallowed are shed")
    func broken() throws {
        var buffer = LogBuffer(limit: 1 << 20)
        for _ in 0..<10 { _ = buffer.append(self.line(10)) }
        let next = buffer.next()
        let chunk = try #require(next)
        _ = buffer.append(self.line(10))
        buffer.finish(chunk, written: 4)
        buffer.abandon()
        #expect(buffer.written == 4)
        #expect(buffer.shed == 7)
        #expect(buffer.heldBytes == 0)
        #expect(buffer.isEmpty)
        #expect(buffer.accepted == 11)
    }

    @Test("no byte is lost or moved, whatever the lengths")
    func contents() {
        var buffer = LogBuffer(limit: 8 << 20)
        var expected: [UInt8] = []
        for length in [1, 70_000, 3, 65_536, 65_537, 200_000, 5, 64, 30_000, 40_000] {
            let line = self.line(length)
            expected += line
            _ = buffer.append(line)
        }
        var written: [UInt8] = []
        while let chunk = buffer.next() {
            written += chunk.bytes
            buffer.finish(chunk, written: .max)
        }
        #expect(written == expected)
        #expect(buffer.written == 10)
        #expect(buffer.heldBytes == 0)
        #expect(buffer.isEmpty)
    }
}
