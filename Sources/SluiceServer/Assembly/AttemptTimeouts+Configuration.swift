import NIOCore
import SluiceConfig
import SluiceHTTP
import SluicePipeline

extension AttemptTimeouts {
    /// The timeouts of a configuration's `server.timeouts`.
    init(_ timeouts: Timeouts) {
        var relay = RelayTimeouts()
        relay.firstByte = TimeAmount(timeouts.firstByte)
        relay.firstEvent = TimeAmount(timeouts.firstEvent)
        relay.firstContent = TimeAmount(timeouts.firstContent)
        relay.idle = TimeAmount(timeouts.idle)
        relay.total = TimeAmount(timeouts.total)
        relay.ping = timeouts.ping.map { TimeAmount($0) } ?? .zero
        self.init(queue: TimeAmount(timeouts.queue), connect: TimeAmount(timeouts.connect), relay: relay)
    }

    /// The same with what a provider or a model sets itself.
    func overridden(by overrides: TimeoutOverrides) -> AttemptTimeouts {
        var result = self
        // By `inout`: for each attempt of a model with timeouts of its own, and key paths are made anew each time.
        func set(_ time: inout TimeAmount, _ value: Duration?) {
            if let value { time = TimeAmount(value) }
        }
        set(&result.queue, overrides.queue)
        set(&result.connect, overrides.connect)
        set(&result.relay.firstByte, overrides.firstByte)
        set(&result.relay.firstEvent, overrides.firstEvent)
        set(&result.relay.firstContent, overrides.firstContent)
        set(&result.relay.idle, overrides.idle)
        set(&result.relay.total, overrides.total)
        return result
    }
}
