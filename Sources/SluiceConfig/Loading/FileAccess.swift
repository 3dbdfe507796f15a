/// Reads files and remembers how each one looked before it was read, so that a change that happens meanwhile is seen.
struct FileAccess {
    private let files: any FileReading
    /// Every path that was looked at; `nil` where there was no file.
    private(set) var stamps: [String: FileStamp?] = [:]

    init(_ files: any FileReading) {
        self.files = files
    }

    mutating func exists(_ path: String) -> Bool {
        touch(path) != nil
    }

    mutating func read(_ path: String, limit: ByteSize) throws(FileProblem) -> [UInt8] {
        _ = touch(path)
        return try files.read(path, limit: limit)
    }

    private mutating func touch(_ path: String) -> FileStamp? {
        if let known = stamps[path] { return known }
        let stamp = files.stamp(of: path)
        stamps[path] = .some(stamp)
        return stamp
    }
}
