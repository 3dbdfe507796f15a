import SluiceHTTP
import SluiceTelemetry

/// Counts client connections.
struct ConnectionMetrics: ServerEvents {
    let metrics: MetricsRegistry

    func connectionOpened(loop: Int) {
        self.metrics.shard(loop).connectionOpened()
    }

    func connectionClosed(loop: Int) {
        self.metrics.shard(loop).connectionClosed()
    }

    func connectionRefused(loop: Int) {
        self.metrics.shard(loop).connectionRefused()
    }

    func handshakeFailed(loop: Int) {
        self.metrics.shard(loop).tlsHandshakeFailed()
    }
}
