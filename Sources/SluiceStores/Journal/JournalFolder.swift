import Glibc
import SluiceCore

/// The folder of the journal, and which process owns which of its files.
///
/// Each process has a name of 16 hexadecimal digits, the file `NAME.lock`, which it holds a lock on as long as it lives, and segments
/// `NAME-LOOP-NUMBER.journal`. A name whose lock can be had is that of a process that is gone; who takes the lock owns its segments.
final class JournalFolder: Sendable {
    /// A lock on a name. It is given back with the last reference, and by the end of the process however it ends.
    final class Claim: Sendable {
        let name: String
        private let path: String
        private let descriptor: Int32

        fileprivate init(name: String, path: String, descriptor: Int32) {
            self.name = name
            self.path = path
            self.descriptor = descriptor
        }

        /// Removes the lock's file. To be called when no segment of the name is left.
        func remove() {
            unlink(self.path)
        }

        deinit {
            Glibc.close(self.descriptor)
        }
    }

    /// A segment of a process that is gone.
    struct Leftover: Sendable, Equatable {
        var path: String
        var bytes: Int64
    }

    private static let suffix = ".journal"
    private static let lockSuffix = ".lock"

    let path: String

    /// Makes the folder where it is missing, with mode 0700. Throws `misconfigured`, `full` or `unavailable`.
    init(_ path: String) throws(StoreError) {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw StoreError(.misconfigured, "the ledger's directory has no name")
        }
        self.path = path
        var folder = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            folder += "\(part)/"
            if mkdir(folder, 0o700) != 0, errno != EEXIST {
                throw Self.failure("the folder \(folder) of the ledger could not be made", errno)
            }
        }
    }

    /// Takes a name of its own.
    func claim(using generator: inout some RandomNumberGenerator) throws(StoreError) -> Claim {
        for _ in 0..<16 {
            let digits = String(generator.next() as UInt64, radix: 16)
            let name = String(repeating: "0", count: 16 - digits.utf8.count) + digits
            if let claim = try self.claim(name, isNew: true) { return claim }
        }
        throw StoreError(.internal, "no name for the journal of this process could be taken")
    }

    /// Takes a name; `nil` when its process lives, or another was faster.
    func claim(_ name: String, isNew: Bool = false) throws(StoreError) -> Claim? {
        let path = "\(self.path)/\(name)\(Self.lockSuffix)"
        let descriptor = open(path, O_RDWR | O_CREAT | (isNew ? O_EXCL : 0) | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            if errno == EEXIST { return nil }
            throw Self.failure("the lock of a journal could not be opened", errno)
        }
        let claim = Claim(name: name, path: path, descriptor: descriptor)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            if errno == EWOULDBLOCK || errno == EINTR { return nil }
            throw Self.failure("the lock of a journal could not be taken", errno)
        }
        // Who had it before may have removed the file: then the lock is one on nothing.
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_nlink > 0 else { return nil }
        return claim
    }

    /// The names that have files here.
    func names() throws(StoreError) -> Set<String> {
        var names: Set<String> = []
        for file in try self.files() {
            if file.hasSuffix(Self.lockSuffix) {
                names.insert(String(file.dropLast(Self.lockSuffix.count)))
            } else if let name = Self.owner(of: file) {
                names.insert(name)
            }
        }
        return names.filter { $0.utf8.count == 16 }
    }

    /// The segments of a claimed name, in the order in which they were written.
    func segments(of claim: Claim) throws(StoreError) -> [Leftover] {
        try self.files().filter { Self.owner(of: $0) == claim.name }.sorted().compactMap { file in
            let path = "\(self.path)/\(file)"
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            return Leftover(path: path, bytes: Int64(status.st_size))
        }
    }

    /// The path of a new segment of the process with that name.
    func segment(of name: String, loop: Int, number: Int) -> String {
        let digits = String(number)
        let padded = String(repeating: "0", count: max(0, 10 - digits.utf8.count)) + digits
        return "\(self.path)/\(name)-\(loop)-\(padded)\(Self.suffix)"
    }

    private static func owner(of file: String) -> String? {
        guard file.hasSuffix(Self.suffix), let end = file.firstIndex(of: "-") else { return nil }
        return String(file[..<end])
    }

    private func files() throws(StoreError) -> [String] {
        guard let folder = opendir(self.path) else {
            throw Self.failure("the ledger's directory could not be read", errno)
        }
        defer { closedir(folder) }
        var files: [String] = []
        while let entry = readdir(folder) {
            files.append(
                withUnsafeBytes(of: &entry.pointee.d_name) { name in
                    String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
        return files
    }

    /// An error of the file system in the stores' words.
    static func failure(_ what: String, _ code: Int32) -> StoreError {
        let kind: StoreError.Kind =
            switch code {
            case ENOSPC, EDQUOT: .full
            case EACCES, EPERM, EROFS, ENOTDIR, EISDIR, ENAMETOOLONG, ELOOP: .misconfigured
            default: .unavailable
            }
        return StoreError(kind, "\(what): \(String(cString: strerror(code)))")
    }
}
