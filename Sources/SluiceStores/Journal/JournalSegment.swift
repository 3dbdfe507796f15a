import CLinux
import Glibc
import SluiceCore

/// One file of the journal while its process writes it.
///
/// Room for all of it is reserved when it is made, so that a full disk is noticed by the thread that makes segments and not by the
/// loops that write them. Its length is that of what was written.
final class JournalSegment: Sendable {
    let path: String
    private let descriptor: Int32

    /// Makes the file and reserves its room. Throws `full`, `misconfigured` or `unavailable`.
    init(path: String, bytes: Int64) throws(StoreError) {
        self.path = path
        self.descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard self.descriptor >= 0 else { throw JournalFolder.failure("a segment could not be made", errno) }
        let code = sluice_reserve(self.descriptor, Int(clamping: bytes))
        // A file system that cannot reserve room writes all the same.
        guard code == 0 || code == EOPNOTSUPP || code == ENOSYS else {
            unlink(path)
            throw JournalFolder.failure("no room could be reserved for a segment", code)
        }
    }

    deinit {
        Glibc.close(self.descriptor)
    }

    /// Writes bytes, all or none of them, behind the first `offset`. Returns 0, or the error's number.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) -> Int32 {
        var done = 0
        while done < bytes.count {
            let count = pwrite(
                self.descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done,
                off_t(offset) + off_t(done))
            if count > 0 {
                done += count
            } else if count < 0, errno == EINTR {
                continue
            } else {
                let code = count == 0 ? ENOSPC : errno
                // The next line is written over what was written of this one; a reader would take its rest for a damaged line.
                if done > 0 { _ = ftruncate(self.descriptor, off_t(offset)) }
                return code
            }
        }
        return 0
    }

    /// Waits until what was written is on the disk. Returns 0, or the error's number.
    func sync() -> Int32 {
        while fdatasync(self.descriptor) != 0 {
            guard errno == EINTR else { return errno }
        }
        return 0
    }

    /// Removes the file.
    func remove() {
        unlink(self.path)
    }
}
