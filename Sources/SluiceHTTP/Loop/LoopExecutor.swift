public import NIOCore

/// Runs tasks on one event loop, so that a request's `async` function and its channel handlers share a thread.
///
/// Every `await` on the request path resumes on the loop that it left: no state of a connection is ever seen by two threads.
public final class LoopExecutor: TaskExecutor {
    private let eventLoop: any EventLoop

    /// Makes the executor of a loop.
    public init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        self.eventLoop.execute {
            job.runSynchronously(on: self.asUnownedTaskExecutor())
        }
    }

    public func asUnownedTaskExecutor() -> UnownedTaskExecutor {
        UnownedTaskExecutor(ordinary: self)
    }
}
