import NIOHTTP1

/// A request that cannot be answered, before it is written in a vendor's shape.
struct RequestFault: Error, Equatable {
    var status: HTTPResponseStatus
    /// One sentence for people.
    var message: String
    /// The field that is at fault.
    var param: String?
    /// The code in OpenAI's shape.
    var code: String?
    /// The name of the error in the vendor's own words, when a test asks for one: the type of Anthropic's details,
    /// Google's status, the name of Amazon's exception.
    var vendorCode: String?
    /// How long to wait, as `retry-after` says it, for shapes that repeat it in the body.
    var retryAfter: String?
    /// The shape to write it in; nil for that of the endpoint.
    var shape: VendorShape?

    init(_ status: HTTPResponseStatus, _ message: String, param: String? = nil, code: String? = nil) {
        self.status = status
        self.message = message
        self.param = param
        self.code = code
    }

    /// A field with a wrong value: 400.
    static func invalid(_ param: String, _ problem: String, code: String = "invalid_value") -> RequestFault {
        RequestFault(.badRequest, "\(param): \(problem).", param: param, code: code)
    }

    init(_ fault: ShapeFault) {
        if fault.path.isEmpty {
            self.init(.badRequest, "The body: \(fault.problem).", code: fault.kind.rawValue)
        } else {
            let end = fault.problem.hasSuffix("?") ? "" : "."
            self.init(
                .badRequest, "\(fault.path): \(fault.problem)\(end)", param: fault.path, code: fault.kind.rawValue)
        }
    }

    init(_ error: BehaviourError) {
        switch error.reason {
        case .unknownModel:
            self.init(.notFound, error.message, param: "model", code: "model_not_found")
        case .unknownHeader, .badValue:
            self.init(.badRequest, error.message, param: error.subject, code: "invalid_mock_header")
        }
    }
}
