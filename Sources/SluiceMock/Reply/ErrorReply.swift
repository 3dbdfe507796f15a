import NIOHTTP1

/// The error that a behaviour asks for, with the body that it asks for.
struct ErrorReply {
    let behaviour: Behaviour
    let request: ReceivedRequest
    let shape: VendorShape
    let requestID: String

    func plan() -> ReplyPlan {
        let status = HTTPResponseStatus(statusCode: behaviour.status ?? (behaviour.errorCode == nil ? 500 : 400))
        var fault = RequestFault(
            status, message(status), code: behaviour.errorCode ?? VendorShape.code(for: Int(status.code)))
        fault.vendorCode = behaviour.errorCode
        fault.retryAfter = behaviour.retryAfter
        let body = shape.body(fault, requestID: requestID)
        var plan: ReplyPlan
        switch behaviour.errorBody {
        case .json, .echoKey: plan = ReplyPlan(status: status, json: body)
        case .truncated: plan = ReplyPlan(status: status, json: Array(body.prefix(body.count / 2)))
        case .empty: plan = ReplyPlan(status: status, contentType: "application/json", body: .whole([]))
        case .text:
            plan = ReplyPlan(
                status: status, contentType: "text/plain", body: .whole([.bytes(Array("mock failure\n".utf8))]))
        case .html:
            let page = "<html><head><title>\(status.code)</title></head><body><h1>mock failure</h1></body></html>\n"
            plan = ReplyPlan(status: status, contentType: "text/html", body: .whole([.bytes(Array(page.utf8))]))
        }
        plan.behaviour = behaviour
        for (name, value) in shape.headers(fault) { plan.headers.add(name: name, value: value) }
        if let wait = behaviour.retryAfter { addRetryAfter(wait, to: &plan.headers) }
        return plan
    }

    private func message(_ status: HTTPResponseStatus) -> String {
        guard behaviour.errorBody == .echoKey else { return "The mock model was told to answer \(status.code)." }
        return "Incorrect API key provided: \(shape.key(of: request) ?? "none")."
    }

    /// `2` is `retry-after`, `250ms` is `retry-after-ms`; a date goes as it is.
    private func addRetryAfter(_ wait: String, to headers: inout HTTPHeaders) {
        if wait.hasSuffix("ms"), let milliseconds = Int(wait.dropLast(2)) {
            headers.add(name: "retry-after-ms", value: String(milliseconds))
        } else {
            headers.add(name: "retry-after", value: wait)
        }
    }
}
