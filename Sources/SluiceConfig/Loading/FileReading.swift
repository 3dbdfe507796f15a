/// The files that a configuration consists of. A seam: ``SystemFiles`` in the gateway, a dictionary in tests.
public protocol FileReading: Sendable {
    /// The bytes of the file at `path`. Throws if there is none, it cannot be read or is longer than `limit`.
    func read(_ path: String, limit: ByteSize) throws(FileProblem) -> [UInt8]

    /// What tells one version of the file from another; `nil` if there is none. Follows symbolic links.
    func stamp(of path: String) -> FileStamp?
}
