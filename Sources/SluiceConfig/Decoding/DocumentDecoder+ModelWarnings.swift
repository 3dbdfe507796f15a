// What can be used as it is written, though hardly as it was meant.
extension DocumentDecoder {
    /// Warnings about one model, as far as they need no other.
    mutating func warnings(_ section: Section, of model: ModelConfiguration) {
        guard let first = model.targets.first else { return }
        warnAboutWeights(section, of: model)
        let isAlone = model.targets.count == 1
        if isAlone, model.strategy != .priority, case .provider = first.destination {
            warn("without effect: there is one target to choose from", "strategy", section)
        }
        if let attempts = model.retry.attempts {
            if attempts == 1 {
                for key in ["on", "backoff", "within", "retry_after_cap"] {
                    warn("without effect, since attempts is 1", key, section.section("retry"))
                }
            }
            if model.strategy == .priority, attempts < model.targets.count {
                warn(
                    "the targets after the first \(attempts) are never tried, since attempts counts them all",
                    "attempts", section.section("retry"))
            }
        }
        if model.retry.causes.isEmpty, section.node?["retry"]?["on"] != nil {
            warn("nothing is tried again; to say so, write attempts: 1", "on", section.section("retry"))
        }
        if let after = model.hedgeAfter {
            let hedge = section.section("hedge")
            if isAlone, case .provider = first.destination {
                warn("there is one target: the second attempt would go to the same one", "after", hedge)
            }
            if let most = model.timeouts.firstEvent, after >= most {
                warn(
                    "without effect: timeouts.first_event of \(DurationText.format(most)) ends it before", "after",
                    hedge)
            }
        }
        if model.mirror?.share == .zero {
            warn("without effect: nothing is copied", "percent", section.section("mirror"))
        }
    }

    private mutating func warnAboutWeights(_ section: Section, of model: ModelConfiguration) {
        let path = section.path.key("targets")
        let items = section.node?["targets"]?.list ?? []
        if !model.strategy.usesWeights {
            for (index, item) in items.enumerated() {
                guard let weight = item["weight"] else { continue }
                problems.warning(
                    "without effect: weights count with weighted, sticky, least_busy and prefix, and this is "
                        + "\(model.strategy.kind.rawValue)",
                    at: path.index(index).key("weight"),
                    weight.location
                )
            }
        } else if model.targets.allSatisfy({ $0.weight == 0 }) {
            problems.error("every target has the weight 0; give one of them more", at: path, section.location)
        }
    }

    private mutating func warn(_ message: String, _ key: String, _ section: Section) {
        guard let node = section.node?[key] else { return }
        problems.warning(message, at: section.path.key(key), node.location)
    }
}
