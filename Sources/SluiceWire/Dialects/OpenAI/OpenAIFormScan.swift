/// What the gateway must know of a multipart request of an OpenAI surface: audio transcription, image edits.
///
/// The form's `model` and `stream` fields are found as ``OpenAIRequestScan`` finds the members of a JSON body; files
/// and other fields are only passed.
public struct OpenAIFormScan: Sendable, Equatable {
    /// The form.
    public let form: MultipartForm
    /// The model's name.
    public let model: String
    /// Where the model's name lies in the body, to be replaced by splicing.
    public let modelRange: Range<Int>
    /// Whether a stream is asked for.
    public let isStreaming: Bool

    private let count: Int

    /// Scans `bytes`, a whole body with the `Content-Type` value `contentType`.
    ///
    /// Throws ``OpenAIRequestError``: a malformed form (with the byte offset), no model or an empty one, a `model` or
    /// `stream` field written twice or in another case, a `stream` that is neither `true` nor `false`.
    public static func scan(
        _ bytes: Span<UInt8>, contentType: String, limits: MultipartForm.Limits = .default
    ) throws(OpenAIRequestError) -> OpenAIFormScan {
        let form: MultipartForm
        do throws(MultipartError) {
            let boundary = try MultipartForm.boundary(contentType: contentType)
            form = try MultipartForm.parse(bytes, boundary: boundary, limits: limits)
        } catch {
            throw OpenAIRequestError(
                kind: .malformedForm, message: "the form is not valid: \(error.message) (byte \(error.offset))",
                offset: error.offset)
        }
        guard let part = try single("model", in: form) else {
            throw OpenAIRequestError(
                kind: .missingModel, message: "you must provide a model parameter", param: "model")
        }
        guard part.filename == nil, (1...OpenAIRequestScan.maximumModelBytes).contains(part.content.count) else {
            throw OpenAIRequestError(
                kind: .invalidModel, message: "model: expected a field of 1 to 512 bytes, not a file", param: "model",
                offset: part.content.lowerBound)
        }
        return OpenAIFormScan(
            form: form, model: MultipartForm.text(of: part, in: bytes), modelRange: part.content,
            isStreaming: try isStreaming(form, bytes), count: bytes.count)
    }

    /// The body with `name` in place of the model, as runs of the original and the new name.
    public func segments(replacingModelWith name: String) -> [JSONSplice.Segment] {
        [
            .original(0..<modelRange.lowerBound), .inserted(Array(name.utf8)),
            .original(modelRange.upperBound..<count),
        ]
    }

    private static func isStreaming(_ form: MultipartForm, _ bytes: Span<UInt8>) throws(OpenAIRequestError) -> Bool {
        guard let part = try single("stream", in: form) else { return false }
        switch MultipartForm.text(of: part, in: bytes) {
        case "true", "True": return true
        case "false", "False", "": return false
        default:
            throw OpenAIRequestError(
                kind: .invalidStream, message: "stream: expected true or false (byte \(part.content.lowerBound))",
                param: "stream", offset: part.content.lowerBound)
        }
    }

    /// The one part of the field `name`, if there is any.
    private static func single(
        _ name: String, in form: MultipartForm
    ) throws(OpenAIRequestError) -> MultipartForm.Part? {
        let parts = form.parts.filter { $0.name.lowercased() == name }
        guard let first = parts.first else { return nil }
        guard parts.count == 1, first.name == name else {
            let at = (parts.last ?? first).headers.lowerBound
            throw OpenAIRequestError(
                kind: .duplicateMember, message: "\(name) must be written once, in lower case (byte \(at))",
                param: name, offset: at)
        }
        return first
    }
}
