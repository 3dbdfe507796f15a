import NIOCore
import SluiceConfig
import SluiceCore
import SluiceHTTP
import SluicePipeline
import SluiceRouting
import SluiceWire

/// Makes what a snapshot says of where requests go: the model table, what its entries say besides, and the rules before it.
struct RoutingBuilder {
    /// A provider that is on.
    struct Provider {
        var place: Int
        var name: String
        var kind: String
    }

    let configuration: GatewayConfiguration
    let providers: [String: Provider]
    let prices: PriceBook
    let today: PriceDate
    private let table: PriceTable

    /// - Parameters:
    ///   - providers: those that are on, in the order of the snapshot.
    ///   - stored: the prices of the store, over those of the configuration.
    ///   - nanosecondsSince1970: the time, for prices of the day.
    init(
        _ configuration: GatewayConfiguration,
        providers: [Provider],
        stored: [PriceRecord] = [],
        now nanosecondsSince1970: Int64
    ) {
        self.configuration = configuration
        self.providers = Dictionary(providers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.prices = PriceBook.builtIn.overridden(by: configuration.prices).overridden(byStored: stored)
        self.today = PriceDate(nanosecondsSince1970: nanosecondsSince1970)
        self.table = PriceTable(
            book: self.prices,
            providers: providers.map { PriceTable.Provider(name: $0.name, kind: $0.kind) },
            unknown: configuration.unknownPrice,
            today: self.today
        )
    }

    /// What models cost, for the providers in their order.
    var priceTable: PriceTable { self.table }

    // MARK: The model table

    /// The entries of the table, in the order of the file.
    var entries: [ModelTable.Entry] {
        self.configuration.models.map { model in
            if let alias = model.alias { return ModelTable.Entry(pattern: model.pattern, alias: alias) }
            return ModelTable.Entry(
                pattern: model.pattern,
                targets: self.targets(of: model).map { self.target($0, of: model) },
                strategy: Self.strategy(model.strategy),
                retry: Self.retry(model.retry),
                fallbacks: Fallbacks(
                    default: self.destinations(model.fallback.default),
                    contextWindow: model.fallback.contextWindow.map { self.destinations($0) },
                    contentPolicy: model.fallback.contentPolicy.map { self.destinations($0) }
                )
            )
        }
    }

    /// Where references lead, but for those to providers that are off.
    private func destinations(_ references: [ModelReference]) -> [ModelTable.Destination] {
        references.compactMap { reference in
            switch reference {
            case .model(let name): .model(name)
            case .provider(let name, let model): self.providers[name].map { .provider($0.place, model: model) }
            }
        }
    }

    /// The targets that can be used: those of providers that are off are left out.
    func targets(of model: ModelConfiguration) -> [TargetConfiguration] {
        model.targets.filter { target in target.provider.map { self.providers[$0] != nil } ?? true }
    }

    private func target(_ target: TargetConfiguration, of model: ModelConfiguration) -> ModelTable.EntryTarget {
        let weight = Double(target.weight ?? 1)
        switch target.destination {
        case .model(let name):
            return ModelTable.EntryTarget(.model(name), weight: weight)
        case .provider(let name, let own):
            let provider = self.providers[name]
            return ModelTable.EntryTarget(
                .provider(provider?.place ?? 0, model: own),
                weight: weight,
                price: provider.flatMap { self.price(of: target, model, at: $0) }
            )
        }
    }

    private func price(of target: TargetConfiguration, _ model: ModelConfiguration, at provider: Provider)
        -> TargetPrice?
    {
        let name = target.model ?? (model.pattern.isExact ? model.pattern.text : nil)
        let found = name.flatMap {
            self.prices.price(
                of: $0, provider: provider.name, kind: provider.kind, own: target.price, on: self.today)
        }
        guard let price = found ?? target.price else { return nil }
        return TargetPrice(
            input: price.rates.input.perMillion.amount,
            cachedInput: price.rates.cacheRead?.perMillion.amount,
            output: price.rates.output.perMillion.amount
        )
    }

    /// What a target costs; `nil` where that is a matter of the client's name for the model, or of a model within the model.
    private func pricing(of target: TargetConfiguration, _ model: ModelConfiguration) -> ModelPricing? {
        guard case .provider(let name, let own) = target.destination, let provider = self.providers[name] else {
            return nil
        }
        if let price = target.price, !self.prices.hasStored { return ModelPricing([price]) }
        return (own ?? (model.pattern.isExact ? model.pattern.text : nil)).map {
            self.table.pricing(of: $0, provider: provider.place, own: target.price)
        }
    }

    private static func strategy(_ strategy: StrategyConfiguration) -> Strategy {
        switch strategy {
        case .priority: .priority
        case .weighted: .weighted
        case .leastBusy: .leastBusy
        case .fastest(let measure, let probe):
            .fastest(
                measure == .firstToken ? .timeToFirstToken : .timePerOutputToken, exploration: probe.fraction)
        case .cheapest: .cheapest
        case .sticky: .sticky
        case .prefix(let prefix):
            .prefix(
                PrefixSettings(
                    memoryBytes: prefix.memory.bytes,
                    expiryNanoseconds: TimeAmount(prefix.expiry).nanoseconds,
                    loadFactor: prefix.load
                )
            )
        }
    }

    private static func retry(_ retry: RetryConfiguration) -> RetryPolicy {
        var conditions: RetryPolicy.Conditions = []
        for cause in retry.causes {
            switch cause {
            case .connect: conditions.insert(.connect)
            case .timeout: conditions.insert(.timeout)
            case .rateLimited: conditions.insert(.rateLimit)
            case .serverError: conditions.insert(.serverError)
            case .cut: conditions.insert(.cut)
            case .malformed: conditions.insert(.malformed)
            }
        }
        return RetryPolicy(
            attempts: retry.attempts,
            on: conditions,
            backoffNanoseconds: TimeAmount(retry.backoff.lowerBound).nanoseconds,
            backoffLimitNanoseconds: TimeAmount(retry.backoff.upperBound).nanoseconds,
            retryAfterLimitNanoseconds: TimeAmount(retry.retryAfterCap).nanoseconds,
            withinNanoseconds: retry.within.map { TimeAmount($0).nanoseconds }
        )
    }

    // MARK: What the entries say besides

    /// The settings, parallel to ``entries``, of which `table` was made.
    func settings(in table: ModelTable) -> [ModelSettings] {
        let signals = SignalGraph(self.configuration.models, in: table)
        return self.configuration.models.enumerated().map { index, model in
            var settings = ModelSettings()
            settings.timeouts = Self.timeouts(of: model)
            settings.convertsStrictly = model.conversion == .strict
            settings.capabilityOverrides = self.targets(of: model).map { target in
                { @Sendable capabilities in
                    var capabilities = capabilities
                    capabilities.apply(target.capabilities)
                    return capabilities
                }
            }
            settings.pricings = self.targets(of: model).map { self.pricing(of: $0, model) }
            settings.ownPrices = self.targets(of: model).map(\.price)
            (settings.needs, settings.stickyBy) = signals.signals(of: index)
            settings.hedgeAfter = model.hedgeAfter.map { TimeAmount($0) }
            settings.mirror = model.mirror.map { MirrorSettings(model: $0.destination.text, share: $0.share.fraction) }
            settings.isCaptured = model.isCaptured
            settings.exposesTargetModel = model.exposesTargetModel ?? self.configuration.server.exposesTargetModel
            return settings
        }
    }

    private static func timeouts(of model: ModelConfiguration) -> (@Sendable (AttemptTimeouts) -> AttemptTimeouts)? {
        guard !model.timeouts.isEmpty || model.hold != nil else { return nil }
        return { timeouts in
            var timeouts = timeouts.overridden(by: model.timeouts)
            if let hold = model.hold {
                timeouts.relay.hold = CommitHold(
                    events: hold.events ?? 0,
                    bytes: hold.bytes?.bytes ?? 0,
                    time: hold.time.map { TimeAmount($0) } ?? .zero
                )
            }
            return timeouts
        }
    }

    // MARK: The rules before the table

    /// The rules whose providers are on, and for each whether a conversion may lose nothing.
    var routes: [(rule: RouteTable.Rule, isStrict: Bool)] {
        self.configuration.routes.enumerated().compactMap { place, route in
            let use: RouteTable.Use
            switch route.use {
            case .target(let target):
                switch target.destination {
                case .model(let name):
                    use = .model(name)
                case .provider(let name, let model):
                    guard let provider = self.providers[name] else { return nil }
                    use = .target(provider: provider.place, model: model)
                }
            case .model(let reference): use = .model(reference.text)
            case .modelPrefix(let prefix): use = .modelPrefix(prefix)
            }
            let match = RouteTable.Match(
                path: route.match.path.map { ModelPattern($0) },
                headers: route.match.headers.map { (name: $0.name, value: ModelPattern($0.value)) },
                surfaces: route.match.surfaces.isEmpty ? nil : route.match.surfaces
            )
            return (RouteTable.Rule(match: match, use: use, place: place), route.conversion == .strict)
        }
    }
}
