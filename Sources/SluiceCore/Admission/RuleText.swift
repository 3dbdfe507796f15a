/// A part of the configuration, or of a stored rule, that says what limits and budgets there are: texts, lists and maps.
///
/// Where it stands nobody needs to know what it means; `SluicePolicies` does, and reads files and stored records alike.
public indirect enum RuleText: Sendable, Hashable {
    /// One value: `60/minute`.
    case text(String)
    /// Several.
    case list([RuleText])
    /// Values by name, in the order in which they are written.
    case map([Entry])

    /// One name of a map with its value.
    public struct Entry: Sendable, Hashable {
        /// The name.
        public var name: String
        /// The value.
        public var value: RuleText

        /// Makes an entry.
        public init(_ name: String, _ value: RuleText) {
            self.name = name
            self.value = value
        }
    }

    /// A step from a value to one within it.
    public enum Step: Sendable, Hashable {
        /// To what has this name in a map.
        case name(String)
        /// To the item at this place of a list, counted from 0.
        case item(Int)
    }

    /// What is wrong with a rule, and where.
    public struct Problem: Sendable, Hashable {
        /// The way from the outermost value to what is wrong.
        public var path: [Step]
        /// What was expected, as `expected a rate like 60/minute or 60/10s`, or what else is wrong.
        public var message: String

        /// Makes a problem.
        public init(_ message: String, at path: [Step] = []) {
            self.path = path
            self.message = message
        }
    }
}

extension RuleText.Problem: CustomStringConvertible {
    /// `budget.alerts[0]: expected a percentage from 1% to 100%, like 80%`.
    public var description: String {
        var place = ""
        for step in self.path {
            switch step {
            case .name(let name): place += place.isEmpty ? name : ".\(name)"
            case .item(let index): place += "[\(index)]"
            }
        }
        return place.isEmpty ? self.message : "\(place): \(self.message)"
    }
}
