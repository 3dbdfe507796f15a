public import NIOCore

/// A wait within an exchange that nothing but time ends, or the client's leaving. Loop-confined.
public final class ExchangePause: ExchangeObserver {
    private var waiter: CheckedContinuation<UpstreamError?, Never>?

    private init() {}

    /// Waits for `time`. Throws ``UpstreamError/Kind/cancelled`` when the client leaves meanwhile, and
    /// ``UpstreamError/Kind/shutdown`` when the process ends.
    public static func wait(_ time: TimeAmount, for exchange: ServerExchange) async throws(UpstreamError) {
        if exchange.isClientGone { throw Self.clientGone }
        guard time > .zero else { return }
        let pause = ExchangePause()
        exchange.observer = pause
        defer { exchange.observer = nil }
        let loop = exchange.loop.eventLoop
        let refusal = await withCheckedContinuation { (continuation: CheckedContinuation<UpstreamError?, Never>) in
            pause.waiter = continuation
            let bound = NIOLoopBound(pause, eventLoop: loop)
            // A timer that fires after another end finds nobody waiting.
            _ = loop.scheduleTask(in: time) { bound.value.end(nil) }
        }
        if let refusal { throw refusal }
    }

    private func end(_ refusal: UpstreamError?) {
        let waiter = self.waiter
        self.waiter = nil
        waiter?.resume(returning: refusal)
    }

    public func clientWritabilityChanged(isWritable: Bool) {}

    public func clientGone() { self.end(Self.clientGone) }

    public func serverShutsDown() { self.end(UpstreamError(.shutdown, "The gateway is shutting down.")) }

    private static let clientGone = UpstreamError(.cancelled, "The client closed the connection.")
}
