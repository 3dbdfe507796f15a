/// A value of a configuration document and where it stands; what YAML, TOML and the environment have in common.
struct ConfigurationNode: Sendable {
    /// A text that no structure was found in.
    struct Scalar: Sendable, Equatable {
        /// What the notation says of the text.
        enum Kind: Sendable {
            /// Quoted, or a TOML string: text, whatever it looks like.
            case text
            /// A plain YAML scalar, or a TOML number, boolean or date.
            case plain
            /// YAML's null.
            case null
            /// From an environment variable: text in which references are not looked for.
            case literal
        }

        var text: String
        var kind: Kind
        /// The text as written, where a reference stood in it.
        var reference: String?
    }

    /// One `key: value` of a map.
    struct Entry: Sendable {
        var key: String
        var keyLocation: SourceLocation
        var value: ConfigurationNode
    }

    enum Content: Sendable {
        case scalar(Scalar)
        case list([ConfigurationNode])
        case map([Entry])
        /// Something that has been reported already: it is there, and nothing more can be said about it.
        case broken
    }

    var content: Content
    var location: SourceLocation

    /// How a message calls what was found.
    var shape: String {
        switch content {
        case .scalar(let scalar) where scalar.kind == .null: "nothing"
        case .scalar: "a single value"
        case .list: "a list"
        case .map: "a map of keys"
        case .broken: "something else"
        }
    }

    var isBroken: Bool {
        if case .broken = content { true } else { false }
    }

    var isNull: Bool {
        if case .scalar(let scalar) = content { scalar.kind == .null } else { false }
    }

    var scalar: Scalar? {
        if case .scalar(let scalar) = content { scalar } else { nil }
    }

    var list: [ConfigurationNode]? {
        if case .list(let items) = content { items } else { nil }
    }

    var entries: [Entry]? {
        if case .map(let entries) = content { entries } else { nil }
    }

    init(content: Content, location: SourceLocation) {
        self.content = content
        self.location = location
    }

    /// A value from the environment variable `name`.
    init(environment name: String, _ text: String) {
        self.init(content: .scalar(Scalar(text: text, kind: .literal)), location: .environment(name))
    }

    /// The value of `key` of a map; `nil` if there is none, or this is no map. Setting `nil` removes the key.
    subscript(key: String) -> ConfigurationNode? {
        get { entries?.first { $0.key == key }?.value }
        set {
            var entries = self.entries ?? []
            let index = entries.firstIndex { $0.key == key }
            switch (index, newValue) {
            case (let index?, let value?): entries[index].value = value
            case (let index?, nil): entries.remove(at: index)
            case (nil, let value?):
                entries.append(Entry(key: key, keyLocation: value.location, value: value))
            case (nil, nil): return
            }
            content = .map(entries)
        }
    }
}
