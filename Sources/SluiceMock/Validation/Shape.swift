import SluiceWire

/// What a JSON value has to look like. A request is checked against such a description before anything reads it.
///
/// Checking goes as deep as the description does, never as deep as the input.
indirect enum Shape: Sendable {
    case any
    case string
    case boolean
    case integer(ClosedRange<Int>)
    case number(ClosedRange<Double>)
    /// One of these strings.
    case word(Set<String>)
    /// An object whose members are the caller's own: metadata, a JSON schema.
    case object
    case array(of: Shape, count: ClosedRange<Int> = 0...Int.max)
    case record(RecordShape)
    /// An object whose member `key` names which record it is.
    case tagged(by: String, [String: RecordShape])
    /// An object with exactly one of these fields.
    case union(RecordShape)
    /// The first of these that takes the value's kind.
    case either([Shape])
    case nullable(Shape)

    /// An object with exactly these fields.
    static func fields(_ fields: Field...) -> Shape {
        .record(RecordShape(fields))
    }

    /// An object with exactly one of these fields, and no other.
    static func one(of fields: Field...) -> Shape {
        .union(RecordShape(fields))
    }

    /// An array with at least one element.
    static func some(_ element: Shape) -> Shape {
        .array(of: element, count: 1...Int.max)
    }

    /// Whether a value of this kind can fit at all.
    func takes(_ kind: JSONKind) -> Bool {
        switch self {
        case .any: true
        case .string, .word: kind == .string
        case .boolean: kind.isBoolean
        case .integer, .number: kind == .number
        case .object, .record, .tagged, .union: kind == .object
        case .array: kind == .array
        case .either(let shapes): shapes.contains { $0.takes(kind) }
        case .nullable(let shape): kind == .null || shape.takes(kind)
        }
    }

    /// The shape in words, for messages.
    var words: String {
        switch self {
        case .any: "any value"
        case .string: "a string"
        case .boolean: "true or false"
        case .integer(let range):
            switch (range.lowerBound == .min, range.upperBound == .max) {
            case (true, true): "an integer"
            case (false, true): "an integer from \(range.lowerBound)"
            case (true, false): "an integer up to \(range.upperBound)"
            case (false, false): "an integer from \(range.lowerBound) to \(range.upperBound)"
            }
        case .number(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
        case .word(let words): "one of " + words.sorted().joined(separator: ", ")
        case .object, .record, .tagged, .union: "an object"
        case .array(_, let count): count.lowerBound > 0 ? "an array that is not empty" : "an array"
        case .either(let shapes): shapes.map(\.words).joined(separator: " or ")
        case .nullable(let shape): shape.words + " or null"
        }
    }
}

/// One field of a record.
struct Field: Sendable {
    let name: String
    let shape: Shape
    let isRequired: Bool

    init(_ name: String, _ shape: Shape, isRequired: Bool = false) {
        self.name = name
        self.shape = shape
        self.isRequired = isRequired
    }

    static func required(_ name: String, _ shape: Shape) -> Field {
        Field(name, shape, isRequired: true)
    }

    /// A field that may be left out or be null.
    static func optional(_ name: String, _ shape: Shape) -> Field {
        Field(name, .nullable(shape))
    }
}
