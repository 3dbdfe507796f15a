import Testing

@testable import SluiceWire

@Suite("AWS event stream")
struct AWSEventStreamTests {
    struct Frame: Equatable {
        var headers: [AWSEventStreamHeader]
        var payload: [UInt8]
    }

    /// The frames of `chunks`, in order, and the error that ended them.
    static func frames(
        _ chunks: [ArraySlice<UInt8>], parser: inout AWSEventStreamParser
    ) -> (frames: [Frame], error: AWSEventStreamError?) {
        var frames: [Frame] = []
        for chunk in chunks {
            let chunk = Array(chunk)
            var offset = 0
            do throws(AWSEventStreamError) {
                while let frame = try parser.next(in: chunk.span, at: &offset) {
                    #expect(frame.end == offset)
                    frames.append(
                        parser.withFrame(frame, in: chunk.span) { headers, payload in
                            Frame(
                                headers: AWSEventStreamHeaders.all(in: headers),
                                payload: payload.withUnsafeBufferPointer { Array($0) })
                        })
                }
                #expect(offset == chunk.count)
            } catch {
                return (frames, error)
            }
        }
        return (frames, nil)
    }

    static func frames(_ bytes: [UInt8]) -> (frames: [Frame], error: AWSEventStreamError?) {
        var parser = AWSEventStreamParser()
        return frames([bytes[...]], parser: &parser)
    }

    /// The bytes of each frame.
    static func split(_ bytes: [UInt8]) -> [[UInt8]] {
        var parser = AWSEventStreamParser()
        var frames: [[UInt8]] = []
        var offset = 0
        var start = 0
        while (try? parser.next(in: bytes.span, at: &offset)) != nil, offset > start {
            frames.append(Array(bytes[start..<offset]))
            start = offset
        }
        return frames
    }

    static let fixture = HexText.frames("framing/aws_event_stream.hex")
    static let headers: [AWSEventStreamHeader] = [
        AWSEventStreamHeader("yes", .bool(true)), AWSEventStreamHeader("no", .bool(false)),
        AWSEventStreamHeader("byte", .byte(-7)), AWSEventStreamHeader("short", .short(-300)),
        AWSEventStreamHeader("integer", .integer(-70_000)), AWSEventStreamHeader("long", .long(-(1 << 40))),
        AWSEventStreamHeader("bytes", .bytes([0, 255, 16])), AWSEventStreamHeader("string", "Grüß"),
        AWSEventStreamHeader("timestamp", .timestamp(milliseconds: 1_763_700_000_123)),
        AWSEventStreamHeader("uuid", .uuid(high: 0x0001_0203_0405_0607, low: 0x0809_0A0B_0C0D_0E0F)),
    ]

    static func checksum(_ bytes: [UInt8]) -> UInt32 { CRC32.checksum(bytes.span) }

    @Test("the checksum is that of zlib, fed whole or in pieces")
    func checksum() {
        #expect(Self.checksum(Array("123456789".utf8)) == 0xCBF4_3926)
        #expect(Self.checksum([]) == 0)
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 3) }
        for split in [0, 1, 7, 8, 9, 500, 999, 1000] {
            var crc = CRC32()
            crc.update(bytes.span.extracting(0..<split))
            crc.update(bytes.span.extracting(split..<1000))
            #expect(crc.value == Self.checksum(bytes))
        }
    }

    @Test("frames that another implementation made are read, with all ten types of header")
    func foreignFrames() throws {
        let (frames, error) = Self.frames(Self.fixture.flatMap { $0 })
        #expect(error == nil)
        try #require(frames.count == 4)
        #expect(frames[0] == Frame(headers: Self.headers, payload: Array("payload".utf8)))
        #expect(frames[1] == Frame(headers: [], payload: []))
        #expect(frames[2] == Frame(headers: [AWSEventStreamHeader(":event-type", "a")], payload: Array("{}".utf8)))
        #expect(frames[3].payload == [UInt8](repeating: UInt8(ascii: "x"), count: 1000))
    }

    @Test("frames are written byte for byte as another implementation does")
    func written() throws {
        var bytes: [UInt8] = []
        try AWSEventStreamWriter.append(headers: Self.headers, payload: Array("payload".utf8).span, to: &bytes)
        #expect(bytes == Self.fixture[0])
        let start = bytes.count
        try AWSEventStreamWriter.append(
            headers: [AWSEventStreamHeader(":event-type", "a")], payload: Array("{}".utf8).span, to: &bytes)
        #expect(Array(bytes[start...]) == Self.fixture[2])
    }

    @Test("any split gives the same frames")
    func splits() {
        let bytes = Self.fixture.flatMap { $0 }
        let whole = Self.frames(bytes).frames
        for split in 0...bytes.count {
            var parser = AWSEventStreamParser()
            let read = Self.frames([bytes[..<split], bytes[split...]], parser: &parser)
            #expect(read.frames == whole && read.error == nil && !parser.isInsideFrame, "split at \(split)")
        }
        for size in 1...24 {
            var parser = AWSEventStreamParser()
            let chunks = stride(from: 0, to: bytes.count, by: size).map { bytes[$0..<min($0 + size, bytes.count)] }
            #expect(Self.frames(chunks, parser: &parser).frames == whole, "pieces of \(size)")
        }
    }

    @Test("a frame that lies whole in a chunk is not copied")
    func inPlace() throws {
        let bytes = Self.fixture.flatMap { $0 }
        var parser = AWSEventStreamParser()
        var offset = 0
        var count = 0
        while let frame = try parser.next(in: bytes.span, at: &offset) {
            #expect(frame.place == .chunk)
            count += 1
        }
        #expect(count == 4 && parser.buffered.capacity == 0)
    }

    @Test("a cut stream says that it is inside a frame")
    func cut() {
        let bytes = Self.fixture[0]
        for end in 1..<bytes.count {
            var parser = AWSEventStreamParser()
            let read = Self.frames([bytes[..<end]], parser: &parser)
            #expect(read.frames.isEmpty && read.error == nil && parser.isInsideFrame)
        }
    }

    @Test("one wrong bit anywhere is an error, and stays one")
    func damage() throws {
        let bytes = Self.fixture[0]
        for position in bytes.indices {
            var damaged = bytes
            damaged[position] ^= 0x10
            var parser = AWSEventStreamParser()
            let (frames, error) = Self.frames([damaged[...]], parser: &parser)
            #expect(frames.isEmpty)
            #expect(error == (position < 12 ? .preludeChecksum : .messageChecksum), "byte \(position)")
            #expect(Self.frames([bytes[...]], parser: &parser).error == error)
        }
    }

    static func frame(total: UInt32? = nil, headerLength: UInt32? = nil, headers: [UInt8], payload: [UInt8]) -> [UInt8]
    {
        func word(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - $0 * 8)) } }
        var bytes =
            word(total ?? UInt32(16 + headers.count + payload.count)) + word(headerLength ?? UInt32(headers.count))
        bytes += word(CRC32.checksum(bytes.span))
        bytes += headers + payload
        return bytes + word(CRC32.checksum(bytes.span))
    }

    @Test("lengths that contradict each other are refused before anything is waited for")
    func lengths() {
        #expect(Self.frames(Self.frame(total: 15, headers: [], payload: [])).error == .malformedLength)
        #expect(Self.frames(Self.frame(headerLength: 1, headers: [], payload: [])).error == .malformedLength)
        #expect(Self.frames(Self.frame(headerLength: .max, headers: [], payload: [])).error == .malformedLength)
        let limit = 16 * 1024 * 1024
        #expect(
            Self.frames(Self.frame(total: UInt32(limit) + 1, headers: [], payload: [])).error
                == .frameTooLarge(limit: limit))
        #expect(
            Self.frames(Self.frame(total: 1 << 20, headerLength: 1 << 18, headers: [], payload: [])).error
                == .headersTooLarge(limit: 128 * 1024))
    }

    @Test(
        "headers that cannot be told apart are refused",
        arguments: [
            [0], [1], [1, 97], [1, 97, 10], [1, 97, 2], [1, 97, 7], [1, 97, 7, 0], [1, 97, 7, 0, 1], [1, 97, 9, 0],
            [1, 97, 0, 3], [255, 97],
        ] as [[UInt8]])
    func headers(bytes: [UInt8]) {
        #expect(Self.frames(Self.frame(headers: bytes, payload: [])).error == .malformedHeaders)
    }

    @Test("a header is found by its name where it is a string")
    func found() {
        let (bytes, _) = Self.frames(Self.fixture[0])
        #expect(bytes.count == 1)
        let headers: [UInt8] = [1, 97, 0, 2, 98, 99, 7, 0, 2, 104, 105, 1, 100, 7, 0, 0]
        func text(_ name: StaticString) -> String? { AWSEventStreamHeaders.string(name, in: headers.span) }
        func has(_ name: StaticString, _ text: StaticString) -> Bool {
            AWSEventStreamHeaders.has(name, text, in: headers.span)
        }
        #expect(text("bc") == "hi" && text("a") == nil && text("d") == "" && text("x") == nil)
        #expect(has("bc", "hi") && !has("bc", "ho"))
    }

    @Test("what no frame can hold is refused, and nothing of it is written")
    func refusedFrames() {
        var bytes: [UInt8] = [1, 2, 3]
        let long = String(repeating: "a", count: 32_768)
        #expect(throws: AWSEventStreamError.malformedHeaders) {
            try AWSEventStreamWriter.append(
                headers: [AWSEventStreamHeader("a", long)], payload: [UInt8]().span, to: &bytes)
        }
        #expect(throws: AWSEventStreamError.malformedHeaders) {
            try AWSEventStreamWriter.append(
                headers: [AWSEventStreamHeader("", "a")], payload: [UInt8]().span, to: &bytes)
        }
        let large = [UInt8](repeating: 0, count: 16 * 1024 * 1024)
        #expect(throws: AWSEventStreamError.frameTooLarge(limit: 16 * 1024 * 1024)) {
            try AWSEventStreamWriter.append(event: "a", json: large.span, to: &bytes)
        }
        #expect(bytes == [1, 2, 3])
    }
}
