import NIOCore

/// The client connections of one loop: what a drain has to wait for. Loop-confined.
final class ConnectionRegistry {
    private var channels: [ObjectIdentifier: any Channel] = [:]

    var count: Int { self.channels.count }

    func insert(_ channel: any Channel) {
        self.channels[ObjectIdentifier(channel)] = channel
    }

    func remove(_ id: ObjectIdentifier) {
        self.channels[id] = nil
    }

    /// Tells every connection to finish what it does and close.
    func quiesce() {
        for channel in self.channels.values {
            channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
    }

    /// Closes every connection at once.
    func closeAll() {
        for channel in self.channels.values { channel.close(promise: nil) }
    }
}
