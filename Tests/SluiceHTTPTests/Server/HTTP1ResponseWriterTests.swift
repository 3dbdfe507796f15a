import NIOCore
import NIOHTTP1
import Testing

@testable import SluiceHTTP

@Suite("HTTP1ResponseWriter")
struct HTTP1ResponseWriterTests {
    private static let date = "Sun, 06 Nov 1994 08:49:37 GMT"

    /// The bytes of an answer, and the pieces that they were given out in.
    private static func frame(
        _ head: ResponseHead,
        version: RequestHead.Version = .http11,
        isHead: Bool = false,
        keepAlive: Bool = true,
        body: [[UInt8]] = [],
        flushesBetween: Bool = false
    ) -> (bytes: [UInt8], pieces: [Int]) {
        var writer = HTTP1ResponseWriter()
        var bytes: [UInt8] = []
        var pieces: [Int] = []
        func emit(_ piece: ByteBuffer) {
            bytes += piece.readableBytesView
            pieces.append(piece.readableBytes)
        }
        writer.begin(
            head, version: version, isHead: isHead, keepAlive: keepAlive, date: self.date,
            allocator: ByteBufferAllocator()
        )
        for piece in body {
            writer.write(ByteBuffer(bytes: piece), emit: emit)
            if flushesBetween { _ = writer.flush(emit: emit) }
        }
        writer.end(emit: emit)
        return (bytes, pieces)
    }

    private static func head(_ status: String, _ fields: String) -> [UInt8] {
        Array("HTTP/1.1 \(status)\r\n\(fields)".utf8)
    }

    @Test("a head and a short body are one write")
    func small() {
        let head = ResponseHead(
            status: 201, headers: ["content-type": "application/json", "x-a": "b"], bodyLength: 2
        )
        let (bytes, pieces) = Self.frame(head, body: [Array("{}".utf8)])
        #expect(
            bytes
                == Self.head(
                    "201 Created",
                    "content-type: application/json\r\nx-a: b\r\ndate: \(Self.date)\r\ncontent-length: 2\r\n\r\n{}"
                )
        )
        #expect(pieces.count == 1)
    }

    @Test(
        "framing of every version and method",
        arguments: [
            (RequestHead.Version.http11, false, true, "transfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"),
            (.http11, false, false, "transfer-encoding: chunked\r\nconnection: close\r\n\r\n1\r\nx\r\n0\r\n\r\n"),
            (.http11, true, true, "transfer-encoding: chunked\r\n\r\n"),
            (.http10, false, true, "connection: close\r\n\r\nx"),
            (.http10, false, false, "connection: close\r\n\r\nx"),
            (.http10, true, true, "connection: close\r\n\r\n"),
        ])
    func unknownLength(version: RequestHead.Version, isHead: Bool, keepAlive: Bool, expected: String) {
        let (bytes, _) = Self.frame(
            ResponseHead(status: 200), version: version, isHead: isHead, keepAlive: keepAlive, body: [[0x78]]
        )
        #expect(bytes == Self.head("200 OK", "date: \(Self.date)\r\n\(expected)"))
    }

    @Test(
        "known lengths of every version",
        arguments: [
            (RequestHead.Version.http11, true, "content-length: 1\r\n\r\nx"),
            (.http11, false, "content-length: 1\r\nconnection: close\r\n\r\nx"),
            (.http10, true, "content-length: 1\r\nconnection: keep-alive\r\n\r\nx"),
            (.http10, false, "content-length: 1\r\nconnection: close\r\n\r\nx"),
        ])
    func knownLength(version: RequestHead.Version, keepAlive: Bool, expected: String) {
        let head = ResponseHead(status: 200, bodyLength: 1)
        let (bytes, _) = Self.frame(head, version: version, keepAlive: keepAlive, body: [[0x78]])
        #expect(bytes == Self.head("200 OK", "date: \(Self.date)\r\n\(expected)"))
    }

    @Test("204 has no body and no framing of one", arguments: [nil, 0, 5] as [Int?])
    func noContent(length: Int?) {
        let (bytes, _) = Self.frame(ResponseHead(status: 204, bodyLength: length), body: [[0x78]])
        #expect(bytes == Self.head("204 No Content", "date: \(Self.date)\r\n\r\n"))
    }

    @Test("304 has no body, whatever its head says of one")
    func notModified() {
        let (bytes, _) = Self.frame(ResponseHead(status: 304, bodyLength: 5), body: [[0x78]])
        #expect(bytes == Self.head("304 Not Modified", "date: \(Self.date)\r\ncontent-length: 5\r\n\r\n"))
    }

    @Test(
        "bodies of every size around the copy limit come out byte for byte",
        arguments: [
            0, 1, 9, 10, 15, 16, 17, 255, 256, 4095, 4096, 8191, 8192, 8193, 65_535, 65_536, 100_000,
        ], [true, false])
    func sizes(size: Int, isChunked: Bool) {
        let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let head = ResponseHead(status: 200, bodyLength: isChunked ? nil : size)
        let (bytes, _) = Self.frame(head, body: [body])
        let fields =
            "date: \(Self.date)\r\n"
            + (isChunked ? "transfer-encoding: chunked\r\n\r\n" : "content-length: \(size)\r\n\r\n")
        var expected = Self.head("200 OK", fields)
        if isChunked {
            if size > 0 { expected += Array("\(String(size, radix: 16))\r\n".utf8) + body + Array("\r\n".utf8) }
            expected += Array("0\r\n\r\n".utf8)
        } else {
            expected += body
        }
        #expect(bytes == expected)
    }

    @Test("mixed pieces keep their order, flushed or not", arguments: [true, false])
    func mixed(flushesBetween: Bool) {
        let sizes = [3, 8193, 1, 0, 8192, 20_000, 20_000, 2]
        let body = sizes.enumerated().map { index, size in [UInt8](repeating: UInt8(0x61 + index), count: size) }
        let (bytes, _) = Self.frame(ResponseHead(status: 200), body: body, flushesBetween: flushesBetween)
        var expected = Self.head("200 OK", "date: \(Self.date)\r\ntransfer-encoding: chunked\r\n\r\n")
        for piece in body where !piece.isEmpty {
            expected += Array("\(String(piece.count, radix: 16))\r\n".utf8) + piece + Array("\r\n".utf8)
        }
        #expect(bytes == expected + Array("0\r\n\r\n".utf8))
    }

    @Test("a long piece goes out as it is, a short one is gathered with what is around it")
    func gathering() {
        let (_, long) = Self.frame(ResponseHead(status: 200), body: [[UInt8](repeating: 1, count: 8193)])
        #expect(long.count == 3)
        let (_, short) = Self.frame(ResponseHead(status: 200), body: [[UInt8](repeating: 1, count: 8192)])
        #expect(short.count == 1)
    }

    @Test("a second answer on the same connection begins afresh")
    func reuse() {
        var writer = HTTP1ResponseWriter()
        var bytes: [UInt8] = []
        func emit(_ piece: ByteBuffer) { bytes += piece.readableBytesView }
        let allocator = ByteBufferAllocator()
        writer.begin(
            ResponseHead(status: 200), version: .http11, isHead: true, keepAlive: true, date: "D", allocator: allocator
        )
        writer.end(emit: emit)
        writer.begin(
            ResponseHead(status: 200, bodyLength: 1), version: .http11, isHead: false, keepAlive: true, date: "D",
            allocator: allocator
        )
        writer.write(ByteBuffer(string: "x"), emit: emit)
        writer.end(emit: emit)
        let first = "HTTP/1.1 200 OK\r\ndate: D\r\ntransfer-encoding: chunked\r\n\r\n"
        #expect(bytes == Array("\(first)HTTP/1.1 200 OK\r\ndate: D\r\ncontent-length: 1\r\n\r\nx".utf8))
    }

    @Test(
        "numbers are written as the library writes them",
        arguments: [
            0, 1, 9, 10, 11, 99, 100, 101, 4095, 4096, 65_535, 65_536, 999_999, 1_000_000, Int.max,
        ])
    func numbers(number: Int) {
        var buffer = ByteBuffer()
        buffer.writeHead(capacity: 40) { cursor in
            cursor.put(decimal: number)
            cursor.put(" ")
            cursor.put(hexadecimal: number)
        }
        #expect(String(buffer: buffer) == "\(number) \(String(number, radix: 16))")
    }

    @Test("every status has a line", arguments: [200, 201, 299, 400, 404, 418, 429, 431, 499, 502, 503, 511, 529, 599])
    func statusLine(status: Int) throws {
        let (bytes, _) = Self.frame(ResponseHead(status: status, bodyLength: 0))
        let text = String(decoding: bytes, as: UTF8.self)
        let line = try #require(text.split(separator: "\r\n", maxSplits: 1, omittingEmptySubsequences: false).first)
        #expect(line.hasPrefix("HTTP/1.1 \(status) "))
    }

    @Test("heads of any length fit", arguments: [0, 1, 3, 50, 200])
    func longHeads(count: Int) {
        var headers = HTTPHeaders()
        var fields = ""
        for index in 0..<count {
            let value = String(repeating: "\u{FC}", count: index)
            headers.add(name: "x-\(index)", value: value)
            fields += "x-\(index): \(value)\r\n"
        }
        for version in [RequestHead.Version.http11, .http10] {
            for keepAlive in [true, false] {
                for length in [nil, 0, Int.max] as [Int?] {
                    let (bytes, _) = Self.frame(
                        ResponseHead(status: 511, headers: headers, bodyLength: length), version: version,
                        keepAlive: keepAlive
                    )
                    #expect(bytes.starts(with: Self.head("511 Network Authentication Required", "")))
                    #expect(String(decoding: bytes, as: UTF8.self).contains(fields))
                }
            }
        }
    }
}
