import SluiceCore
import SluiceWire

/// All series of one shard, or of all of them once merged.
///
/// Recording finds each series by a ``SeriesKey`` of running numbers; the three names of an exchange cost one dictionary hit
/// each. ``ShardSeries/record(_:)`` is the one place that says which exchange counts where.
struct ShardSeries {
    let limit: Int
    private(set) var models: LabelCache
    private(set) var providers: LabelCache
    private(set) var keyNames: LabelCache
    private(set) var errorTypes: LabelCache

    var loop = LoopGauges()

    var httpDuration = HistogramTable(.requestSeconds)
    var httpInFlight = ValueTable()
    var upstreamDuration = HistogramTable(.requestSeconds)
    var upstreamRequests = ValueTable()
    var upstreamErrors = ValueTable()
    var attempts = ValueTable()
    var healthChanges = ValueTable()
    var mirrored = ValueTable()
    var upstreamPool = ValueTable()
    var streamEvents = ValueTable()
    var streamBytes = ValueTable()
    var streamDuration = HistogramTable(.streamSeconds)
    var rateLimited = ValueTable()
    var quotaExceeded = ValueTable()
    var policyWarnings = ValueTable()
    var gatewayRequests = ValueTable()
    var gatewayDuration = HistogramTable(.requestMilliseconds)
    var gatewayTokens = ValueTable()
    var classTokens = ValueTable()
    var cost = ValueTable()
    var cacheSaving = ValueTable()
    var unpriced = ValueTable()
    var genAITokens = HistogramTable(.tokens)
    var genAIDuration = HistogramTable(.generationSeconds)
    var genAIFirstToken = HistogramTable(.firstTokenSeconds)
    var genAIPerToken = HistogramTable(.perTokenSeconds)

    init(_ labels: LabelInterners, limit: Int) {
        self.limit = limit
        self.models = LabelCache(labels.models)
        self.providers = LabelCache(labels.providers)
        self.keyNames = LabelCache(labels.keyNames)
        self.errorTypes = LabelCache(labels.errorTypes)
    }

    // MARK: Gauges

    mutating func addInFlight(_ amount: Int64, surface: Surface, method: MethodLabel) {
        let key = SeriesKey(group: SurfaceLabels.routes.number(of: surface), variant: UInt32(method.rawValue))
        self.httpInFlight.add(amount, to: key)
    }

    mutating func addUpstreamPool(_ upstream: UpstreamLabel, active: Int, idle: Int, queued: Int) {
        self.addUpstreamPool(upstream, amount: active, variant: 0)
        self.addUpstreamPool(upstream, amount: idle, variant: 1)
        self.addUpstreamPool(upstream, amount: queued, variant: 2)
    }

    private mutating func addUpstreamPool(_ upstream: UpstreamLabel, amount: Int, variant: UInt32) {
        guard amount != 0 else { return }
        self.upstreamPool.add(Int64(amount), to: SeriesKey(provider: upstream.number, variant: variant))
    }

    // MARK: Routing

    mutating func noticed(_ notice: HealthNotice) {
        let kind = HealthNotice.Kind.allCases.firstIndex(of: notice.kind) ?? 0
        let provider = self.providers.number(of: notice.provider)
        self.healthChanges.add(1, to: SeriesKey(provider: provider, variant: UInt32(kind)))
    }

    mutating func mirrored(_ result: MirrorResult) {
        self.mirrored.add(1, to: SeriesKey(variant: UInt32(MirrorResult.allCases.firstIndex(of: result) ?? 0)))
    }

    // MARK: Exchanges

    /// Counts one settled exchange in every metric that it belongs to.
    mutating func record(_ record: borrowing ExchangeRecord) {
        let status = StatusLabel(record.status)
        let duration = UInt64(clamping: record.durationNanoseconds)
        let http = SeriesKey(
            status: status,
            group: SurfaceLabels.routes.number(of: record.surface),
            variant: UInt32(MethodLabel(record.method).rawValue)
        )
        self.httpDuration.observe(duration, in: http, limit: self.limit)
        self.recordRefusal(record)
        if !record.policyWarnings.isEmpty {
            self.policyWarnings.add(1, to: SeriesKey(name: self.keyName(of: record)))
        }

        guard record.surface.isModelSurface else { return }
        let model = self.model(of: record)
        let provider = record.provider.map { self.providers.number(of: $0) } ?? LabelInterner.none
        let key = SeriesKey(name: model, provider: provider, status: status)
        self.gatewayRequests.add(1, to: key, limit: self.limit)
        self.gatewayDuration.observe(duration, in: SeriesKey(name: model), limit: self.limit)
        guard provider != LabelInterner.none else { return }
        self.recordAttempts(record, provider: provider)
        self.recordUse(of: record.attempt, model: model, provider: provider)
        for attempt in record.earlierAttempts {
            let provider = attempt.provider.map { self.providers.number(of: $0) } ?? LabelInterner.none
            self.recordUse(of: attempt, model: model, provider: provider)
        }
        self.recordGenAI(record, model: model, provider: provider, duration: duration)
    }

    /// The number of the exchange's model.
    ///
    /// A model table with patterns knows any name that fits one, so a name takes a new number only once a provider has
    /// answered for it: made-up names, which end in an error, cannot fill the table.
    private mutating func model(of record: borrowing ExchangeRecord) -> UInt32 {
        guard record.isKnownModel, let model = record.model else { return LabelInterner.other }
        let isReal = 200...299 ~= record.upstreamStatus || 200...299 ~= record.status
        return self.models.number(of: model, mayAdd: isReal)
    }

    private mutating func recordRefusal(_ record: borrowing ExchangeRecord) {
        // A 429 or 402 that a provider gave is not ours: only the gateway's own limits are counted by key.
        guard let errorType = record.errorType, record.upstreamStatus == 0 else { return }
        let isRate = errorType == "rate_limit_exceeded"
        guard isRate || errorType == "insufficient_quota" else { return }
        let name = self.keyName(of: record)
        if isRate {
            self.rateLimited.add(1, to: SeriesKey(name: name))
        } else {
            self.quotaExceeded.add(1, to: SeriesKey(name: name))
        }
    }

    private mutating func keyName(of record: borrowing ExchangeRecord) -> UInt32 {
        record.principal.map { self.keyNames.number(of: $0.keyName) } ?? LabelInterner.none
    }

    private mutating func recordAttempts(_ record: borrowing ExchangeRecord, provider: UInt32) {
        for attempt in record.earlierAttempts {
            guard let name = attempt.provider else { continue }
            self.recordUpstream(attempt, provider: self.providers.number(of: name))
        }
        if record.attempts > 0 { self.recordUpstream(record.attempt, provider: provider) }
        guard record.isStreamed else { return }
        let lead = record.timeToFirstByteNanoseconds ?? 0
        self.streamDuration.observe(
            UInt64(clamping: record.durationNanoseconds &- lead), in: SeriesKey(provider: provider))
    }

    private mutating func recordUpstream(_ attempt: AttemptRecord, provider: UInt32) {
        let key = SeriesKey(provider: provider)
        self.upstreamRequests.add(1, to: SeriesKey(provider: provider, status: StatusLabel(attempt.upstreamStatus)))
        self.attempts.add(1, to: SeriesKey(provider: provider, variant: AttemptLabel(attempt).number))
        if let time = attempt.upstreamNanoseconds {
            self.upstreamDuration.observe(UInt64(clamping: time), in: key)
        }
        if let errorType = attempt.upstreamErrorType {
            let variant = self.errorTypes.number(of: errorType)
            self.upstreamErrors.add(1, to: SeriesKey(provider: provider, variant: variant))
        }
        guard attempt.isStreamed else { return }
        self.streamEvents.add(Int64(max(attempt.streamEvents, 0)), to: key)
        self.streamBytes.add(Int64(max(attempt.streamBytes, 0)), to: key)
    }

    private mutating func recordGenAI(
        _ record: borrowing ExchangeRecord,
        model: UInt32,
        provider: UInt32,
        duration: UInt64
    ) {
        let operation = SurfaceLabels.operations.number(of: record.surface)
        let error = record.errorType.map { self.errorTypes.number(of: $0) } ?? LabelInterner.none
        self.genAIDuration.observe(
            duration,
            in: SeriesKey(name: model, provider: provider, group: operation, variant: error),
            limit: self.limit
        )
        let key = SeriesKey(name: model, provider: provider, group: operation)
        let output = UInt64(clamping: record.usage?.completionTokens ?? 0)
        if let usage = record.usage {
            self.recordTokens(UInt64(clamping: usage.promptTokens), direction: 0, key)
            self.recordTokens(output, direction: 1, key)
        }
        // In a whole reply the first token cannot be told from the last.
        guard record.isStreamed, error == LabelInterner.none, let first = record.timeToFirstByteNanoseconds else {
            return
        }
        let lead = UInt64(clamping: first)
        self.genAIFirstToken.observe(lead, in: key, limit: self.limit)
        if output > 1, duration >= lead {
            self.genAIPerToken.observe((duration - lead) / (output - 1), in: key, limit: self.limit)
        }
    }

    /// Direction 0 is input, 1 is output.
    private mutating func recordTokens(_ tokens: UInt64, direction: UInt32, _ key: SeriesKey) {
        let genAI = SeriesKey(name: key.name, provider: key.provider, group: key.group, variant: direction)
        self.genAITokens.observe(tokens, in: genAI, limit: self.limit)
    }
}
