import Synchronization

/// The gateway's metrics: one ``MetricsShard`` for each event loop, summed when they are read.
///
/// A loop records only into its own shard, so recording never waits for another loop. ``scrape(into:process:logs:)`` writes all
/// of it as Prometheus text. The number of series is bounded by ``MetricsLimits``.
public final class MetricsRegistry: Sendable {
    struct Reloads {
        var succeeded: Int64 = 0
        var failed: Int64 = 0
        var lastSucceeded = true
        var lastSuccessNanoseconds: Int64?
    }

    /// The version in `sluice_build_info`.
    public let version: String
    /// Limits that replicas share, and budgets that are kept.
    public let sharedLimits = SharedLimitMetrics()
    let shards: [MetricsShard]
    let labels: LabelInterners
    let limits: MetricsLimits
    private let reloads = Mutex(Reloads())
    private let providerKinds = Mutex<[String: String]>([:])

    /// Makes a registry.
    ///
    /// - Parameters:
    ///   - shards: how many event loops record; at least one shard is made.
    ///   - version: the program's version, for `sluice_build_info`.
    ///   - limits: how many label values and series there may be.
    public init(shards: Int, version: String = "dev", limits: MetricsLimits = MetricsLimits()) {
        let labels = LabelInterners(limits)
        self.version = version
        self.labels = labels
        self.limits = limits
        self.shards = (0..<max(shards, 1)).map { _ in MetricsShard(labels, limits: limits) }
    }

    /// The shard of event loop number `index`; a number beyond the last wraps around.
    public func shard(_ index: Int) -> MetricsShard {
        self.shards[Int(index.magnitude % UInt(self.shards.count))]
    }

    /// Gives the models of the configuration their places, so that they are named even while all their requests fail.
    ///
    /// Call it with the exact names of each new snapshot. A name that only a pattern knows gets a place when a provider
    /// first answers for it.
    public func declare(models: some Sequence<String>) {
        for model in models {
            _ = self.labels.models.number(of: model, mayAdd: true)
        }
    }

    /// Says of which kind a provider is, which gives its series their `gen_ai_provider_name`. Without it that is the name.
    public func declare(provider name: String, kind: String) {
        guard self.labels.providers.number(of: name, mayAdd: true) != nil else { return }
        let value = GenAIProviderName.value(forKind: kind)
        guard self.labels.providers.number(of: value, mayAdd: true) != nil else { return }
        self.providerKinds.withLock { $0[name] = value }
    }

    /// A provider's name as a label for ``MetricsShard/upstreamPool(_:active:idle:queued:)``.
    public func upstream(named name: String) -> UpstreamLabel {
        UpstreamLabel(number: self.labels.providers.number(of: name, mayAdd: true) ?? LabelInterner.other)
    }

    /// A configuration was read again.
    ///
    /// - Parameters:
    ///   - succeeded: whether it is now in force; a bad one leaves the old one.
    ///   - at: the time in nanoseconds since 1970.
    public func configurationReloaded(succeeded: Bool, at nanoseconds: Int64) {
        self.reloads.withLock { reloads in
            reloads.lastSucceeded = succeeded
            if succeeded {
                reloads.succeeded += 1
                reloads.lastSuccessNanoseconds = nanoseconds
            } else {
                reloads.failed += 1
            }
        }
    }

    var reloadCounts: Reloads {
        self.reloads.withLock { $0 }
    }

    /// The sum of all shards.
    func merged() -> ShardSeries {
        var total = ShardSeries(self.labels, limit: self.limits.seriesPerMetric)
        for shard in self.shards {
            shard.merge(into: &total)
        }
        let kinds = self.providerKinds.withLock { $0 }
        guard !kinds.isEmpty else { return total }
        var numbers: [UInt32: UInt32] = [:]
        for (name, value) in kinds where name != value {
            guard let old = self.labels.providers.number(of: name, mayAdd: false) else { continue }
            numbers[old] = self.labels.providers.number(of: value, mayAdd: false)
        }
        if !numbers.isEmpty { total.joinProviders { numbers[$0] ?? $0 } }
        return total
    }
}
