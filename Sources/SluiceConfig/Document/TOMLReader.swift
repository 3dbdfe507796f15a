/// Reads a TOML text into a ``ConfigurationNode``, with the place of every key and value and keys in their order.
///
/// TOML 1.0, and of 1.1: line ends and a comma at the end in inline tables, `\e`, `\xHH`, times without seconds.
/// Source: toml.io, versions 1.0.0 and 1.1.0.
struct TOMLReader {
    static let depthLimit = 64

    private typealias Key = [(text: String, place: TOMLScanner.Place)]

    private var scanner: TOMLScanner
    private let source: String

    /// Reads `bytes`. The node is `nil` if they are no TOML.
    static func read(_ bytes: [UInt8], source: String) -> (node: ConfigurationNode?, problems: DiagnosticList) {
        var problems = DiagnosticList()
        guard String(validating: bytes, as: UTF8.self) != nil else {
            problems.error("this is not TOML: the text is not UTF-8", at: .root, SourceLocation(source: source))
            return (nil, problems)
        }
        var reader = TOMLReader(scanner: TOMLScanner(bytes), source: source)
        do throws(TOMLProblem) {
            let root = try reader.document()
            return (reader.node(of: root), problems)
        } catch {
            let location = SourceLocation(source: source, line: error.line, column: error.column)
            problems.error("this is not TOML: \(error.message)", at: .root, location)
            return (nil, problems)
        }
    }

    private mutating func document() throws(TOMLProblem) -> TOMLTable {
        let root = TOMLTable(.header, at: scanner.place, depth: 0)
        var table = root
        while try scanner.skipLines() {
            if scanner.peek() == UInt8(ascii: "[") {
                table = try header(in: root)
            } else {
                try keyValue(in: table)
            }
            try scanner.endLine()
        }
        return root
    }

    /// `[a.b]` or `[[a.b]]`: the table that the following lines belong to.
    private mutating func header(in root: TOMLTable) throws(TOMLProblem) -> TOMLTable {
        let start = scanner.place
        scanner.advance()
        // The brackets of `[[` and `]]` stand next to each other.
        let isArray = scanner.take(UInt8(ascii: "["))
        let key = try scanner.key()
        for _ in 0..<(isArray ? 2 : 1) where !scanner.take(UInt8(ascii: "]")) {
            throw scanner.problem(
                "expected \(isArray ? "]]" : "]") after the name of the table, found \(scanner.found)")
        }
        var parent = root
        for part in key.dropLast() { parent = try step(part, from: parent, start) }
        guard let last = key.last else { throw scanner.problem("expected a key", at: start) }
        let existing = parent[last.text]
        let table = try self.table(.header, at: start, in: parent)
        switch existing?.value {
        case nil:
            parent.add(last.text, at: last.place, .init(value: isArray ? .tables : .table(table), place: start))
            if isArray { parent.append(table, to: last.text) }
            return table
        case .tables where isArray:
            parent.append(table, to: last.text)
            return table
        case .table(let implied) where !isArray && implied.origin == .implied:
            implied.origin = .header
            return implied
        default: throw taken(last, by: existing)
        }
    }

    /// The table `part` of `table` on the way to the one of a header.
    private func step(
        _ part: Key.Element,
        from table: TOMLTable,
        _ place: TOMLScanner.Place
    ) throws(TOMLProblem) -> TOMLTable {
        let existing = table[part.text]
        switch existing?.value {
        case nil:
            let child = try self.table(.implied, at: place, in: table)
            table.add(part.text, at: part.place, .init(value: .table(child), place: place))
            return child
        case .table(let child) where child.origin != .inline: return child
        case .tables:
            guard let last = table.tables(of: part.text).last else { throw taken(part, by: existing) }
            return last
        default: throw taken(part, by: existing)
        }
    }

    private mutating func keyValue(in table: TOMLTable) throws(TOMLProblem) {
        let key = try scanner.key()
        guard scanner.take(UInt8(ascii: "=")) else {
            throw scanner.problem("expected = after the key, found \(scanner.found)")
        }
        scanner.skipBlanks()
        var parent = table
        for part in key.dropLast() {
            let existing = parent[part.text]
            switch existing?.value {
            case nil:
                let child = try self.table(.dotted, at: part.place, in: parent)
                parent.add(part.text, at: part.place, .init(value: .table(child), place: part.place))
                parent = child
            case .table(let child) where child.origin == .dotted: parent = child
            default: throw taken(part, by: existing)
            }
        }
        guard let last = key.last else { return }
        guard parent[last.text] == nil else { throw taken(last, by: parent[last.text]) }
        let place = scanner.place
        parent.add(last.text, at: last.place, .init(value: try value(depth: parent.depth + 1), place: place))
    }

    private func table(
        _ origin: TOMLTable.Origin,
        at place: TOMLScanner.Place,
        in parent: TOMLTable
    ) throws(TOMLProblem) -> TOMLTable {
        guard parent.depth + 1 < Self.depthLimit else {
            throw scanner.problem("nested more than \(Self.depthLimit) levels deep", at: place)
        }
        return TOMLTable(origin, at: place, depth: parent.depth + 1)
    }

    private func taken(_ part: Key.Element, by existing: TOMLTable.Item?) -> TOMLProblem {
        let line = existing.map { "; the first one is in line \($0.place.line)" } ?? ""
        return scanner.problem("\"\(FoundText.sanitized(part.text))\" is written twice\(line)", at: part.place)
    }

    private mutating func value(depth: Int) throws(TOMLProblem) -> TOMLTable.Value {
        guard depth < Self.depthLimit else { throw scanner.problem("nested more than \(Self.depthLimit) levels deep") }
        switch scanner.peek() {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return .scalar(.init(text: try scanner.string(), kind: .text))
        case UInt8(ascii: "["): return .list(try list(depth: depth))
        case UInt8(ascii: "{"): return .table(try inlineTable(depth: depth))
        default:
            let start = scanner.place
            let text = scanner.bareValue()
            guard !text.isEmpty else { throw scanner.problem("expected a value, found \(scanner.found)") }
            guard let value = TOMLScalar.parse(text) else {
                let written = FoundText.sanitized(text)
                throw scanner.problem("\(written) is no value; write text in quotes: \"\(written)\"", at: start)
            }
            return .scalar(.init(text: value, kind: .plain))
        }
    }

    private mutating func list(depth: Int) throws(TOMLProblem) -> [TOMLTable.Item] {
        let start = scanner.place
        scanner.advance()
        var items: [TOMLTable.Item] = []
        while try scanner.skipLines() {
            if scanner.take(UInt8(ascii: "]")) { return items }
            let place = scanner.place
            items.append(.init(value: try value(depth: depth + 1), place: place))
            guard try scanner.skipLines() else { break }
            if scanner.take(UInt8(ascii: "]")) { return items }
            guard scanner.take(UInt8(ascii: ",")) else {
                throw scanner.problem("expected , or ] in the list, found \(scanner.found)")
            }
        }
        throw scanner.problem("a list without its closing ]", at: start)
    }

    private mutating func inlineTable(depth: Int) throws(TOMLProblem) -> TOMLTable {
        let start = scanner.place
        scanner.advance()
        let table = TOMLTable(.inline, at: start, depth: depth)
        while try scanner.skipLines() {
            if scanner.take(UInt8(ascii: "}")) { return table }
            try keyValue(in: table)
            guard try scanner.skipLines() else { break }
            if scanner.take(UInt8(ascii: "}")) { return table }
            guard scanner.take(UInt8(ascii: ",")) else {
                throw scanner.problem("expected , or } in the table, found \(scanner.found)")
            }
        }
        throw scanner.problem("a table without its closing }", at: start)
    }

    private func location(_ place: TOMLScanner.Place) -> SourceLocation {
        SourceLocation(source: source, line: place.line, column: place.column)
    }

    private func node(of table: TOMLTable) -> ConfigurationNode {
        let entries = table.keys.compactMap { key, place -> ConfigurationNode.Entry? in
            guard let item = table[key] else { return nil }
            let value: ConfigurationNode
            if case .tables = item.value {
                let tables = table.tables(of: key).map { node(of: $0) }
                value = ConfigurationNode(content: .list(tables), location: location(item.place))
            } else {
                value = node(of: item)
            }
            return .init(key: key, keyLocation: location(place), value: value)
        }
        return ConfigurationNode(content: .map(entries), location: location(table.place))
    }

    private func node(of item: TOMLTable.Item) -> ConfigurationNode {
        switch item.value {
        case .scalar(let scalar): ConfigurationNode(content: .scalar(scalar), location: location(item.place))
        case .list(let items):
            ConfigurationNode(content: .list(items.map { node(of: $0) }), location: location(item.place))
        case .table(let table): node(of: table)
        // Tables of headers stand directly in a table, whose conversion is above.
        case .tables: ConfigurationNode(content: .list([]), location: location(item.place))
        }
    }
}
