import NIOCore
import NIOEmbedded

@testable import SluiceHTTP

/// One embedded loop with its context: everything on it runs on the test's own thread, when the test says so.
final class TestLoop {
    let eventLoop = EmbeddedEventLoop()
    let context: LoopContext

    init() {
        // A loop's clock is the machine's uptime: past every age that is looked back by.
        self.eventLoop.advanceTime(by: .hours(1))
        self.context = LoopContext(
            index: 0,
            eventLoop: self.eventLoop,
            connector: UpstreamConnector(windowBytes: 256 * 1024)
        )
    }

    /// What a task came to, once it has.
    final class Outcome<Value>: @unchecked Sendable {
        fileprivate(set) var value: Value?
    }

    // The task runs on the embedded loop only, which is the thread of the test.
    private struct Work<Value>: @unchecked Sendable {
        let run: () async -> Value
    }

    /// Starts a task as the server starts one for each request, and runs it as far as it gets.
    func start<Value>(_ run: @escaping () async -> Value) -> Outcome<Value> {
        let outcome = Outcome<Value>()
        let work = Work(run: run)
        Task(executorPreference: self.context.executor) { outcome.value = await work.run() }
        self.eventLoop.run()
        return outcome
    }

    /// Moves the loop's clock, and fires every timer whose time comes.
    func advance(by time: TimeAmount) {
        self.eventLoop.advanceTime(by: time)
    }
}
