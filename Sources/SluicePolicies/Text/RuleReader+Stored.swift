import SluiceCore
import SluiceWire

extension RuleReader {
    /// What a stored text is the definition of.
    public enum Definition: Sendable {
        /// ``KeyRecord/limits``, or the definition of a ``RuleRecord`` that is a limit: a map of limits without a budget.
        case limits
        /// ``KeyRecord/budget``, or the definition of a ``RuleRecord`` that is a budget: what stands at `budget` in a file.
        case budget
    }

    /// Reads a stored text, which is JSON.
    public func rules(json: String, _ definition: Definition, level: LimitLevel) -> Result {
        let text: RuleText
        do {
            text = try RuleText(json: json)
        } catch {
            return Result(problems: [RuleText.Problem("expected JSON: \(error.message)")])
        }
        switch definition {
        case .budget: return self.budgets(text, level: level)
        case .limits:
            if case .map(let entries) = text, entries.contains(where: { $0.name == "budget" }) {
                return Result(problems: [RuleText.Problem("a budget has a place of its own", at: [.name("budget")])])
            }
            return self.rules(text, level: level)
        }
    }

    /// What is wrong with a stored text, in words for who wrote it; `nil` where nothing is. A text that says nothing is wrong too.
    public func problem(json: String, _ definition: Definition) -> String? {
        let result = self.rules(json: json, definition, level: .key)
        if let problem = result.problems.first { return "\(problem)" }
        return result.rules.isEmpty ? "expected at least one limit or budget" : nil
    }
}
