/// Puts together the arguments of a call that are streamed by path.
///
/// `{"partialArgs":[{"jsonPath":"$.place.city","stringValue":"Par","willContinue":true}],"willContinue":true}`: each
/// piece has a path, of names and positions (`$.a.b`, `$['a'][0]`), and a value; the pieces of one string are joined.
/// Source: google-genai 3.4.0, `FunctionCall`, `PartialArg` (2026-11); Vertex AI only.
struct GeminiPartialArguments: Sendable {
    private enum Step {
        case name(String)
        case position(Int)
    }

    private enum Value {
        case object([(name: String, node: Int)])
        case array([Int])
        /// The inside of a string that may grow.
        case text(JSONString)
        case raw(JSONFragment)
    }

    private static let depthLimit = 64
    private static let nodeLimit = 4096
    private static let byteLimit = 16 * 1024 * 1024

    private var nodes: [Value] = [.object([])]
    private var byteCount = 0
    /// The path of a string that goes on, so that its next piece is joined to it.
    private var growing: Int?

    /// Takes whole arguments that came beside the pieces.
    mutating func take(whole arguments: JSONNode) {
        for (key, value) in arguments.members {
            guard let node = place([.name(key)]) else { continue }
            nodes[node] = .raw(JSONFragment(written: GeminiCompactJSON.bytes(value.rawBytes)))
        }
    }

    /// Takes `partialArgs`; `false` when a piece makes no sense or the arguments grow too large.
    mutating func take(pieces: JSONNode) -> Bool {
        pieces.elements.allSatisfy { take(piece: $0) }
    }

    /// The arguments so far, as the text of a JSON object.
    var text: JSONString {
        var writer = JSONWriter()
        write(0, to: &writer)
        return GeminiCompactJSON.arguments(writer.take())
    }

    private mutating func take(piece: JSONNode) -> Bool {
        var path: [Step]?
        var value: Value?
        var goesOn = false
        for (key, member) in piece.members where !member.isNull {
            switch GeminiName.camel(key) {
            case "jsonPath": path = member.stringValue.flatMap { Self.steps($0) }
            case "stringValue": value = JSONString(member).map { .text($0) }
            case "numberValue", "boolValue": value = .raw(JSONFragment(member))
            case "nullValue": value = .raw(JSONFragment(written: Array("null".utf8)))
            case "willContinue": goesOn = member.boolValue ?? false
            default: break
            }
        }
        guard let path, !path.isEmpty, let node = place(path) else { return false }
        byteCount += piece.rawBytes.count
        guard byteCount <= Self.byteLimit else { return false }
        if case .text(let more) = value, case .text(var text) = nodes[node], growing == node {
            text.append(more)
            nodes[node] = .text(text)
        } else if let value {
            nodes[node] = value
        }
        growing = goesOn ? node : nil
        return true
    }

    /// The node at a path, made where it is missing; `nil` where the path does not fit what is there.
    private mutating func place(_ path: [Step]) -> Int? {
        var current = 0
        for (index, step) in path.enumerated() {
            let next: Int
            switch (step, nodes[current]) {
            case (.name(let name), .object(var members)):
                if let member = members.last(where: { $0.name == name }) {
                    next = member.node
                } else {
                    guard let node = make(before: path, index) else { return nil }
                    next = node
                    members.append((name, next))
                    nodes[current] = .object(members)
                }
            case (.position(let position), .array(var elements)):
                if position < elements.count {
                    next = elements[position]
                } else {
                    guard position == elements.count, let node = make(before: path, index) else { return nil }
                    next = node
                    elements.append(next)
                    nodes[current] = .array(elements)
                }
            default:
                return nil
            }
            current = next
        }
        return current
    }

    /// Makes the node that the step at `index` leads to: a container where more steps follow.
    private mutating func make(before path: [Step], _ index: Int) -> Int? {
        guard nodes.count < Self.nodeLimit else { return nil }
        if index + 1 < path.count {
            if case .name = path[index + 1] {
                nodes.append(.object([]))
            } else {
                nodes.append(.array([]))
            }
        } else {
            nodes.append(.text(.empty))
        }
        return nodes.count - 1
    }

    private func write(_ node: Int, to writer: inout JSONWriter) {
        switch nodes[node] {
        case .object(let members):
            writer.beginObject()
            for member in members {
                writer.key(member.name)
                write(member.node, to: &writer)
            }
            writer.endObject()
        case .array(let elements):
            writer.beginArray()
            for element in elements { write(element, to: &writer) }
            writer.endArray()
        case .text(let text): writer.string(text)
        case .raw(let value): writer.fragment(value)
        }
    }

    /// The steps of a path; `nil` for one that is not of names and positions, or too deep.
    private static func steps(_ path: String) -> [Step]? {
        let bytes = Array(path.utf8)
        guard bytes.first == UInt8(ascii: "$") else { return nil }
        var steps: [Step] = []
        var position = 1
        while position < bytes.count {
            guard steps.count < depthLimit, let step = step(bytes, &position) else { return nil }
            steps.append(step)
        }
        return steps
    }

    private static func step(_ bytes: [UInt8], _ position: inout Int) -> Step? {
        func end(_ start: Int, _ isEnd: (UInt8) -> Bool) -> Int {
            bytes[start...].firstIndex(where: isEnd) ?? bytes.count
        }
        if bytes[position] == UInt8(ascii: ".") {
            let start = position + 1
            guard start < bytes.count else { return nil }
            position = end(start) { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "[") }
            return position > start ? .name(String(decoding: bytes[start..<position], as: UTF8.self)) : nil
        }
        guard bytes[position] == UInt8(ascii: "["), position + 1 < bytes.count else { return nil }
        let start = position + 1
        let quote = bytes[start]
        if quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") {
            var name: [UInt8] = []
            var index = start + 1
            while index < bytes.count, bytes[index] != quote {
                if bytes[index] == JSONToken.backslash, index + 1 < bytes.count { index += 1 }
                name.append(bytes[index])
                index += 1
            }
            guard index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "]") else { return nil }
            position = index + 2
            return .name(String(decoding: name, as: UTF8.self))
        }
        let close = end(start) { $0 == UInt8(ascii: "]") }
        guard close < bytes.count, let number = Int(String(decoding: bytes[start..<close], as: UTF8.self)), number >= 0
        else { return nil }
        position = close + 1
        return .position(number)
    }
}
