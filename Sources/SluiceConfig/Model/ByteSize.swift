/// An amount of memory or of bytes on the wire: `64KiB`, `32MiB`, `1GB`. Never negative.
public struct ByteSize: Sendable, Hashable, Comparable {
    /// The number of bytes.
    public let bytes: Int

    /// Makes a size of `bytes`; a negative number counts as none.
    public init(bytes: Int) {
        self.bytes = max(0, bytes)
    }

    /// `count` x 1024 bytes. Traps on overflow: for constants in code, not for input.
    public static func kibibytes(_ count: Int) -> ByteSize { ByteSize(bytes: count * 1024) }
    /// `count` x 1024 x 1024 bytes. Traps on overflow: for constants in code, not for input.
    public static func mebibytes(_ count: Int) -> ByteSize { ByteSize(bytes: count * 1024 * 1024) }

    public static func < (left: ByteSize, right: ByteSize) -> Bool { left.bytes < right.bytes }
}
