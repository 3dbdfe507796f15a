import ArgumentParser
import SluiceWire

/// Members of a body from arguments: `name=Red`, `is_disabled=true`, `metadata={"plan":"gold"}`.
///
/// A value that is JSON but no number is taken as such, so that a name of digits stays a name; everything else is a string.
struct FieldArguments {
    private var members: [(name: String, json: [UInt8])] = []

    init(_ arguments: [String]) throws {
        for argument in arguments {
            guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else {
                throw ValidationError("expected FIELD=VALUE, found '\(argument)'")
            }
            self.set(String(argument[..<equals]), Self.value(String(argument[argument.index(after: equals)...])))
        }
    }

    /// The string that a member is.
    func string(_ name: String) -> String? {
        guard let member = self.members.first(where: { $0.name == name }) else { return nil }
        return (try? JSONDocument(parsing: member.json))?.root.stringValue
    }

    /// Sets a member to a string, where there is one.
    mutating func set(_ name: String, string value: String?) {
        guard let value else { return }
        var writer = JSONWriter()
        writer.string(value)
        self.set(name, writer.take())
    }

    /// Sets a member to a list, where it is not empty.
    mutating func set(_ name: String, list: [String]) {
        guard !list.isEmpty else { return }
        var writer = JSONWriter()
        writer.beginArray()
        for element in list { writer.string(element) }
        writer.endArray()
        self.set(name, writer.take())
    }

    /// The body.
    var body: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        for member in self.members {
            writer.key(member.name)
            writer.raw(member.json)
        }
        writer.endObject()
        return writer.take()
    }

    private mutating func set(_ name: String, _ json: [UInt8]) {
        self.members.removeAll { $0.name == name }
        self.members.append((name, json))
    }

    private static func value(_ text: String) -> [UInt8] {
        if let document = try? JSONDocument(parsing: Array(text.utf8)), document.root.kind != .number {
            return Array(document.root.rawBytes)
        }
        var writer = JSONWriter()
        writer.string(text)
        return writer.take()
    }
}
