import NIOCore
import Testing

@testable import SluiceHTTP

@Suite("Inflater and Deflater")
struct CompressionTests {
    private static func encode(_ bytes: [UInt8], pieces: Int = 1) throws -> [UInt8] {
        let deflater = try #require(Deflater())
        var result: [UInt8] = []
        let size = max(1, bytes.count / pieces)
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + size)
            result += deflater.encode(ByteBuffer(bytes: bytes[start..<end])).readableBytesView
            start = end
        }
        result += deflater.finish().readableBytesView
        return result
    }

    private static func decode(_ bytes: [UInt8], size: Int, limit: Int = 1 << 26) throws -> (
        bytes: [UInt8], isComplete: Bool
    ) {
        let inflater = try #require(Inflater(limitBytes: limit))
        var result: [UInt8] = []
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + size)
            result += try inflater.decode(ByteBuffer(bytes: bytes[start..<end])).readableBytesView
            start = end
        }
        return (result, inflater.isComplete)
    }

    private static func sample(_ count: Int, isRandom: Bool) -> [UInt8] {
        var state: UInt64 = 42
        return (0..<count).map { index in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return isRandom ? UInt8(truncatingIfNeeded: state >> 33) : UInt8(truncatingIfNeeded: index % 7 + 0x61)
        }
    }

    @Test("there and back gives the same bytes, at every split of a short text")
    func everySplit() throws {
        let text = Array(#"{"choices":[{"message":{"content":"Hello, hello, hello, world"}}]}"#.utf8)
        let encoded = try Self.encode(text)
        for split in 0...encoded.count {
            let inflater = try #require(Inflater(limitBytes: 1000))
            var decoded = Array(try inflater.decode(ByteBuffer(bytes: encoded[..<split])).readableBytesView)
            decoded += try inflater.decode(ByteBuffer(bytes: encoded[split...])).readableBytesView
            #expect(decoded == text)
            #expect(inflater.isComplete)
        }
    }

    @Test(
        "there and back gives the same bytes, whatever their number and the pieces",
        arguments: [
            0, 1, 1000, 32 * 1024, 32 * 1024 + 1, 65_536, 300_000,
        ], [1, 7, 4096, 1 << 20])
    func sizes(count: Int, pieceSize: Int) throws {
        for isRandom in [true, false] where !(pieceSize < 100 && count > 70_000 && isRandom) {
            let bytes = Self.sample(count, isRandom: isRandom)
            for pieces in [1, 13] {
                let (decoded, isComplete) = try Self.decode(try Self.encode(bytes, pieces: pieces), size: pieceSize)
                #expect(decoded == bytes)
                #expect(isComplete)
            }
        }
    }

    @Test("a body that decodes to more than the limit is an error, early", arguments: [1, 100, 64 * 1024])
    func bomb(pieceSize: Int) throws {
        let encoded = try Self.encode([UInt8](repeating: 0, count: 10 << 20))
        #expect(encoded.count < 64 * 1024)
        let inflater = try #require(Inflater(limitBytes: 1 << 16))
        var decoded = 0
        #expect(throws: UpstreamError.self) {
            for start in stride(from: 0, to: encoded.count, by: pieceSize) {
                decoded += try inflater.decode(
                    ByteBuffer(bytes: encoded[start..<min(encoded.count, start + pieceSize)])
                ).readableBytes
            }
        }
        #expect(decoded <= 1 << 16)
    }

    @Test("a body that is cut is not complete, at every length")
    func cut() throws {
        let encoded = try Self.encode(Array("hello hello hello".utf8))
        for length in 0..<encoded.count {
            let (_, isComplete) = try Self.decode(Array(encoded[..<length]), size: 5)
            #expect(!isComplete)
        }
    }

    @Test(
        "what is no encoding is an error",
        arguments: ["plain text that is not gzip", #"{"error":"x"}"#, "\u{1f}\u{8b}nonsense, really"])
    func garbage(text: String) throws {
        let inflater = try #require(Inflater(limitBytes: 1000))
        let error = #expect(throws: UpstreamError.self) { try inflater.decode(ByteBuffer(string: text)) }
        #expect(error?.kind == .malformed)
    }

    @Test("a body whose checksum is wrong is an error")
    func checksum() throws {
        var encoded = try Self.encode(Array("hello hello hello".utf8))
        encoded[encoded.count - 5] ^= 1
        #expect(throws: UpstreamError.self) { try Self.decode(encoded, size: encoded.count) }
    }

    @Test("bytes behind the end are passed over")
    func trailing() throws {
        let (decoded, isComplete) = try Self.decode(try Self.encode([1, 2, 3]) + [9, 9, 9], size: 4)
        #expect(decoded == [1, 2, 3])
        #expect(isComplete)
    }
}
