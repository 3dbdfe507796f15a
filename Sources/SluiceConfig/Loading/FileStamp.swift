/// What tells one version of a file from another without reading it. Two stamps that differ mean that it changed.
public struct FileStamp: Sendable, Hashable {
    /// The file system and the file in it: another one after an atomic rename or a switched symbolic link.
    public var device: UInt64
    /// See ``device``.
    public var inode: UInt64
    /// In bytes.
    public var size: Int64
    /// Nanoseconds since 1970 of the last change of the content.
    public var modified: Int64
    /// Nanoseconds since 1970 of the last change of content or attributes.
    public var changed: Int64

    /// Makes a stamp.
    public init(device: UInt64 = 0, inode: UInt64, size: Int64, modified: Int64, changed: Int64 = 0) {
        self.device = device
        self.inode = inode
        self.size = size
        self.modified = modified
        self.changed = changed
    }
}
