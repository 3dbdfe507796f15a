import SluiceCore

/// Which surface a path is: every model surface with and without `/v1`.
enum SurfaceTable {
    private static let paths: [String: Surface] = {
        var paths: [String: Surface] = [:]
        for surface in Surface.allCases where surface != .unknown && surface != .model {
            paths[surface.route] = surface
            if surface.route.hasPrefix("/v1/") { paths[String(surface.route.dropFirst(3))] = surface }
        }
        // Cohere's newer path for the same shape.
        paths["/v2/rerank"] = .rerank
        return paths
    }()

    private static let modelPrefixes = ["/v1/models/", "/models/"]

    /// The surface of a path; for `/v1/models/{id}` with the id, percent-decoded.
    static func surface(of path: Substring) -> (surface: Surface, model: String?) {
        if let surface = self.paths[String(path)] { return (surface, nil) }
        for prefix in self.modelPrefixes where path.hasPrefix(prefix) {
            guard let id = PercentDecoding.decode(path.dropFirst(prefix.count)), !id.isEmpty else { break }
            return (.model, id)
        }
        return (.unknown, nil)
    }
}
