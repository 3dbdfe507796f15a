import SluiceCore

extension ConfigurationPrinter {
    func route(_ route: RouteConfiguration, _ text: inout YAMLText) {
        if let format = route.inputFormat, case .target(let target) = route.use {
            text.item([
                ("path", route.match.path), ("input_format", format), ("upstream", target.provider),
                ("conversion", route.conversion?.rawValue),
            ])
            return
        }
        let conversion = route.conversion.map { ", conversion: \($0.rawValue)" } ?? ""
        text.line("- { match: \(flow(route.match)), use: \(flow(route.use))\(conversion) }")
    }

    private func flow(_ match: RouteMatch) -> String {
        var parts: [String] = []
        if let path = match.path { parts.append("path: \(YAMLText.scalar(path))") }
        if !match.headers.isEmpty {
            parts.append("header: \(YAMLText.flow(match.headers.map { ($0.name, $0.value) }))")
        }
        if !match.surfaces.isEmpty {
            let names = match.surfaces.map(\.name).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
            parts.append("surface: \(YAMLText.flow(names))")
        }
        return "{ \(parts.joined(separator: ", ")) }"
    }

    private func flow(_ use: RouteConfiguration.Use) -> String {
        switch use {
        case .target(let target): "{ target: \(flow(target)) }"
        case .model(let reference): YAMLText.flow([("model", reference.text)])
        case .modelPrefix(let prefix): YAMLText.flow([("model_prefix", prefix)])
        }
    }
}
