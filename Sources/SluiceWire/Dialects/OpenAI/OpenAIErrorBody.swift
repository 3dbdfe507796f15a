/// The error of OpenAI's dialects: `{"error":{"message","type","param","code"}}`, all four keys always present.
public struct OpenAIErrorBody: Sendable, Equatable {
    /// What was wrong and what to do, for people.
    public var message: String
    /// The class: `invalid_request_error`, `authentication_error`, `rate_limit_error`, `server_error`, ...
    public var type: String
    /// The request member at fault.
    public var param: String?
    /// The stable code: `model_not_found`, `invalid_api_key`, `context_length_exceeded`, ...
    public var code: String?

    /// Creates an error body.
    public init(message: String, type: String, param: String? = nil, code: String? = nil) {
        self.message = message
        self.type = type
        self.param = param
        self.code = code
    }

    /// The JSON text of a whole error reply.
    public var bytes: [UInt8] {
        var writer = JSONWriter(capacity: 96 + message.utf8.count)
        write(to: &writer)
        return writer.take()
    }

    /// Writes `{"error":{...}}`.
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("error" as StaticString)
        writer.beginObject()
        writer.key("message" as StaticString)
        writer.string(message)
        writer.key("type" as StaticString)
        writer.string(type)
        writer.key("param" as StaticString)
        Self.write(param, to: &writer)
        writer.key("code" as StaticString)
        Self.write(code, to: &writer)
        writer.endObject()
        writer.endObject()
    }

    static func write(_ value: String?, to writer: inout JSONWriter) {
        if let value { writer.string(value) } else { writer.null() }
    }
}
