import SluiceCore

// What parts of the configuration say of each other.
extension DocumentDecoder {
    /// Warnings about models that refer to each other, about routes to them, and about keys that may use them.
    mutating func checkConsistency(_ result: GatewayConfiguration, _ document: Section) {
        // How parts fit is of interest once each can be read.
        guard !problems.hasErrors else { return }
        let names = ModelNames(result.models.map(\.pattern.text))
        let models = document.section("models")
        let nodes = Dictionary((models.node?.entries ?? []).map { ($0.key, $0.value) }) { first, _ in first }
        for (index, model) in result.models.enumerated() {
            let name = model.pattern.text
            let section = Section(node: nodes[name], path: models.path.key(name))
            warnAboutItself(model, at: index, section, result.models, names)
            if model.strategy == .cheapest { warnAboutPrices(model, section, result) }
        }
        for (index, route) in result.routes.enumerated() {
            guard let item = document.node?["routes"]?.intactItem(index) else { continue }
            let section = Section(node: item.element, path: document.path.key("routes").index(item.offset))
            warnAboutHedging(route, section, result.models, names)
        }
        warnAboutKeys(result, document.section("auth"), names)
    }

    /// The entry that a name comes to once aliases are followed.
    private func entry(_ name: String, _ models: [ModelConfiguration], _ names: ModelNames) -> Int? {
        var found = names.entry(for: name)
        // A circle has been reported; it must not be followed for ever.
        for _ in 0..<ModelGraph.deepest {
            guard let index = found, let alias = models[index].alias else { break }
            found = names.entry(for: alias)
        }
        return found
    }

    private mutating func warnAboutItself(
        _ model: ModelConfiguration,
        at index: Int,
        _ section: Section,
        _ models: [ModelConfiguration],
        _ names: ModelNames
    ) {
        func isItself(_ reference: ModelReference) -> Bool {
            // Names of a pattern are different models, though of one entry.
            guard model.pattern.isExact, case .model(let name) = reference else { return false }
            return entry(name, models, names) == index
        }
        let fallback = section.section("fallback")
        let lists = [
            ("default", model.fallback.default), ("context_window", model.fallback.contextWindow ?? []),
            ("content_policy", model.fallback.contentPolicy ?? []),
        ]
        for (key, list) in lists {
            guard let found = list.first(where: isItself) else { continue }
            problems.warning(
                "without effect: \(FoundText.sanitized(found.text)) is this very model", at: fallback.path.key(key),
                fallback.node?[key]?.location)
        }
        if let mirror = model.mirror, isItself(mirror.destination) {
            problems.warning(
                "the copies go to this very model, and double what it has to do",
                at: section.path.key("mirror").key("to"),
                section.node?["mirror"]?["to"]?.location
            )
        }
    }

    private mutating func warnAboutPrices(
        _ model: ModelConfiguration,
        _ section: Section,
        _ result: GatewayConfiguration
    ) {
        let book = PriceBook.builtIn.overridden(by: result.prices)
        for (index, target) in model.targets.enumerated() where target.price == nil {
            guard case .provider(let name, let sent?) = target.destination,
                let kind = result.providers.first(where: { $0.name == name })?.kind,
                !book.knows(sent, provider: name, kind: kind)
            else { continue }
            problems.warning(
                "no price of \(FoundText.sanitized(target.destination.text)) is known, so it is chosen last; add it under prices",
                at: section.path.key("targets").index(index),
                section.node?["targets"]?.intactItem(index)?.element.location
            )
        }
    }

    private mutating func warnAboutHedging(
        _ route: RouteConfiguration,
        _ section: Section,
        _ models: [ModelConfiguration],
        _ names: ModelNames
    ) {
        guard case .model(.model(let name)) = route.use, let index = entry(name, models, names),
            models[index].hedgeAfter != nil
        else { return }
        let surfaces = Surface.allCases.filter { surface in
            surface.acts && route.match.matches(surface: surface) && route.match.matches(path: surface.route)
                && (route.match.path != nil || !route.match.surfaces.isEmpty)
        }
        guard let surface = surfaces.first else { return }
        problems.warning(
            "hedging of \(FoundText.sanitized(name)) is passed over for \(surface.name), where a second request would be "
                + "carried out and paid twice",
            at: section.path.key("use"),
            section.node?["use"]?.location
        )
    }

    private mutating func warnAboutKeys(_ result: GatewayConfiguration, _ section: Section, _ names: ModelNames) {
        // Without a table the providers' own patterns decide, which are not known here.
        guard !result.models.isEmpty else { return }
        let providers = ProviderNames(result.providers)
        let list = section.section("keys")
        for (index, node) in (list.node?.list ?? []).enumerated() {
            for (text, path, node) in texts("models", of: Section(node: node, path: list.path.index(index))) {
                guard ModelPattern(text).isExact, !text.isEmpty, names.entry(for: text) == nil,
                    providers.split(text) == nil
                else { continue }
                let hint = names.nearest(to: text).map { "; did you mean \(FoundText.sanitized($0))?" } ?? ""
                problems.warning(
                    "there is no model called \(FoundText.sanitized(text))\(hint)", at: path, node.location)
            }
        }
    }
}

extension Surface {
    /// Whether a request does something that a second one would do again.
    fileprivate var acts: Bool {
        switch self {
        case .imageGenerations, .imageEdits, .imageVariations, .speech, .transcriptions, .translations, .responses: true
        default: false
        }
    }
}

extension ConfigurationNode {
    /// The item at a place of those that could be read, and its place in the file.
    fileprivate func intactItem(_ index: Int) -> (offset: Int, element: ConfigurationNode)? {
        let items = (list ?? []).enumerated().filter { !$0.element.isBroken }
        return items.indices.contains(index) ? items[index] : nil
    }
}
