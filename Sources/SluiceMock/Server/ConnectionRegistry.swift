import NIOCore
import Synchronization

/// The open connections of a server, so that stopping it can close them.
final class ConnectionRegistry: Sendable {
    private struct State {
        var isStopped = false
        var channels: [ObjectIdentifier: any Channel] = [:]
    }

    private let state = Mutex(State())

    /// Adds a connection; one that arrives after the stop is closed.
    func add(_ channel: any Channel) {
        let isStopped = state.withLock { state in
            if !state.isStopped { state.channels[ObjectIdentifier(channel)] = channel }
            return state.isStopped
        }
        if isStopped { channel.close(promise: nil) }
    }

    func remove(_ channel: any Channel) {
        _ = state.withLock { $0.channels.removeValue(forKey: ObjectIdentifier(channel)) }
    }

    /// Closes all connections. The future succeeds when the last is closed.
    func closeAll(on eventLoop: any EventLoop) -> EventLoopFuture<Void> {
        let channels = state.withLock { state in
            state.isStopped = true
            let channels = Array(state.channels.values)
            state.channels = [:]
            return channels
        }
        for channel in channels { channel.close(promise: nil) }
        return EventLoopFuture.andAllComplete(channels.map(\.closeFuture), on: eventLoop)
    }
}
