/// A request method as a label: the registered ones by name, anything that a client made up as `other`.
enum MethodLabel: UInt8, CaseIterable {
    case other
    case post
    case get
    case head
    case options
    case put
    case patch
    case delete
    case connect
    case trace

    init(_ method: String) {
        switch method {
        case "POST": self = .post
        case "GET": self = .get
        case "HEAD": self = .head
        case "OPTIONS": self = .options
        case "PUT": self = .put
        case "PATCH": self = .patch
        case "DELETE": self = .delete
        case "CONNECT": self = .connect
        case "TRACE": self = .trace
        default: self = .other
        }
    }

    var text: String {
        switch self {
        case .other: "other"
        case .post: "POST"
        case .get: "GET"
        case .head: "HEAD"
        case .options: "OPTIONS"
        case .put: "PUT"
        case .patch: "PATCH"
        case .delete: "DELETE"
        case .connect: "CONNECT"
        case .trace: "TRACE"
        }
    }
}
