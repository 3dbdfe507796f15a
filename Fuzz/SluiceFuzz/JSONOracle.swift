import SluiceWire

/// Scanner, tree, writer and a plain reference agree on every input.
enum JSONOracle {
    private static let limits = JSONLimits(maximumDepth: 40)

    static func check(_ input: [UInt8]) -> String? {
        var scanError: JSONError?
        do throws(JSONError) { try JSONScanner.validate(input.span, limits: limits) } catch { scanError = error }
        if let scanError, !(0...input.count).contains(scanError.offset) { return "an error lies outside the text" }
        let isValid = ReferenceJSON.isValid(input, maximumDepth: 40)
        guard isValid == (scanError == nil) else {
            return "the scanner says \(scanError.map(\.description) ?? "valid"), the reference says \(isValid)"
        }
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(parsing: input, limits: limits)
        } catch {
            return error == scanError ? nil : "the tree says \(error), the scanner another thing"
        }
        if scanError != nil { return "the tree accepts what the scanner refuses" }
        return checkMembers(input, document.root) ?? checkWriting(document.root) ?? checkNumbers(document.root)
    }

    private static func checkMembers(_ input: [UInt8], _ root: JSONNode) -> String? {
        var members: [JSONMember] = []
        do throws(JSONError) {
            try JSONScanner.scanObject(input.span, limits: limits, into: &members)
        } catch {
            return root.kind == .object || error.kind != .notAnObject ? "the scanner refuses an object" : nil
        }
        let nodes = root.members.map(\.value)
        guard members.count == nodes.count, root.count == nodes.count else { return "members are missing" }
        for (member, node) in zip(members, nodes) where member.value != node.range || member.kind != node.kind {
            return "a member lies elsewhere in the tree"
        }
        return nil
    }

    /// Written anew and read again, the tree is the same, and writing it once more changes nothing.
    private static func checkWriting(_ root: JSONNode) -> String? {
        var writer = JSONWriter()
        write(root, to: &writer)
        let text = writer.take()
        do throws(JSONError) {
            let copy = try JSONDocument(parsing: text, limits: limits)
            write(copy.root, to: &writer)
            return writer.take() == text ? nil : "a tree changes when it is written twice"
        } catch {
            return "what the writer wrote is not JSON: \(error)"
        }
    }

    private static func write(_ node: JSONNode, to writer: inout JSONWriter) {
        switch node.kind {
        case .object:
            writer.beginObject()
            for member in node.members {
                writer.key(member.key)
                write(member.value, to: &writer)
            }
            writer.endObject()
        case .array:
            writer.beginArray()
            for element in node.elements { write(element, to: &writer) }
            writer.endArray()
        case .string: writer.string(node.stringValue ?? "")
        case .number: writer.numberText(node.numberText ?? "")
        case .true, .false: writer.bool(node.boolValue ?? false)
        case .null: writer.null()
        }
    }

    private static func checkNumbers(_ node: JSONNode) -> String? {
        for child in node.elements { if let fault = checkNumbers(child) { return fault } }
        for child in node.members { if let fault = checkNumbers(child.value) { return fault } }
        guard let text = node.numberText else { return nil }
        let expected = Double(text).flatMap { $0.isFinite ? $0 : nil }
        if node.doubleValue != expected { return "\(text) reads as \(String(describing: node.doubleValue))" }
        if let plain = Int(text), node.intValue != plain { return "\(text) is another integer" }
        if let value = node.intValue, let expected, Double(value) != expected { return "\(text) is no such integer" }
        return nil
    }
}
