public import NIOCore
public import SluiceHTTP

/// How long an attempt may wait for each thing it needs.
public struct AttemptTimeouts: Sendable {
    /// For a permit of the provider.
    public var queue: TimeAmount
    /// For a connection: name, TCP, proxy and TLS.
    public var connect: TimeAmount
    /// For the phases of the answer.
    public var relay: RelayTimeouts

    /// Makes timeouts.
    public init(queue: TimeAmount, connect: TimeAmount, relay: RelayTimeouts) {
        self.queue = queue
        self.connect = connect
        self.relay = relay
    }
}
