/// What may stand at one place of a document. One description serves the check for unknown keys, the environment
/// overrides and the tests of the reference.
indirect enum KeySchema: Sendable {
    /// One value.
    case scalar
    /// One value that is a provider's key: a reference to a variable that is not set makes it empty.
    case credential
    /// Any number of values of a kind.
    case list(KeySchema)
    /// Keys that are known by name.
    case section([Key])
    /// Keys that the user chooses.
    case named(KeySchema)
    /// Keys that are known by name, and others of one kind that are made of parts.
    case open([Key], others: KeySchema)
    /// The first of these whose shape fits.
    case anyOf([KeySchema])

    /// A key that is known by name.
    struct Key: Sendable {
        var name: String
        var schema: KeySchema

        init(_ name: String, _ schema: KeySchema = .scalar) {
            self.name = name
            self.schema = schema
        }
    }

    /// How a message calls it.
    var shape: String {
        switch self {
        case .scalar, .credential: "a single value"
        case .list: "a list"
        case .section, .named, .open: "a map of keys"
        case .anyOf(let forms): forms.map(\.shape).uniqued().joined(separator: " or ")
        }
    }

    /// The form that a value of this shape is read as; `nil` if none fits. Nothing at all reads as an empty section.
    func form(for node: ConfigurationNode) -> KeySchema? {
        switch (self, node.content) {
        case (.anyOf(let forms), _): return forms.lazy.compactMap { $0.form(for: node) }.first
        case (.scalar, .scalar), (.credential, .scalar), (.list, .list), (.section, .map), (.named, .map),
            (.open, .map):
            return self
        case (.list(let item), .scalar(let scalar)):
            // `models: gpt-4o` for `models: [gpt-4o]`; an environment variable cannot write a list otherwise.
            if case .literal = scalar.kind { return item.form(for: node) == nil ? nil : self }
            return nil
        default: return nil
        }
    }
}

extension Sequence where Element: Hashable {
    /// The elements without repetitions, in order.
    fileprivate func uniqued() -> [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
