/// The shape of a JSON value, as JSON Schema describes it. Source: OpenAPI 3.1.0, section 4.8.24.
public indirect enum AdminSchema: Sendable {
    /// Text, with a format such as `date-time`.
    case string(format: String? = nil)
    /// One of these words.
    case words([String])
    /// A whole number between bounds.
    case integer(minimum: Int64? = nil, maximum: Int64? = nil)
    /// Any number.
    case number
    /// `true` or `false`.
    case boolean
    /// A list.
    case array(AdminSchema)
    /// An object with any names and values of one shape.
    case map(AdminSchema)
    /// An object with these members.
    case object([AdminProperty])
    /// Any JSON value.
    case any
    /// A schema of the document, by name.
    case reference(String)
    /// The same, or `null`.
    case nullable(AdminSchema)
}

/// A member of an object, or a parameter.
public struct AdminProperty: Sendable {
    /// Its name.
    public let name: String
    /// Its shape.
    public let schema: AdminSchema
    /// One or two sentences.
    public let description: String
    /// Whether it has to be there.
    public let isRequired: Bool

    /// Makes a property.
    public init(_ name: String, _ schema: AdminSchema, _ description: String, isRequired: Bool = false) {
        self.name = name
        self.schema = schema
        self.description = description
        self.isRequired = isRequired
    }

    /// The same, as a member that always is there.
    var required: AdminProperty {
        AdminProperty(self.name, self.schema, self.description, isRequired: true)
    }
}
