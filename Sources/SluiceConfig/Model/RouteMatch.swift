public import SluiceCore

/// What a request must be like for a route: `routes[].match`. Everything that is said must hold.
public struct RouteMatch: Sendable, Equatable {
    /// A header that must be there.
    public struct Header: Sendable, Equatable {
        /// Its name, in lower case.
        public var name: String
        /// Its value, `*` standing for any run of characters. Letters' case counts.
        public var value: String

        /// Makes a condition.
        public init(name: String, value: String) {
            self.name = name.lowercased()
            self.value = value
        }

        /// Whether a value of the header is meant.
        public func matches(value: String) -> Bool { ModelPattern(self.value).matches(value) }
    }

    /// The request path, without query: `path`. A `*` at its end stands for any rest. `nil`: any.
    public var path: String?
    /// The headers: `header`. A header that stands several times fits if one of its values does.
    public var headers: [Header]
    /// The surfaces, by ``SluiceCore/Surface/name``: `surface`. Empty: any.
    public var surfaces: [Surface]

    /// Makes a condition; what is left out always holds.
    public init(path: String? = nil, headers: [Header] = [], surfaces: [Surface] = []) {
        self.path = path
        self.headers = headers
        self.surfaces = surfaces
    }

    /// Whether a request for `path` (without query) is meant, as far as the path decides.
    public func matches(path requested: String) -> Bool {
        guard let path else { return true }
        guard path.utf8.last == UInt8(ascii: "*") else { return path == requested }
        return requested.utf8.starts(with: path.utf8.dropLast())
    }

    /// Whether a request of `surface` is meant, as far as the surface decides.
    public func matches(surface: Surface) -> Bool { surfaces.isEmpty || surfaces.contains(surface) }
}
