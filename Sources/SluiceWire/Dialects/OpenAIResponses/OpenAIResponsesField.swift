/// Reads one field of a client's request, or says what is wrong with it in the client's words.
enum OpenAIResponsesField {
    static func string(_ node: JSONNode, _ field: @autoclosure () -> String) throws(ConversionError) -> JSONString {
        guard let value = JSONString(node) else { throw self.wrong(field(), "a string", node) }
        return value
    }

    static func number(_ node: JSONNode, _ field: @autoclosure () -> String) throws(ConversionError) -> NumberText {
        guard let value = NumberText(node) else { throw self.wrong(field(), "a number", node) }
        return value
    }

    static func bool(_ node: JSONNode, _ field: @autoclosure () -> String) throws(ConversionError) -> Bool {
        guard let value = node.boolValue else { throw self.wrong(field(), "true or false", node) }
        return value
    }

    static func integer(
        _ node: JSONNode,
        _ range: ClosedRange<Int>,
        _ field: @autoclosure () -> String
    ) throws(ConversionError) -> Int {
        guard node.kind == .number else { throw self.wrong(field(), "an integer", node) }
        guard let value = node.intValue, range.contains(value) else {
            let most =
                range.upperBound == Int.max
                ? "at least \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
            throw .invalid(field(), "\(field()): expected an integer, \(most).")
        }
        return value
    }

    static func object(_ node: JSONNode, _ field: @autoclosure () -> String) throws(ConversionError) {
        guard node.kind == .object else { throw self.wrong(field(), "an object", node) }
    }

    static func array(_ node: JSONNode, _ field: @autoclosure () -> String) throws(ConversionError) {
        guard node.kind == .array else { throw self.wrong(field(), "an array", node) }
    }

    /// A member that must be a string.
    static func member(
        _ name: String,
        of node: JSONNode,
        _ field: @autoclosure () -> String
    ) throws(ConversionError) -> JSONString {
        guard let value = node[name] else {
            throw .invalid("\(field()).\(name)", "\(field()).\(name): this field is required.")
        }
        return try self.string(value, "\(field()).\(name)")
    }

    static func wrong(_ field: String, _ expected: String, _ node: JSONNode) -> ConversionError {
        .invalid(field, "\(field): expected \(expected), found \(self.name(of: node.kind)).")
    }

    private static func name(of kind: JSONKind) -> String {
        switch kind {
        case .object: "an object"
        case .array: "an array"
        case .string: "a string"
        case .number: "a number"
        case .true, .false: "a boolean"
        case .null: "null"
        }
    }
}

extension NeutralExtras {
    /// Keeps a field of this dialect that has no neutral place. Of two of one name the last counts; `null` is nothing.
    mutating func keepResponses(_ name: String, _ node: JSONNode) {
        guard !node.isNull else { return }
        _ = take(name, of: .openAIResponses)
        append(name, JSONFragment(node), from: .openAIResponses)
    }

    /// Writes the fields of this dialect that were read within the member `prefix` of the object, by their names there.
    func writeResponses(within prefix: String, to writer: inout JSONWriter) {
        let prefix = prefix + "."
        for field in fields where field.origin == .openAIResponses && field.name.hasPrefix(prefix) {
            writer.key(String(field.name.dropFirst(prefix.count)))
            writer.fragment(field.value)
        }
    }

    /// Whether fields of this dialect were read within the member `prefix` of the object.
    func hasResponses(within prefix: String) -> Bool {
        fields.contains { $0.origin == .openAIResponses && $0.name.hasPrefix(prefix + ".") }
    }
}
