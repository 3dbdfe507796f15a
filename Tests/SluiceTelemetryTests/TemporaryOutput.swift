import Glibc

/// A file without a name, for what a sink writes. It goes when the value does.
final class TemporaryOutput: Sendable {
    struct Failure: Error {}

    let descriptor: Int32

    init() throws {
        var template = Array("/tmp/sluice-log-XXXXXX".utf8CString)
        self.descriptor = mkstemp(&template)
        guard self.descriptor >= 0 else { throw Failure() }
        unlink(template)
    }

    deinit {
        close(self.descriptor)
    }

    /// All that was written.
    var bytes: [UInt8] {
        var result: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = pread(self.descriptor, &piece, piece.count, off_t(result.count))
            guard count > 0 else { return result }
            result.append(contentsOf: piece[..<count])
        }
    }

    var text: String {
        String(decoding: self.bytes, as: UTF8.self)
    }
}

/// A pipe whose ends are closed at the latest when the value goes.
final class Pipe {
    private(set) var readEnd: Int32
    private(set) var writeEnd: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw TemporaryOutput.Failure() }
        self.readEnd = ends[0]
        self.writeEnd = ends[1]
    }

    deinit {
        self.closeReadEnd()
        self.closeWriteEnd()
    }

    func closeReadEnd() {
        if self.readEnd >= 0 { close(self.readEnd) }
        self.readEnd = -1
    }

    func closeWriteEnd() {
        if self.writeEnd >= 0 { close(self.writeEnd) }
        self.writeEnd = -1
    }

    func makeWriteEndNonBlocking() {
        _ = fcntl(self.writeEnd, F_SETFL, fcntl(self.writeEnd, F_GETFL) | O_NONBLOCK)
    }

    /// Reads until the writers are gone, or so many bytes have come.
    static func readAll(_ descriptor: Int32, upTo limit: Int = .max) -> [UInt8] {
        var result: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        while result.count < limit {
            let count = read(descriptor, &piece, min(piece.count, limit - result.count))
            guard count > 0 else { break }
            result.append(contentsOf: piece[..<count])
        }
        return result
    }
}
