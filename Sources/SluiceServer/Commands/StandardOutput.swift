import Glibc

/// What a command prints, byte for byte.
public enum StandardOutput {
    /// Nobody reads any more.
    public struct Closed: Error {
        /// Says so.
        public init() {}
    }

    /// Writes bytes. Throws ``Closed`` when they cannot be written, as when the reader of a pipe has gone.
    public static func write(_ bytes: some Sequence<UInt8>) throws(Closed) {
        let all = Array(bytes)
        var offset = 0
        while offset < all.count {
            let written = all.withUnsafeBytes { raw in
                Glibc.write(STDOUT_FILENO, raw.baseAddress.map { $0 + offset }, raw.count - offset)
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw Closed() }
            offset += written
        }
    }
}
