/// Tells when a file that a configuration depends on has changed: the file itself, certificates, `${file:...}`, and
/// files that would come first if they were there.
///
/// It looks when it is asked to; ask about twice a second from a thread that may block:
///
/// ```swift
/// var watcher = ConfigurationWatcher(result.stamps, files: SystemFiles())
/// if watcher.changed() {
///     let result = loader.load(path: path)
///     watcher.watch(result.stamps)
/// }
/// ```
///
/// Stamps are compared, not contents: nothing is read. Atomic renames and the switched links of a Kubernetes ConfigMap
/// change the inode. A file that is being written shows as changed again when it is complete.
public struct ConfigurationWatcher: Sendable {
    private let files: any FileReading
    private var stamps: [String: FileStamp?]

    /// The paths that are watched, sorted.
    public var paths: [String] { stamps.keys.sorted() }

    /// Watches the files of a ``LoadResult``, from the state in which it saw them.
    public init(_ stamps: [String: FileStamp?], files: any FileReading) {
        self.files = files
        self.stamps = stamps
    }

    /// Watches these files instead; for the result of a reload, one that failed too.
    public mutating func watch(_ stamps: [String: FileStamp?]) {
        self.stamps = stamps
    }

    /// Whether any file changed, appeared or went away since it was last seen; true once for a change.
    public mutating func changed() -> Bool {
        var hasChanged = false
        for (path, old) in stamps {
            let new = files.stamp(of: path)
            guard new != old else { continue }
            stamps[path] = .some(new)
            hasChanged = true
        }
        return hasChanged
    }
}
