/// An exchange that waits for a permit: lets go of its place when the client leaves. Loop-confined.
final class PermitWait: ExchangeObserver {
    /// The place in the queue.
    var id: UInt64 = 0
    private let permits: Permits

    init(_ permits: Permits) {
        self.permits = permits
    }

    func clientWritabilityChanged(isWritable: Bool) {}

    func clientGone() {
        self.permits.leave(self.id, UpstreamError(.cancelled, "The client closed the connection."))
    }

    func serverShutsDown() {
        self.permits.leave(self.id, UpstreamError(.shutdown, "The gateway is shutting down."))
    }
}
