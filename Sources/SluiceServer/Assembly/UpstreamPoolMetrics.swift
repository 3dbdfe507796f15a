import SluiceHTTP
import SluiceTelemetry

/// Counts upstream connections, by provider and state.
struct UpstreamPoolMetrics: PoolGauges {
    private struct Gauge: PoolGauge {
        let shard: MetricsShard
        let upstream: UpstreamLabel

        func change(active: Int, idle: Int) {
            self.shard.upstreamPool(self.upstream, active: active, idle: idle)
        }
    }

    let metrics: MetricsRegistry

    func gauge(upstream name: String, loop: Int) -> any PoolGauge {
        Gauge(shard: self.metrics.shard(loop), upstream: self.metrics.upstream(named: name))
    }
}
