import Glibc

/// The files of this machine. Blocks: not for an event loop.
public struct SystemFiles: FileReading {
    /// Makes a reader.
    public init() {}

    public func read(_ path: String, limit: ByteSize) throws(FileProblem) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.problem(errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        let chunk = 64 * 1024
        while true {
            var failure: Int32 = 0
            let buffer = [UInt8](unsafeUninitializedCapacity: chunk) { buffer, count in
                var result = 0
                repeat { result = Glibc.read(descriptor, buffer.baseAddress, chunk) } while result < 0 && errno == EINTR
                if result < 0 { failure = errno }
                count = max(0, result)
            }
            if failure != 0 { throw Self.problem(failure) }
            if buffer.isEmpty { return bytes }
            guard bytes.count + buffer.count <= limit.bytes else {
                throw FileProblem("longer than \(ByteSizeText.format(limit))")
            }
            bytes += buffer
        }
    }

    public func stamp(of path: String) -> FileStamp? {
        var status = stat()
        guard fstatat(AT_FDCWD, path, &status, 0) == 0 else { return nil }
        return FileStamp(
            device: UInt64(status.st_dev),
            inode: UInt64(status.st_ino),
            size: Int64(status.st_size),
            modified: Self.nanoseconds(status.st_mtim),
            changed: Self.nanoseconds(status.st_ctim)
        )
    }

    private static func nanoseconds(_ time: timespec) -> Int64 {
        // A file system may hold any number here; it only has to differ.
        Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }

    private static func problem(_ code: Int32) -> FileProblem {
        switch code {
        case ENOENT, ENOTDIR: .notFound
        case EACCES, EPERM: .notPermitted
        case EISDIR: FileProblem("is a folder")
        default: FileProblem(String(cString: strerror(code)))
        }
    }
}
