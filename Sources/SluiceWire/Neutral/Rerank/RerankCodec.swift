/// One dialect of rerank: its bytes to the neutral model and back, as client surface and as target.
public protocol RerankCodec: Sendable {
    /// Which dialect it is.
    static var dialect: Dialect { get }

    /// Reads a client's request. Throws ``ConversionError/Kind/invalid`` where it breaks the dialect's own rules.
    static func readRequest(
        _ document: JSONDocument,
        _ context: inout RerankContext
    ) throws(ConversionError) -> NeutralRerankRequest

    /// Writes an answer for the client of `request`; `context.model` is the client's own name of the model.
    static func writeResponse(
        _ response: NeutralRerankResponse,
        to request: NeutralRerankRequest,
        _ context: inout RerankContext
    ) throws(ConversionError) -> [UInt8]

    /// Writes a request for a provider; `context.model` is the provider's name of the model.
    static func writeRequest(
        _ request: NeutralRerankRequest,
        _ context: inout RerankContext
    ) throws(ConversionError) -> [UInt8]

    /// Reads a provider's answer of status 2xx to `request`: the best first, no more than were asked for.
    static func readResponse(
        _ document: JSONDocument,
        to request: NeutralRerankRequest,
        _ context: inout RerankContext
    ) throws(ConversionError) -> NeutralRerankResponse

    /// Reads a provider's error: any bytes. `header` looks up a response header field by its lower-case name.
    static func readError(status: Int, body: [UInt8], header: (String) -> String?) -> NeutralError

    /// Writes an error for a client: its HTTP status in this dialect, and its body.
    static func writeError(_ error: NeutralError, requestID: String) -> (status: Int, body: [UInt8])
}

/// What converting rerank needs to know beside the bytes.
public struct RerankContext: Sendable {
    /// The model: by the client's name toward a client, by the provider's toward a provider.
    public var model: String
    /// The gateway's id of the request, for answers that must have one where the provider gave none.
    public var requestID: String
    /// What could not be carried.
    public var losses = ConversionLosses()

    /// Makes a context.
    public init(model: String, requestID: String) {
        self.model = model
        self.requestID = requestID
    }
}

extension RerankCodec {
    /// The documents of a list of texts or of objects with a `text`.
    static func documents(
        _ node: JSONNode?, field: String
    ) throws(ConversionError) -> [NeutralRerankDocument] {
        guard let node, node.kind == .array, node.count > 0 else {
            throw .invalid(field, "\(field) must be a list and not be empty.")
        }
        var documents: [NeutralRerankDocument] = []
        documents.reserveCapacity(node.count)
        for element in node.elements {
            if let text = JSONString(element) {
                documents.append(NeutralRerankDocument(text))
            } else if let text = JSONString(element["text"]) {
                documents.append(NeutralRerankDocument(text, object: JSONFragment(element)))
            } else if element.kind == .object {
                throw .unsupported("\(field)[\(documents.count)]", "Documents without a text cannot be ranked here.")
            } else {
                throw .invalid("\(field)[\(documents.count)]", "A document must be a text or have one.")
            }
        }
        return documents
    }

    /// The results of a list of objects with an index and a score, checked against the request, in order.
    static func results(
        _ node: JSONNode?, score: String, origin: Dialect, to request: NeutralRerankRequest, known: [String]
    ) throws(ConversionError) -> NeutralRerankResponse {
        guard let node, node.kind == .array else { throw .malformed("The provider's answer has no results.") }
        var response = NeutralRerankResponse(results: [])
        response.results.reserveCapacity(node.count)
        for element in node.elements {
            guard let index = element["index"]?.intValue, request.documents.indices.contains(index),
                let value = NumberText(element[score])
            else { throw .malformed("The provider's answer has a result without a document or a score.") }
            var result = NeutralRerankResponse.Result(index: index, score: value)
            for (key, value) in element.members where !known.contains(key) && !value.isNull {
                result.extras.append(key, JSONFragment(value), from: origin)
            }
            response.results.append(result)
        }
        response.arrange(limit: request.limit)
        return response
    }

    /// An integer that is not negative.
    static func count(_ value: JSONNode, _ field: String) throws(ConversionError) -> Int {
        guard let count = value.intValue, count >= 0 else {
            throw .invalid(field, "\(field) must be an integer and not be negative.")
        }
        return count
    }

    /// A truth value.
    static func flag(_ value: JSONNode, _ field: String) throws(ConversionError) -> Bool {
        guard let flag = value.boolValue else { throw .invalid(field, "\(field) must be true or false.") }
        return flag
    }
}
