/// A tool that the model may call.
public struct NeutralTool: Sendable, Hashable {
    /// What kind of tool it is.
    public enum Kind: Sendable, Hashable {
        /// A function of the client's with JSON arguments. `schema`: JSON Schema of its arguments, `nil` for none.
        case function(schema: JSONFragment?)
        /// A tool of the client's that takes free text; `format` is its grammar, as OpenAI writes it.
        case custom(format: JSONFragment?)
        /// A tool that the vendor runs itself, as that vendor wrote it.
        case hosted(NeutralOpaque)
    }

    /// The name by which it is called.
    public var name: String
    /// What it does, for the model.
    public var description: JSONString?
    /// What kind of tool it is.
    public var kind: Kind
    /// Whether arguments must follow the schema to the letter; `nil` when the client did not say.
    public var isStrict: Bool?
    /// Whether the prompt up to and with this tool should be cached.
    public var cacheHint: NeutralCacheHint?
    /// What only one vendor understands.
    public var extras = NeutralExtras()

    /// Makes a tool.
    public init(_ name: String, description: JSONString? = nil, kind: Kind, isStrict: Bool? = nil) {
        self.name = name
        self.description = description
        self.kind = kind
        self.isStrict = isStrict
    }
}

/// How the model may use its tools.
public enum NeutralToolChoice: Sendable, Hashable {
    /// As it likes.
    case auto
    /// Not at all.
    case none
    /// At least one of them.
    case required
    /// This one.
    case tool(String)
    /// Only these; `isRequired`: at least one of them.
    case allowed([String], isRequired: Bool)
}

/// The form of an answer's text.
public enum NeutralOutputFormat: Sendable, Hashable {
    /// Any text.
    case text
    /// A JSON object.
    case jsonObject
    /// JSON that follows a schema.
    case jsonSchema(NeutralSchema)
}

/// A named JSON Schema.
public struct NeutralSchema: Sendable, Hashable {
    /// A name, where the dialect has one.
    public var name: JSONString?
    /// What it is for.
    public var description: JSONString?
    /// The schema.
    public var schema: JSONFragment
    /// Whether the answer must follow it to the letter; `nil` when the client did not say.
    public var isStrict: Bool?

    /// Makes a schema.
    public init(
        name: JSONString? = nil,
        description: JSONString? = nil,
        schema: JSONFragment,
        isStrict: Bool? = nil
    ) {
        self.name = name
        self.description = description
        self.schema = schema
        self.isStrict = isStrict
    }
}
