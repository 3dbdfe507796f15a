import Glibc
import SluiceTelemetry
import Testing

@Suite(.timeLimit(.minutes(1))) struct LogSinkTests {
    private static func line(_ number: Int, length: Int = 100) -> [UInt8] {
        let text = Array("\(number) ".utf8)
        return text + Array(repeating: UInt8(ascii: "x"), count: max(0, length - text.count - 1)) + [UInt8(ascii: "\n")]
    }

    @Test("lines come out whole and in order, and flush waits for them")
    func order() throws {
        let output = try TemporaryOutput()
        let sink = LogSink(descriptor: output.descriptor)
        var expected: [UInt8] = []
        for number in 0..<5000 {
            let line = Self.line(number)
            expected += line
            sink.write(line)
        }
        #expect(sink.flush(timeout: .seconds(30)))
        #expect(output.bytes == expected)
        #expect(sink.counters == LogSink.Counters(written: 5000, shed: 0, pending: 0))
        #expect(sink.close(timeout: .seconds(30)))
    }

    @Test("a flush with nothing to do returns at once, and a sink that is only dropped writes what it has")
    func dropped() throws {
        let pipe = try Pipe()
        do {
            let sink = LogSink(descriptor: pipe.writeEnd)
            #expect(sink.flush(timeout: .seconds(30)))
            sink.write(Array("last words\n".utf8))
        }
        #expect(Pipe.readAll(pipe.readEnd, upTo: 11) == Array("last words\n".utf8))
    }

    @Test("an output that nobody reads never blocks; what does not fit is shed and counted to the line")
    func blockedOutput() throws {
        let pipe = try Pipe()
        let sink = LogSink(descriptor: pipe.writeEnd, limitBytes: 100_000, gathering: .zero)
        // Were a write to block, the time limit of the suite would end it: nobody reads until all is handed over.
        for number in 0..<50_000 { sink.write(Self.line(number)) }
        #expect(!sink.flush(timeout: .milliseconds(20)))
        let full = sink.counters
        #expect(full.written + full.shed + full.pending == 50_000)
        #expect(full.pending <= 1000)
        // The pipe itself takes 64 KiB.
        #expect(full.shed >= 48_000)
        let descriptor = pipe.readEnd
        let accepted = 50_000 - Int(full.shed)
        let bytes = Pipe.readAll(descriptor, upTo: accepted * 100)
        #expect(sink.flush(timeout: .seconds(30)))
        #expect(bytes.count == accepted * 100)
        #expect(bytes.count { $0 == UInt8(ascii: "\n") } == accepted)
        #expect(sink.counters == LogSink.Counters(written: UInt64(accepted), shed: full.shed, pending: 0))
        sink.close(timeout: .seconds(30))
    }

    @Test("closing with a blocked output gives up after its time and counts the rest as shed")
    func closeBlocked() throws {
        let pipe = try Pipe()
        let sink = LogSink(descriptor: pipe.writeEnd, limitBytes: 1 << 20, gathering: .zero)
        for number in 0..<5000 { sink.write(Self.line(number)) }
        #expect(!sink.close(timeout: .milliseconds(20)))
        #expect(!sink.close(timeout: .seconds(30)))
        sink.write(Self.line(0))
        let counters = sink.counters
        #expect(counters.written + counters.shed + counters.pending == 5001)
        #expect(counters.shed >= 5001 - 1400)
        // The thread is in write(2) still: this lets it go.
        pipe.closeReadEnd()
        #expect(sink.flush(timeout: .seconds(30)))
        #expect(sink.counters.pending == 0)
        #expect(sink.counters.written + sink.counters.shed == 5001)
    }

    @Test("an output whose reader has gone sheds and does not end the process")
    func brokenPipe() throws {
        let pipe = try Pipe()
        pipe.closeReadEnd()
        let sink = LogSink(descriptor: pipe.writeEnd)
        for number in 0..<100 { sink.write(Self.line(number)) }
        #expect(sink.flush(timeout: .seconds(30)))
        sink.write(Self.line(100))
        #expect(sink.counters == LogSink.Counters(written: 0, shed: 101, pending: 0))
        #expect(sink.close(timeout: .seconds(30)))
    }

    @Test("a descriptor that is none sheds")
    func badDescriptor() {
        let sink = LogSink(descriptor: -1)
        sink.write(Self.line(0))
        #expect(sink.flush(timeout: .seconds(30)))
        #expect(sink.counters == LogSink.Counters(written: 0, shed: 1, pending: 0))
    }

    @Test("a non-blocking output that is full is waited for, and partial writes go on where they stopped")
    func nonBlocking() async throws {
        let pipe = try Pipe()
        pipe.makeWriteEndNonBlocking()
        let sink = LogSink(descriptor: pipe.writeEnd, gathering: .zero)
        var expected: [UInt8] = []
        for number in 0..<10_000 {
            let line = Self.line(number, length: 37 + number % 200)
            expected += line
            sink.write(line)
        }
        let bytes = Pipe.readAll(pipe.readEnd, upTo: expected.count)
        #expect(bytes == expected)
        #expect(sink.close(timeout: .seconds(30)))
        #expect(sink.counters == LogSink.Counters(written: 10_000, shed: 0, pending: 0))
    }

    @Test("many loops at once: every line is written whole or counted, none is torn")
    func concurrent() async throws {
        let output = try TemporaryOutput()
        let sink = LogSink(descriptor: output.descriptor, limitBytes: 200_000)
        await withTaskGroup(of: Void.self) { group in
            for loop in 0..<8 {
                group.addTask {
                    for number in 0..<5000 { sink.write(Self.line(loop * 5000 + number)) }
                }
            }
        }
        #expect(sink.close(timeout: .seconds(30)))
        let counters = sink.counters
        #expect(counters.written + counters.shed == 40_000)
        #expect(counters.pending == 0)
        let lines = output.bytes.split(separator: UInt8(ascii: "\n"))
        #expect(lines.count == Int(counters.written))
        var seen: Set<Int> = []
        for line in lines {
            let number = String(decoding: line.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self)
            guard let value = Int(number), Array(line) + [UInt8(ascii: "\n")] == Self.line(value) else {
                Issue.record("a torn line: \(String(decoding: line, as: UTF8.self))")
                continue
            }
            #expect(seen.insert(value).inserted)
        }
    }

    @Test("after closing, lines are shed")
    func closed() throws {
        let output = try TemporaryOutput()
        let sink = LogSink(descriptor: output.descriptor)
        sink.write(Self.line(1))
        #expect(sink.close(timeout: .seconds(30)))
        sink.write(Self.line(2))
        #expect(sink.close(timeout: .seconds(30)))
        #expect(sink.counters == LogSink.Counters(written: 1, shed: 1, pending: 0))
        #expect(output.bytes == Self.line(1))
    }
}
