/// A member of a record, as answers show it and as bodies may set it.
struct ResourceField: Sendable {
    /// When a caller may set it.
    enum Access {
        /// Never: the gateway sets it.
        case shown
        /// When the record is made; it is shown, and never changes.
        case fixed
        /// When the record is made, and later.
        case changeable
        /// Set and never shown.
        case hidden
        /// Set when the record is made, and never shown under this name.
        case hiddenFixed
    }

    let property: AdminProperty
    let access: Access

    init(
        _ name: String,
        _ schema: AdminSchema,
        _ access: Access,
        _ description: String,
        isRequired: Bool = false
    ) {
        self.property = AdminProperty(name, schema, description, isRequired: isRequired)
        self.access = access
    }

    var name: String { self.property.name }
    var isShown: Bool { self.access == .shown || self.access == .fixed || self.access == .changeable }
    var isCreatable: Bool { self.access != .shown }
    var isChangeable: Bool { self.access == .changeable || self.access == .hidden }

    /// What every record shows of its history.
    static let history = [
        ResourceField("created_at", .string(format: "date-time"), .shown, "When it was made."),
        ResourceField("updated_at", .string(format: "date-time"), .shown, "When it was last changed."),
        ResourceField(
            "revision", .integer(), .shown,
            "The number of the last change; it is the ETag, which If-Match can name."),
    ]

    /// What an operator attaches.
    static let metadata = ResourceField(
        "metadata", .map(.string()), .changeable, "What an operator attached, for people: at most 64 entries.")
}

extension [ResourceField] {
    /// The shape of a record in answers.
    var shown: AdminSchema { .object(self.filter(\.isShown).map(\.property.required)) }
    /// The shape of the body that makes a record.
    var creation: AdminSchema { .object(self.filter(\.isCreatable).map(\.property)) }
    /// The shape of the body that changes one.
    var change: AdminSchema {
        .object(
            self.filter(\.isChangeable).map {
                AdminProperty($0.name, $0.property.schema, $0.property.description)
            })
    }
}
