extension DocumentDecoder {
    mutating func routes(_ section: Section, _ names: ProviderNames) -> [RouteConfiguration] {
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

    private mutating func earlierRoute(_ section: Section, _ names: ProviderNames) -> RouteConfiguration? {
        let path = routePath(section)
        let conversion: ConversionMode = choice("conversion", of: section) ?? .default
        let format = text("input_format", of: section)
        guard let upstream = required("upstream", of: section) else { return nil }
        guard names.all.contains(upstream) else {
            problems.error(
                names.explanation(for: upstream),
                at: section.path.key("upstream"),
                section.node?["upstream"]?.location
            )
            return nil
        }
        return path.map {
            RouteConfiguration(
                path: $0,
                inputFormat: format,
                target: TargetConfiguration(provider: upstream),
                conversion: conversion
            )
        }
    }

    private mutating func newRoute(_ section: Section, _ names: ProviderNames) -> RouteConfiguration? {
        let path = routePath(section.section("match"))
        let conversion: ConversionMode = choice("conversion", of: section) ?? .default
        let use = section.section("use")
        guard let node = use.node?["target"] else {
            problems.error(
                "missing; a route names the target that it goes to", at: use.path.key("target"), section.location)
            return nil
        }
        guard let target = target(node, use.path.key("target"), names), let path else { return nil }
        return RouteConfiguration(path: path, target: target, conversion: conversion)
    }

    private mutating func routePath(_ section: Section) -> String? {
        guard required("path", of: section) != nil else { return nil }
        return value("path", of: section, "a path like /v1/embeddings, or with a * at its end") { text in
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
