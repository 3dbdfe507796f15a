import SluiceCore
import SluiceWire

extension ConfigurationPrinter {
    func model(_ model: ModelConfiguration, _ text: inout YAMLText) {
        text.section(model.pattern.text) {
            if let alias = model.alias {
                $0.entry("alias", alias)
                return
            }
            strategy(model.strategy, &$0)
            $0.section("targets") { for target in model.targets { $0.line("- \(flow(target))") } }
            retry(model.retry, &$0)
            fallback(model.fallback, &$0)
            if let hold = model.hold {
                $0.item(
                    "hold",
                    [
                        ("events", hold.events.map { "\($0)" }), ("bytes", hold.bytes.map(ByteSizeText.format)),
                        ("time", hold.time.map(DurationText.format)),
                    ])
            }
            if let after = model.hedgeAfter { $0.item("hedge", [("after", DurationText.format(after))]) }
            if let mirror = model.mirror {
                $0.item("mirror", [("to", mirror.destination.text), ("percent", "\(mirror.share)")])
            }
            if let exposes = model.exposesTargetModel { $0.line("expose_target_model: \(exposes)") }
            timeouts(model.timeouts, &$0)
            if model.conversion != .default { $0.entry("conversion", model.conversion.rawValue) }
            if model.isCaptured { $0.line("capture: true") }
            rules("limits", model.limits, &$0)
        }
    }

    private func strategy(_ strategy: StrategyConfiguration, _ text: inout YAMLText) {
        let kind = ("kind", Optional(strategy.kind.rawValue))
        switch strategy {
        case .priority, .weighted, .leastBusy, .cheapest: text.entry("strategy", strategy.kind.rawValue)
        case .fastest(let speed, let probe):
            text.item("strategy", [kind, ("by", speed.rawValue), ("probe", "\(probe)")])
        case .sticky(.user): text.item("strategy", [kind, ("by", "user")])
        case .sticky(.conversation): text.item("strategy", [kind, ("by", "conversation")])
        case .sticky(.header(let name)): text.item("strategy", [kind, ("by", "header"), ("header", name)])
        case .prefix(let prefix):
            text.item(
                "strategy",
                [
                    kind, ("load", "\(prefix.load)"), ("memory", ByteSizeText.format(prefix.memory)),
                    ("expiry", DurationText.format(prefix.expiry)),
                ])
        }
    }

    private func retry(_ retry: RetryConfiguration, _ text: inout YAMLText) {
        text.section("retry") {
            $0.entry("attempts", retry.attempts.map { "\($0)" })
            $0.list("on", retry.causes.map(\.rawValue))
            $0.entry("backoff", DurationRangeText.format(retry.backoff))
            $0.entry("within", retry.within.map(DurationText.format))
            $0.entry("retry_after_cap", DurationText.format(retry.retryAfterCap))
        }
    }

    private func fallback(_ fallback: FallbackConfiguration, _ text: inout YAMLText) {
        guard !fallback.isEmpty else { return }
        text.section("fallback") {
            $0.list("default", fallback.default.map(\.text))
            if let models = fallback.contextWindow { $0.list("context_window", models.map(\.text)) }
            if let models = fallback.contentPolicy { $0.list("content_policy", models.map(\.text)) }
        }
    }

    /// `{ provider: ..., model: ... }` of a target, with what else it says.
    func flow(_ target: TargetConfiguration) -> String {
        let leads: [(String, String?)] =
            switch target.destination {
            case .provider(let name, let model): [("provider", name), ("model", model)]
            case .model(let name): [("model", name)]
            }
        var text = YAMLText.flow(leads + [("weight", target.weight.map { "\($0)" })])
        if !target.capabilities.isEmpty {
            text = "\(text.dropLast(2)), capabilities: \(capabilities(target.capabilities)) }"
        }
        if let price = target.price { text = "\(text.dropLast(2)), price: \(flow(price)) }" }
        return text
    }

    /// The keys of a price that the configuration says.
    func flow(_ price: ModelPrice) -> String {
        let rates = price.rates
        return YAMLText.flow([
            ("input", rates.input.description), ("cached_input", rates.cacheRead?.description),
            ("cache_write", rates.cacheWrite5m?.description), ("cache_write_1h", rates.cacheWrite1h?.description),
            ("output", rates.output.description), ("reasoning", rates.reasoning?.description),
            ("audio_input", rates.audioInput?.description), ("audio_output", rates.audioOutput?.description),
            ("request", price.request == .zero ? nil : price.request.description),
            ("image", price.image == .zero ? nil : price.image.description),
        ])
    }

    func capabilities(_ overrides: [CapabilityOverride]) -> String {
        "{ \(overrides.map { "\($0.name): \(YAMLText.flow($0.values))" }.joined(separator: ", ")) }"
    }
}
