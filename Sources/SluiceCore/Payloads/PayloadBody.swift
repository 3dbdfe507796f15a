/// The body of a request or of an answer, as far as it is kept.
public struct PayloadBody: Sendable, Equatable {
    /// What is kept: the beginning.
    public var bytes: [UInt8]
    /// How long the whole body was that passed, in bytes.
    public var passedBytes: Int64
    /// Whether more passed than is kept.
    public var isCut: Bool
    /// The media type, without parameters.
    public var contentType: String?
    /// The encoding of ``bytes``: `gzip`, `deflate`. What is stored has none.
    public var contentEncoding: String?

    /// Makes a body; an empty one by default.
    public init(
        bytes: [UInt8] = [],
        passedBytes: Int64 = 0,
        isCut: Bool = false,
        contentType: String? = nil,
        contentEncoding: String? = nil
    ) {
        self.bytes = bytes
        self.passedBytes = passedBytes
        self.isCut = isCut
        self.contentType = contentType
        self.contentEncoding = contentEncoding
    }

    /// Adds what passes, up to `limit` bytes in all.
    public mutating func add(_ piece: some Collection<UInt8>, limit: Int) {
        let room = max(0, limit - self.bytes.count)
        self.passedBytes += Int64(piece.count)
        if piece.count > room { self.isCut = true }
        self.bytes.append(contentsOf: piece.prefix(room))
    }
}
