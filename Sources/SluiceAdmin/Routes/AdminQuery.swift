import Hummingbird
import SluiceCore

/// The parameters of a query, each with its rule. A name that nobody knows is refused.
struct AdminQuery {
    /// The page that a list gives when none is asked for, and the largest.
    static let pageDefault = 50
    static let pageLargest = 200

    private var values: [String: String] = [:]

    init(_ request: Request, known: Set<String>) throws(AdminError) {
        for (name, value) in request.uri.queryParameters {
            let name = String(name)
            guard known.contains(name) else {
                let shown = known.sorted().joined(separator: ", ")
                throw AdminError(
                    .invalidQuery,
                    shown.isEmpty
                        ? "This path takes no query."
                        : "There is no parameter \(FieldRules.quoted(name)). Those that are taken are \(shown).",
                    parameter: FieldRules.shortened(name))
            }
            guard self.values[name] == nil else {
                throw AdminError(.invalidQuery, "The parameter \(name) stands twice in the query.", parameter: name)
            }
            self.values[name] = String(value)
        }
    }

    /// A parameter that is not empty.
    subscript(_ name: String) -> String? {
        self.values[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// `limit` and `after`.
    func page() throws(AdminError) -> PageRequest {
        var limit = Self.pageDefault
        if let text = self["limit"] {
            guard let number = Int(text), (1...Self.pageLargest).contains(number) else {
                throw AdminError(
                    .invalidQuery, "limit: expected a number from 1 to \(Self.pageLargest).", parameter: "limit")
            }
            limit = number
        }
        return PageRequest(limit: limit, after: self["after"])
    }

    /// `true` or `false`; `false` when it is not there.
    func flag(_ name: String) throws(AdminError) -> Bool {
        switch self[name] {
        case nil, "false": return false
        case "true": return true
        default: throw AdminError(.invalidQuery, "\(name): expected true or false.", parameter: name)
        }
    }

    /// What is seen: all of the scope, or of it what belongs to the tenant that `tenant_id` names. A tenant outside of the scope has
    /// nothing.
    func scope(within access: AdminAccess) throws(AdminError) -> TenantScope {
        guard let text = self["tenant_id"] else { return access.scope }
        guard access.scope.holds(TenantID(text)) else {
            throw AdminError(.notFound, "There is no such tenant.", parameter: "tenant_id")
        }
        return .tenant(TenantID(text))
    }
}
