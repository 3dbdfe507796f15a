import SluiceCore

extension DocumentDecoder {
    mutating func routes(_ section: Section, _ names: KnownNames) -> [RouteConfiguration] {
        var result: [RouteConfiguration] = []
        for (index, node) in (section.node?.list ?? []).enumerated() where !node.isBroken {
            let route = Section(node: node, path: section.path.index(index))
            let isNew = node["match"] != nil || node["use"] != nil
            let isEarlier = ["path", "input_format", "upstream"].contains { node[$0] != nil }
            if isNew, isEarlier {
                problems.error(
                    "match and use are one form of a route, path, input_format and upstream another; write one of them",
                    at: route.path,
                    node.location
                )
            } else if let decoded = isEarlier ? earlierRoute(route, names) : newRoute(route, names) {
                result.append(decoded)
            }
        }
        return result
    }

    private mutating func earlierRoute(_ section: Section, _ names: KnownNames) -> RouteConfiguration? {
        let path = required("path", of: section) == nil ? nil : routePath(section)
        let conversion: ConversionMode? = choice("conversion", of: section)
        let format = text("input_format", of: section)
        guard let upstream = required("upstream", of: section) else { return nil }
        guard names.providers.contains(upstream) else {
            problems.error(
                names.providers.explanation(for: upstream),
                at: section.path.key("upstream"),
                section.node?["upstream"]?.location
            )
            return nil
        }
        return path.map {
            RouteConfiguration(
                match: RouteMatch(path: $0),
                inputFormat: format,
                use: .target(TargetConfiguration(provider: upstream)),
                conversion: conversion
            )
        }
    }

    private mutating func newRoute(_ section: Section, _ names: KnownNames) -> RouteConfiguration? {
        let match = routeMatch(section.section("match"), of: section)
        let conversion: ConversionMode? = choice("conversion", of: section)
        let use = routeUse(section.section("use"), of: section, names)
        guard let match, let use else { return nil }
        return RouteConfiguration(match: match, use: use, conversion: conversion)
    }

    private mutating func routeMatch(_ section: Section, of route: Section) -> RouteMatch? {
        if section.node?.isBroken ?? false { return nil }
        guard let entries = section.node?.entries, !entries.isEmpty else {
            problems.error(
                "missing; a route says path, header or surface of the requests that it is for; /* is every path",
                at: section.path,
                section.location ?? route.location
            )
            return nil
        }
        let path = routePath(section)
        let headers = headerConditions(section.section("header"))
        let surfaces = surfaces(section)
        // What was written and could not be read must not widen the route.
        guard section.node?["path"] == nil || path != nil else { return nil }
        return RouteMatch(path: path, headers: headers, surfaces: surfaces)
    }

    private mutating func headerConditions(_ section: Section) -> [RouteMatch.Header] {
        var result: [RouteMatch.Header] = []
        for entry in section.node?.entries ?? [] where !entry.value.isBroken {
            let path = section.path.key(entry.key)
            let name = entry.key.lowercased()
            guard Self.isToken(name) else {
                problems.error("this cannot be the name of a header", at: path, entry.keyLocation)
                continue
            }
            if ["authorization", "proxy-authorization", "cookie", "x-api-key", "api-key", "x-goog-api-key"].contains(
                name)
            {
                problems.error(
                    "a route cannot look at what proves who calls; remove it", at: path, entry.keyLocation)
                continue
            }
            guard let text = entry.value.scalar?.text, !text.isEmpty, Self.isLine(text) else {
                mismatch("a value, or a pattern like acme-*", entry.value, path)
                continue
            }
            if result.contains(where: { $0.name == name }) {
                problems.error("this header is written twice", at: path, entry.keyLocation)
            } else {
                result.append(RouteMatch.Header(name: name, value: text))
            }
        }
        return result
    }

    private mutating func surfaces(_ section: Section) -> [Surface] {
        guard let node = section.node?["surface"] else { return [] }
        let path = section.path.key("surface")
        let known = Surface.allCases.filter { $0.isModelSurface && $0.isClientSurface }
        let items = node.list.map { $0.enumerated().map { (path.index($0.offset), $0.element) } } ?? [(path, node)]
        var result: [Surface] = []
        for (path, item) in items where !item.isBroken {
            let found = known.filter { $0.name == item.scalar?.text.lowercased() && !result.contains($0) }
            if !found.isEmpty {
                result += found
            } else if !result.contains(where: { $0.name == item.scalar?.text.lowercased() }) {
                let names = known.map(\.name).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
                let nearest = Suggestion.nearest(to: item.scalar?.text ?? "", in: names)
                mismatch(nearest.map { "a surface like \($0)" } ?? Self.list(names), item, path)
            }
        }
        return result
    }

    private mutating func routeUse(
        _ section: Section,
        of route: Section,
        _ names: KnownNames
    ) -> RouteConfiguration.Use? {
        if section.node?.isBroken ?? false { return nil }
        let written = ["target", "model", "model_prefix"].filter { section.node?[$0] != nil }
        guard let key = written.first, let node = section.node?[key] else {
            problems.error(
                "missing; a route names the target, the model or the model_prefix that it uses",
                at: section.path.key("target"),
                section.location ?? route.location
            )
            return nil
        }
        let path = section.path.key(key)
        if let other = written.dropFirst().first {
            problems.error(
                "\(key) and \(other) exclude each other; remove one", at: section.path.key(other),
                section.node?[other]?.location)
            return nil
        }
        switch key {
        case "target": return target(node, path, names).map { .target($0) }
        case "model":
            // Without a table the providers' own patterns decide, which are not known here.
            if names.models.all.isEmpty, let name = text("model", of: section, "the name of a model") {
                return .model(.model(name))
            }
            return reference(node, path, names).map { .model($0) }
        default:
            guard let prefix = text("model_prefix", of: section, "the beginning of a model's name") else { return nil }
            if !names.models.all.contains(where: { $0.hasPrefix(prefix) }), names.models.entry(for: prefix) == nil,
                !names.models.all.isEmpty
            {
                problems.warning(
                    "no model of the table begins with \(FoundText.sanitized(prefix))", at: path, node.location)
            }
            return .modelPrefix(prefix)
        }
    }

    private mutating func routePath(_ section: Section) -> String? {
        value("path", of: section, "a path like /v1/embeddings, or with a * at its end") { text in
            let rest = text.hasSuffix("*") ? text.dropLast() : text[...]
            let isPath =
                text.hasPrefix("/")
                && rest.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !Array("*?#".utf8).contains($0) }
            return isPath ? text : nil
        }
    }

    /// The text of a key that must be there.
    mutating func required(_ key: String, of section: Section) -> String? {
        if section.node?[key] == nil {
            problems.error("missing", at: section.path.key(key), section.location)
            return nil
        }
        return text(key, of: section)
    }
}
