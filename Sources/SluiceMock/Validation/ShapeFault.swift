/// The first difference between a request and its ``Shape``.
struct ShapeFault: Error, Equatable {
    enum Kind: String {
        case missing = "missing_required_parameter"
        case unknown = "unknown_parameter"
        case type = "invalid_type"
        case value = "invalid_value"
    }

    var kind: Kind
    /// Where, like `messages[2].content`; empty for the request itself.
    var path = ""
    /// What is wrong there, without the path.
    var problem: String

    init(_ kind: Kind, _ problem: String) {
        self.kind = kind
        self.problem = problem
    }

    /// The same fault as seen from one level up.
    func under(_ step: String) -> ShapeFault {
        var copy = self
        copy.path = path.isEmpty || path.hasPrefix("[") ? step + path : step + "." + path
        return copy
    }
}
