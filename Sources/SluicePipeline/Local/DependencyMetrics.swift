import SluiceCore

/// Whether the database and Redis answer, in Prometheus' text format.
enum DependencyMetrics {
    static func text(_ dependencies: Dependencies) -> [UInt8] {
        var text = ""
        for (name, title, state) in [
            ("database", "the database", dependencies.database()), ("redis", "Redis", dependencies.redis()),
        ] where state != .none {
            text += "# HELP sluice_\(name)_up Whether \(title) answers.\n# TYPE sluice_\(name)_up gauge\n"
            text += "sluice_\(name)_up \(state.isDown ? 0 : 1)\n"
        }
        return Array(text.utf8) + dependencies.metrics()
    }
}
