/// How many label values and series the metrics may hold, so that no client can make them grow without end.
///
/// A name beyond a limit, and any name longer than ``nameBytes``, is counted under `other`: nothing is lost from the sums.
public struct MetricsLimits: Sendable, Hashable {
    /// Distinct model names, at most 1,048,573.
    public var models: Int
    /// Distinct provider names, at most 65,533.
    public var providers: Int
    /// Distinct key names, at most 1,048,573.
    public var keyNames: Int
    /// Distinct error codes, at most 1,021.
    public var errorTypes: Int
    /// Series of one metric in one shard; beyond it the model of a new series is `other`.
    public var seriesPerMetric: Int
    /// The longest name that becomes a label, in UTF-8 bytes.
    public var nameBytes: Int

    /// Makes limits; each is brought into its range.
    public init(
        models: Int = 1000,
        providers: Int = 1000,
        keyNames: Int = 1000,
        errorTypes: Int = 64,
        seriesPerMetric: Int = 20_000,
        nameBytes: Int = 200
    ) {
        self.models = min(max(models, 0), SeriesKey.maximumName - LabelInterner.reserved)
        self.providers = min(max(providers, 0), SeriesKey.maximumProvider - LabelInterner.reserved)
        self.keyNames = min(max(keyNames, 0), SeriesKey.maximumName - LabelInterner.reserved)
        self.errorTypes = min(max(errorTypes, 0), SeriesKey.maximumVariant - LabelInterner.reserved)
        self.seriesPerMetric = max(seriesPerMetric, 1)
        self.nameBytes = max(nameBytes, 1)
    }
}
