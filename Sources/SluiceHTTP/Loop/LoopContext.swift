public import NIOCore

/// What belongs to one event loop: its executor, its upstream pools and its server connections.
///
/// Used on its loop only, but for ``executor``, ``eventLoop`` and ``index``, which never change.
public final class LoopContext {
    /// The loop's place among its siblings, from 0: the shard of counters and log buffers that it writes.
    public let index: Int
    /// The loop.
    public let eventLoop: any EventLoop
    /// Runs the request tasks of this loop.
    public let executor: LoopExecutor
    /// The connections to upstreams that live on this loop.
    public let upstreams: UpstreamPools
    /// The client connections that live on this loop.
    let connections = ConnectionRegistry()
    /// The answers that are read on for clients that left.
    let drains = DrainRegistry()
    /// Random numbers for ids.
    public var random = LoopRandom()
    /// Its turns, at the end of which connections are flushed.
    let turn: LoopTurn
    /// The current date in HTTP's form.
    let date = HTTPDate()

    /// Makes the context of a loop.
    public init(
        index: Int, eventLoop: any EventLoop, connector: UpstreamConnector, gauges: any PoolGauges = NoPoolGauges()
    ) {
        self.index = index
        self.eventLoop = eventLoop
        self.executor = LoopExecutor(eventLoop)
        let turn = LoopTurn(eventLoop: eventLoop)
        self.turn = turn
        self.upstreams = UpstreamPools(
            eventLoop: eventLoop, turn: turn, connector: connector, gauges: gauges, loop: index)
    }

    /// An exchange of this loop was settled: it is committed before the last bytes of its answer are released.
    public func settled() {
        self.turn.settled()
    }

    /// Sets what commits the exchanges that were settled on this loop.
    public func onCommit(_ commit: @escaping () -> Void) {
        self.turn.onCommit = commit
    }
}
