import NIOCore

/// The text of big replies: a sentence of 64 ASCII bytes, again and again, that needs no escape in JSON.
enum Filler {
    /// The most that goes out in one write.
    static let blockBytes = 64 * 1024

    static let sentence: StaticString = "The mock model keeps talking until every last byte is sent out. "

    /// One block of it, shared by every connection.
    static let block: [UInt8] = {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(blockBytes)
        while bytes.count < blockBytes { sentence.withUTF8Buffer { bytes.append(contentsOf: $0) } }
        return Array(bytes.prefix(blockBytes))
    }()

    /// The block as a buffer, so that a big reply is written without a copy.
    static let buffer = ByteBuffer(bytes: block)

    /// `count` bytes of it.
    static func bytes(_ count: Int) -> [UInt8] {
        guard count > blockBytes else { return Array(block.prefix(count)) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        while bytes.count < count { bytes.append(contentsOf: block.prefix(count - bytes.count)) }
        return bytes
    }
}
