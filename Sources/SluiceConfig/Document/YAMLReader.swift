/// Reads a YAML text into a ``ConfigurationNode``.
///
/// One document. Keys are text and unique in their map. Anchors, aliases and merge keys (`<<`) work; what they expand
/// to counts towards ``nodeLimit``, so that a short text cannot become a huge tree. Tags other than YAML's own are
/// refused. Source: YAML 1.1 as libyaml reads it, with booleans and null of the YAML 1.2 core schema.
struct YAMLReader: ~Copyable {
    private typealias Mark = YAMLEvents.Mark

    static let depthLimit = 64
    static let nodeLimit = 200_000

    private struct Composed {
        var node: ConfigurationNode
        /// The number of nodes in it, those of aliases included.
        var size: Int
        /// The number of levels in it, those of aliases included.
        var height: Int
    }

    private var events: YAMLEvents
    private let source: String
    private var anchors: [String: Composed] = [:]
    private var problems = DiagnosticList()

    private init(events: consuming YAMLEvents, source: String) {
        self.events = events
        self.source = source
    }

    /// Reads `bytes`. The node is `nil` if the text has no structure that could be gone on with.
    static func read(_ bytes: [UInt8], source: String) -> (node: ConfigurationNode?, problems: DiagnosticList) {
        bytes.withUnsafeBufferPointer { buffer in
            var problems = DiagnosticList()
            guard let events = YAMLEvents(buffer) else {
                problems.error("out of memory", at: .root, SourceLocation(source: source))
                return (nil, problems)
            }
            var reader = YAMLReader(events: events, source: source)
            do throws(Diagnostic) {
                let node = try reader.document()
                return (node, reader.problems)
            } catch {
                problems = reader.problems
                problems.append(error.explained(in: buffer))
                return (nil, problems)
            }
        }
    }

    private mutating func next() throws(Diagnostic) -> (YAMLEvents.Event, SourceLocation) {
        do throws(YAMLEvents.Problem) {
            let (event, mark) = try events.next()
            return (event, location(mark))
        } catch {
            throw failure("this is not YAML: \(error.message)", location(error.mark))
        }
    }

    private func location(_ mark: Mark) -> SourceLocation {
        SourceLocation(source: source, line: mark.line, column: mark.column)
    }

    private func failure(_ message: String, _ location: SourceLocation) -> Diagnostic {
        Diagnostic(severity: .error, path: "", location: location, message: message)
    }

    private mutating func document() throws(Diagnostic) -> ConfigurationNode {
        var root: ConfigurationNode?
        while true {
            let (event, place) = try next()
            switch event {
            case .streamStart, .documentEnd: continue
            case .streamEnd:
                return root
                    ?? ConfigurationNode(
                        content: .map([]), location: SourceLocation(source: source, line: 1, column: 1))
            case .documentStart:
                guard root == nil else {
                    throw failure("only one document is read; remove everything from this --- on", place)
                }
                let (first, firstPlace) = try next()
                root = try compose(first, at: firstPlace, depth: 0).node
            // The parser gives no other event outside a document.
            case .alias, .scalar, .listStart, .listEnd, .mapStart, .mapEnd:
                throw failure("this is not YAML: a value outside a document", place)
            }
        }
    }

    private mutating func compose(
        _ event: YAMLEvents.Event,
        at place: SourceLocation,
        depth: Int
    ) throws(Diagnostic) -> Composed {
        guard depth < Self.depthLimit else {
            throw failure("nested more than \(Self.depthLimit) levels deep", place)
        }
        let composed: Composed
        let name: String?
        switch event {
        case .alias(let name):
            guard var copy = anchors[name] else {
                throw failure(
                    "*\(FoundText.sanitized(name)) stands for nothing: there is no &anchor of that name above", place)
            }
            guard depth + copy.height <= Self.depthLimit else {
                throw failure("nested more than \(Self.depthLimit) levels deep, aliases included", place)
            }
            copy.node.location = place
            return copy
        case .scalar(let text, let isPlain, let anchor, let tag):
            try check(tag, at: place)
            let isText = !isPlain || tag == "tag:yaml.org,2002:str"
            let kind: ConfigurationNode.Scalar.Kind =
                isText ? .text : YAMLScalar.isNull(text) ? .null : .plain
            composed = Composed(
                node: ConfigurationNode(content: .scalar(.init(text: text, kind: kind)), location: place),
                size: 1,
                height: 1
            )
            name = anchor
        case .listStart(let anchor, let tag):
            try check(tag, at: place)
            composed = try list(at: place, depth: depth)
            name = anchor
        case .mapStart(let anchor, let tag):
            try check(tag, at: place)
            composed = try map(at: place, depth: depth)
            name = anchor
        case .streamStart, .streamEnd, .documentStart, .documentEnd, .listEnd, .mapEnd:
            throw failure("this is not YAML: a value is missing", place)
        }
        guard composed.size <= Self.nodeLimit else {
            throw failure("more than \(Self.nodeLimit) values, those that aliases repeat included", place)
        }
        if let name { anchors[name] = composed }
        return composed
    }

    private func check(_ tag: String?, at place: SourceLocation) throws(Diagnostic) {
        guard let tag, tag != "!", !tag.hasPrefix("tag:yaml.org,2002:") else { return }
        throw failure("the tag \(FoundText.sanitized(tag)) is not supported; remove it", place)
    }

    private mutating func list(at place: SourceLocation, depth: Int) throws(Diagnostic) -> Composed {
        var items: [ConfigurationNode] = []
        var size = 1
        var height = 0
        while true {
            let (event, itemPlace) = try next()
            if case .listEnd = event { break }
            let item = try compose(event, at: itemPlace, depth: depth + 1)
            items.append(item.node)
            height = max(height, item.height)
            size = try grown(size, by: item.size, at: itemPlace)
        }
        return Composed(node: ConfigurationNode(content: .list(items), location: place), size: size, height: height + 1)
    }

    private mutating func map(at place: SourceLocation, depth: Int) throws(Diagnostic) -> Composed {
        var entries: [ConfigurationNode.Entry] = []
        var places: [String: SourceLocation] = [:]
        var merged: [ConfigurationNode.Entry] = []
        var size = 1
        var height = 0
        while true {
            let (keyEvent, keyPlace) = try next()
            if case .mapEnd = keyEvent { break }
            let key = try compose(keyEvent, at: keyPlace, depth: depth + 1).node
            let (valueEvent, valuePlace) = try next()
            let value = try compose(valueEvent, at: valuePlace, depth: depth + 1)
            size = try grown(size, by: value.size, at: valuePlace)
            height = max(height, value.height)
            guard let name = text(ofKey: key) else { continue }
            if name == "<<", key.scalar?.kind == .plain {
                merged += mergeEntries(of: value.node)
            } else if let first = places[name] {
                let line = first.line.map { " in line \($0)" } ?? ""
                problems.error(
                    "\"\(FoundText.sanitized(name))\" is written twice; the first one is\(line)", at: .root, keyPlace)
            } else {
                places[name] = keyPlace
                entries.append(.init(key: name, keyLocation: keyPlace, value: value.node))
            }
        }
        // What a map says itself counts more than what it merges, wherever `<<` stands; of two merges the first.
        for entry in merged where places.updateValue(entry.keyLocation, forKey: entry.key) == nil {
            entries.append(entry)
        }
        let node = ConfigurationNode(content: .map(entries), location: place)
        return Composed(node: node, size: size, height: height + 1)
    }

    private func grown(_ size: Int, by more: Int, at place: SourceLocation) throws(Diagnostic) -> Int {
        // Each is at most the limit: the sum cannot overflow.
        guard size + more <= Self.nodeLimit else {
            throw failure("more than \(Self.nodeLimit) values, those that aliases repeat included", place)
        }
        return size + more
    }

    private mutating func text(ofKey key: ConfigurationNode) -> String? {
        guard let scalar = key.scalar else {
            problems.error("a key must be text, found \(key.shape)", at: .root, key.location)
            return nil
        }
        if scalar.kind == .null {
            problems.error("a key must be text, found nothing before the colon", at: .root, key.location)
            return nil
        }
        if scalar.kind == .plain, YAMLScalar.isNumberOrBoolean(scalar.text) {
            let written = FoundText.sanitized(scalar.text)
            problems.error(
                "a key must be text, found \(written); write \"\(written)\" in quotes", at: .root, key.location)
            return nil
        }
        return scalar.text
    }

    private mutating func mergeEntries(of value: ConfigurationNode) -> [ConfigurationNode.Entry] {
        if let entries = value.entries { return entries }
        if let items = value.list, items.allSatisfy({ $0.entries != nil }) { return items.flatMap { $0.entries ?? [] } }
        problems.error("<< merges a map or a list of maps, found \(value.shape)", at: .root, value.location)
        return []
    }
}

extension Diagnostic {
    /// Adds what libyaml does not say: that a tab is no indentation.
    fileprivate func explained(in text: UnsafeBufferPointer<UInt8>) -> Diagnostic {
        guard let line = location?.line, let column = location?.column else { return self }
        let lines = text.split(separator: UInt8(ascii: "\n"), maxSplits: line, omittingEmptySubsequences: false)
        guard line <= lines.count, lines[line - 1].dropFirst(column - 1).first == UInt8(ascii: "\t") else {
            return self
        }
        var result = self
        result.message += "; YAML is indented with spaces, and here is a tab"
        return result
    }
}
