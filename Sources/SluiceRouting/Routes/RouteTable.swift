public import SluiceCore

/// The rules that are looked at before the model table: by path, header fields and surface. The first that matches wins.
public struct RouteTable: Sendable {
    /// What a request must be for a rule to match: all that is given.
    public struct Match: Sendable {
        /// The request's path, without query; `*` stands for any run of characters.
        public var path: ModelPattern?
        /// Header fields with lower-case names, and the values that they must have; `*` stands for any run of characters.
        public var headers: [(name: String, value: ModelPattern)]
        /// The surfaces, if not all.
        public var surfaces: [Surface]?

        /// Makes a condition.
        public init(
            path: ModelPattern? = nil,
            headers: [(name: String, value: ModelPattern)] = [],
            surfaces: [Surface]? = nil
        ) {
            self.path = path
            self.headers = headers
            self.surfaces = surfaces
        }
    }

    /// What a rule does.
    public enum Use: Sendable, Hashable {
        /// Leads to a provider by its place, whatever the table says; `nil` keeps the client's model.
        case target(provider: Int, model: String?)
        /// Takes another name instead of the client's.
        case model(String)
        /// Puts text before the client's name.
        case modelPrefix(String)
    }

    /// One rule.
    public struct Rule: Sendable {
        /// When it applies.
        public var match: Match
        /// What it does.
        public var use: Use
        /// Its place in the file, where rules before it may be off; `nil`: as in the table.
        public var place: Int?

        /// Makes a rule.
        public init(match: Match, use: Use, place: Int? = nil) {
            self.match = match
            self.use = use
            self.place = place
        }
    }

    /// The rules in the order of the file.
    public let rules: [Rule]

    /// Makes a table.
    public init(_ rules: [Rule] = []) {
        self.rules = rules
    }

    /// The place of the first rule that matches; `nil` when none does.
    ///
    /// - Parameter hasField: whether the request has a field of this lower-case name with a value that the pattern matches; only
    ///   asked where a rule names fields.
    public func firstMatch(path: String, surface: Surface, hasField: (String, ModelPattern) -> Bool) -> Int? {
        guard !self.rules.isEmpty else { return nil }
        return self.rules.firstIndex { rule in
            if let surfaces = rule.match.surfaces, !surfaces.contains(surface) { return false }
            if let pattern = rule.match.path, !pattern.matches(path) { return false }
            return rule.match.headers.allSatisfy { hasField($0.name, $0.value) }
        }
    }
}
