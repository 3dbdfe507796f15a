import CLinux
import Glibc
import SluiceCore

/// Starts threads for work that blocks.
enum BlockingThread {
    private final class Start {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// Runs `body` on a thread of its own, which ends with it. The name is cut to 15 bytes, which is what Linux shows.
    ///
    /// Throws `unavailable` when the system has no thread to give.
    static func start(_ name: String, _ body: @escaping @Sendable () -> Void) throws(StoreError) {
        let start = Unmanaged.passRetained(Start(name: name, body: body))
        var thread = pthread_t()
        let code = pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument else { return nil }
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                sluice_name_thread(String(decoding: start.name.utf8.prefix(15), as: UTF8.self))
                start.body()
                return nil
            },
            start.toOpaque()
        )
        guard code == 0 else {
            start.release()
            throw StoreError(
                .unavailable, "no thread for the store could be started: \(String(cString: strerror(code)))")
        }
        pthread_detach(thread)
    }
}
