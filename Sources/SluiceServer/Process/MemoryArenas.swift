import CLinux

/// How the C library's allocator shares memory between threads.
public enum MemoryArenas {
    /// Allows two arenas, and gives large freed blocks back at once.
    ///
    /// By default every thread may have one of its own, which keeps what it freed: with the streams of thousands of clients
    /// that is memory that nobody uses.
    public static func bound() {
        sluice_bound_arenas(2, 4 * 1024 * 1024, 256 * 1024)
    }
}
