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
        func set(_ path: WritableKeyPath<AttemptTimeouts, TimeAmount>, _ value: Duration?) {
            if let value { result[keyPath: path] = TimeAmount(value) }
        }
        set(\.queue, overrides.queue)
        set(\.connect, overrides.connect)
        set(\.relay.firstByte, overrides.firstByte)
        set(\.relay.firstEvent, overrides.firstEvent)
        set(\.relay.firstContent, overrides.firstContent)
        set(\.relay.idle, overrides.idle)
        set(\.relay.total, overrides.total)
        return result
    }
}
