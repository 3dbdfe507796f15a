/// Why a request of an OpenAI surface is answered 400 before it goes anywhere.
public struct OpenAIRequestError: Error, Sendable, Equatable {
    /// The classes of fault.
    public enum Kind: String, Sendable, Equatable {
        /// The body is not JSON, or not a JSON object.
        case malformedJSON
        /// The form is not well-formed `multipart/form-data`.
        case malformedForm
        /// No `model`.
        case missingModel
        /// `model` is no string, an empty one, or one that is too long for a name.
        case invalidModel
        /// A member that decides something here is written twice, or in two spellings that some servers read as one.
        case duplicateMember
        /// `stream` is neither a boolean nor `null`.
        case invalidStream
        /// `stream_options` is neither an object nor `null`, or its `include_usage` is no boolean.
        case invalidStreamOptions
        /// A token limit is neither an integer nor `null`.
        case invalidLimit
    }

    /// The class of fault.
    public var kind: Kind
    /// One sentence for the client, with the byte offset where that helps.
    public var message: String
    /// The member at fault, as clients name it.
    public var param: String?
    /// How many bytes of the body precede the fault.
    public var offset: Int?

    /// Creates an error.
    public init(kind: Kind, message: String, param: String? = nil, offset: Int? = nil) {
        self.kind = kind
        self.message = message
        self.param = param
        self.offset = offset
    }

    /// The body that tells the client, for status 400.
    public var body: OpenAIErrorBody {
        OpenAIErrorBody(message: message, type: "invalid_request_error", param: param, code: code)
    }

    /// The stable code of the class, as OpenAI names it where it does.
    private var code: String? {
        switch kind {
        case .malformedJSON, .malformedForm: "invalid_body"
        case .missingModel: "missing_required_parameter"
        case .invalidModel, .invalidStream, .invalidStreamOptions, .invalidLimit: "invalid_type"
        case .duplicateMember: "duplicate_parameter"
        }
    }
}

extension OpenAIRequestError: CustomStringConvertible {
    /// The class and the member; the message holds nothing of the body but the member's name.
    public var description: String {
        message
    }
}
