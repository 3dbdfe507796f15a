import SluiceConfig

/// Files in a dictionary. The stamp is made of the content, as a file system makes it of the inode.
struct MemoryFiles: FileReading {
    var contents: [String: [UInt8]] = [:]

    init(_ contents: [String: String] = [:]) {
        self.contents = contents.mapValues { Array($0.utf8) }
    }

    func read(_ path: String, limit: ByteSize) throws(FileProblem) -> [UInt8] {
        guard let bytes = contents[path] else { throw .notFound }
        guard bytes.count <= limit.bytes else { throw FileProblem("longer than \(limit.bytes) bytes") }
        return bytes
    }

    func stamp(of path: String) -> FileStamp? {
        contents[path].map { bytes in
            FileStamp(inode: bytes.reduce(1) { $0 &* 31 &+ UInt64($1) }, size: Int64(bytes.count), modified: 0)
        }
    }
}
