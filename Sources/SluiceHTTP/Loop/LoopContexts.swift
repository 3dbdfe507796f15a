import NIOCore
public import NIOPosix

/// The event loops of the process, and what belongs to each.
///
/// `@unchecked Sendable`: the contexts are confined to their loops; this type only hands a loop its own, and runs work on it.
public final class LoopContexts: @unchecked Sendable {
    /// The threads.
    public let group: MultiThreadedEventLoopGroup
    private let byLoop: [ObjectIdentifier: LoopContext]
    private let all: [LoopContext]

    /// Starts `threads` event loops.
    ///
    /// - Parameter gauges: told how many upstream connections are in use and idle.
    public init(threads: Int, connector: UpstreamConnector, gauges: any PoolGauges = NoPoolGauges()) {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, threads))
        self.group = group
        var byLoop: [ObjectIdentifier: LoopContext] = [:]
        var all: [LoopContext] = []
        for (index, eventLoop) in group.makeIterator().enumerated() {
            let context = LoopContext(index: index, eventLoop: eventLoop, connector: connector, gauges: gauges)
            byLoop[ObjectIdentifier(eventLoop)] = context
            all.append(context)
        }
        self.byLoop = byLoop
        self.all = all
    }

    /// The number of loops.
    public var count: Int { self.all.count }

    /// The context of the loop that this is called on.
    func context(for eventLoop: any EventLoop) -> LoopContext {
        eventLoop.assertInEventLoop()
        guard let context = self.byLoop[ObjectIdentifier(eventLoop)] else {
            preconditionFailure("A channel was registered with a loop that is not of this group.")
        }
        return context
    }

    /// Runs work on every loop. Returns before it has run.
    public func runOnEach(_ body: @escaping @Sendable (LoopContext) -> Void) {
        for index in self.all.indices {
            self.all[index].eventLoop.execute { body(self.all[index]) }
        }
    }

    /// Runs work on the first loop and gives back what it says.
    public func run<Value: Sendable>(_ body: @escaping @Sendable (LoopContext) throws -> Value) async throws -> Value {
        try await self.all[0].eventLoop.submit { try body(self.all[0]) }.get()
    }

    /// Ends the threads.
    public func shutdown() async throws {
        try await self.group.shutdownGracefully()
    }
}
