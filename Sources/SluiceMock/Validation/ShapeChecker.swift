import SluiceWire

/// Checks a value against a ``Shape`` and says where it first differs.
struct ShapeChecker: Sendable {
    /// Whether fields that the shape does not have are passed over.
    var isLenient = false

    /// Throws a ``ShapeFault`` with the path of the first difference, like `messages[2].content[0].type`.
    func check(_ node: JSONNode, _ shape: Shape) throws(ShapeFault) {
        guard shape.takes(node.kind) else {
            throw ShapeFault(.type, "expected \(shape.words), found \(Self.words(for: node))")
        }
        switch shape {
        case .any, .string, .boolean, .object:
            return
        case .integer(let range):
            guard let value = node.intValue else {
                throw ShapeFault(.type, "expected \(shape.words), found \(Self.words(for: node))")
            }
            guard range.contains(value) else { throw ShapeFault(.value, "expected \(shape.words), found \(value)") }
        case .number(let range):
            guard let value = node.doubleValue, range.contains(value) else {
                throw ShapeFault(.value, "expected \(shape.words), found \(Self.words(for: node))")
            }
        case .word(let words):
            guard let value = node.stringValue, words.contains(value) else {
                throw ShapeFault(.value, "expected \(shape.words), found \(Self.words(for: node))")
            }
        case .array(let element, let count):
            guard count.contains(node.count) else {
                throw ShapeFault(.value, "expected \(shape.words), found \(node.count) elements")
            }
            if case .any = element { return }
            try check(elementsOf: node, element)
        case .record(let record):
            try check(node, record)
        case .tagged(let key, let records):
            try check(node, taggedBy: key, records)
        case .union(let record):
            try check(node, record)
            guard node.members.filter({ !$0.value.isNull }).count == 1 else {
                throw ShapeFault(
                    .value, "has to have exactly one of " + record.fields.map(\.name).joined(separator: ", "))
            }
        case .either(let shapes):
            for shape in shapes where shape.takes(node.kind) { return try check(node, shape) }
        case .nullable(let shape):
            if !node.isNull { try check(node, shape) }
        }
    }

    private func check(elementsOf node: JSONNode, _ shape: Shape) throws(ShapeFault) {
        var index = 0
        for element in node.elements {
            do throws(ShapeFault) {
                try check(element, shape)
            } catch {
                throw error.under("[\(index)]")
            }
            index += 1
        }
    }

    private func check(
        _ node: JSONNode, taggedBy key: String, _ records: [String: RecordShape]
    ) throws(ShapeFault) {
        guard let tag = node[key] else {
            throw ShapeFault(.missing, "is missing; it is one of " + records.keys.sorted().joined(separator: ", "))
                .under(key)
        }
        guard let name = tag.stringValue, let record = records[name] else {
            throw ShapeFault(
                .value,
                "expected one of \(records.keys.sorted().joined(separator: ", ")), found \(Self.words(for: tag))"
            ).under(key)
        }
        try check(node, record)
    }

    func check(_ node: JSONNode, _ record: RecordShape) throws(ShapeFault) {
        var seen: UInt64 = 0
        for (name, value) in node.members {
            guard let position = record.position(of: name) else {
                if isLenient { continue }
                let hint = record.nearest(to: name).map { "; did you mean \($0)?" } ?? ""
                throw ShapeFault(.unknown, "is not a field of this request\(hint)").under(Self.safe(name))
            }
            let bit = UInt64(1) << UInt64(position)
            guard seen & bit == 0 else { throw ShapeFault(.value, "is there twice").under(name) }
            seen |= bit
            do throws(ShapeFault) {
                try check(value, record.fields[position].shape)
            } catch {
                throw error.under(name)
            }
        }
        for position in record.requiredPositions where seen & (UInt64(1) << UInt64(position)) == 0 {
            throw ShapeFault(.missing, "is required").under(record.fields[position].name)
        }
    }

    /// A value in a few words: strings and numbers as they are when short, otherwise the kind.
    static func words(for node: JSONNode) -> String {
        switch node.kind {
        case .string:
            guard let text = node.stringValue, text.utf8.count <= 40 else { return "a long string" }
            return "\"\(text)\""
        case .number: return node.numberText.flatMap { $0.utf8.count <= 40 ? $0 : nil } ?? "a long number"
        case .object: return "an object"
        case .array: return "an array"
        case .true: return "true"
        case .false: return "false"
        case .null: return "null"
        }
    }

    private static func safe(_ name: String) -> String {
        name.utf8.count <= 64 ? name : String(decoding: name.utf8.prefix(64), as: UTF8.self)
    }
}
