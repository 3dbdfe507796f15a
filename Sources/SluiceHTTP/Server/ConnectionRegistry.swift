import NIOCore

/// The client connections of one loop: what a drain has to wait for. Loop-confined.
final class ConnectionRegistry {
    private var entries: [ObjectIdentifier: (channel: any Channel, connection: ClientConnection)] = [:]

    var count: Int { self.entries.count }

    func insert(_ channel: any Channel, _ connection: ClientConnection) {
        self.entries[ObjectIdentifier(channel)] = (channel, connection)
    }

    func remove(_ id: ObjectIdentifier) {
        self.entries[id] = nil
    }

    /// Tells every connection to finish what it does and close.
    func quiesce() {
        for (channel, _) in self.entries.values {
            channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
    }

    /// Ends whatever is still being answered.
    func abandonAll() {
        for (_, connection) in self.entries.values { connection.abandonAll() }
    }

    /// Closes every connection at once.
    func closeAll() {
        for (channel, _) in self.entries.values { channel.close(promise: nil) }
    }
}
