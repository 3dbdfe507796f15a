import SluiceWire

@testable import SluiceMock

/// Reads gzip of stored blocks and checks all of its lengths and its checksum.
enum StoredGzipReader {
    struct NotGzip: Error {}

    static func read(_ bytes: [UInt8]) throws -> [UInt8] {
        guard bytes.count >= 18, bytes.starts(with: [0x1F, 0x8B, 8, 0]) else { throw NotGzip() }
        var content: [UInt8] = []
        var index = 10
        while true {
            guard index + 5 <= bytes.count else { throw NotGzip() }
            let isFinal = bytes[index] == 1
            let length = Int(bytes[index + 1]) | Int(bytes[index + 2]) << 8
            guard length ^ 0xFFFF == Int(bytes[index + 3]) | Int(bytes[index + 4]) << 8 else { throw NotGzip() }
            index += 5
            guard index + length <= bytes.count else { throw NotGzip() }
            content += bytes[index..<(index + length)]
            index += length
            if isFinal { break }
        }
        func word(_ at: Int) -> UInt32 { (0..<4).reduce(0) { $0 | UInt32(bytes[at + $1]) << UInt32(8 * $1) } }
        var checksum = CRC32()
        checksum.update(content.span)
        guard index + 8 == bytes.count, word(index) == checksum.value, word(index + 4) == UInt32(content.count) else {
            throw NotGzip()
        }
        return content
    }
}
