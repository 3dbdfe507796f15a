/// Takes a typed value out of a member of a request, or says which member is of another type.
enum OpenAIChatField {
    static func string(_ node: JSONNode, _ field: @autoclosure () -> String) throws(ConversionError) -> JSONString {
        guard let text = JSONString(node) else { throw .invalid(field(), "Expected a string.") }
        return text
    }

    static func bool(_ node: JSONNode, _ field: @autoclosure () -> String) throws(ConversionError) -> Bool {
        guard let value = node.boolValue else { throw .invalid(field(), "Expected true or false.") }
        return value
    }

    static func number(_ node: JSONNode, _ field: @autoclosure () -> String) throws(ConversionError) -> NumberText {
        guard let value = NumberText(node) else { throw .invalid(field(), "Expected a number.") }
        return value
    }

    static func integer(
        _ node: JSONNode,
        atLeast minimum: Int,
        _ field: @autoclosure () -> String
    ) throws(ConversionError) -> Int {
        guard let value = node.intValue, value >= minimum else {
            throw .invalid(field(), "Expected an integer of at least \(minimum).")
        }
        return value
    }

    static func object(_ node: JSONNode, _ field: @autoclosure () -> String) throws(ConversionError) {
        guard node.kind == .object else { throw .invalid(field(), "Expected an object.") }
    }

    static func array(_ node: JSONNode, _ field: @autoclosure () -> String) throws(ConversionError) {
        guard node.kind == .array else { throw .invalid(field(), "Expected an array.") }
    }

    /// A member that is there and not `null`.
    static func member(_ node: JSONNode, _ key: String) -> JSONNode? {
        node[key].flatMap { $0.isNull ? nil : $0 }
    }

    /// A name that is a string and not empty.
    static func name(_ node: JSONNode?, _ field: @autoclosure () -> String) throws(ConversionError) -> String {
        guard let name = node?.stringValue, !name.isEmpty else {
            throw .invalid(field(), "Expected a name: a string that is not empty.")
        }
        return name
    }
}
