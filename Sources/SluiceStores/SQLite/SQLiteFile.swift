import Glibc
import SluiceCore

/// The file of a SQLite database, and its folder.
struct SQLiteFile: Sendable, Equatable {
    /// The path as it was configured.
    var path: String

    /// Makes what is missing: folders with mode 0700, the file with 0600. SQLite gives the files beside it the mode of the file.
    ///
    /// Throws `misconfigured` when the path is a folder or may not be used, `full`, or `unavailable`.
    func prepare() throws(StoreError) {
        let parts = self.path.split(separator: "/", omittingEmptySubsequences: true)
        guard !parts.isEmpty, !self.path.hasSuffix("/"), !self.path.utf8.contains(0) else {
            throw StoreError(.misconfigured, "\"\(self.path)\" is not the path of a database file")
        }
        var folder = self.path.hasPrefix("/") ? "/" : ""
        for part in parts.dropLast() {
            folder += "\(part)/"
            if mkdir(folder, 0o700) != 0, errno != EEXIST {
                throw Self.failure(errno, "the folder \(folder) of the database could not be made")
            }
        }
        let descriptor = open(self.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Self.failure(errno, "the database file \(self.path) could not be opened")
        }
        // Closing a descriptor drops the process's POSIX locks on the file: nothing is open by SQLite yet.
        Glibc.close(descriptor)
    }

    private static func failure(_ code: Int32, _ what: String) -> StoreError {
        let kind: StoreError.Kind =
            switch code {
            case ENOSPC, EDQUOT: .full
            case EACCES, EPERM, EROFS, ENOTDIR, EISDIR, ENAMETOOLONG, ELOOP: .misconfigured
            default: .unavailable
            }
        return StoreError(kind, "\(what): \(String(cString: strerror(code)))")
    }
}
