import NIOCore
import SluiceCore
import SluiceWire

/// A request's body, and what one scan found in it.
struct ScannedRequest {
    /// Where the model stands, so that it can be replaced.
    enum Form {
        case json(OpenAIRequestScan)
        case multipart(OpenAIFormScan)
        /// A JSON object that does not name the model: the path does.
        case path(model: String, isStreaming: Bool)
    }

    let body: ByteBuffer
    let form: Form
    /// The surface whose shape the body has; that of the path, but for paths that several share.
    let surface: Surface
    /// The model that answers instead of the one that the body names, as if it had been asked for.
    var otherModel: String?

    var model: String {
        if let other = self.otherModel { return other }
        return switch self.form {
        case .json(let scan): scan.model
        case .multipart(let scan): scan.model
        case .path(let model, _): model
        }
    }

    /// `n`, where it is a small number; else one.
    var choices: Int {
        guard case .json(let scan) = self.form else { return 1 }
        let bytes = self.body.readableBytesUInt8Span
        for member in scan.members where member.kind == .number && JSONScanner.key(member, in: bytes, equals: "n") {
            let digits = bytes.extracting(member.value)
            return Int(String(decoding: (0..<digits.count).map { digits[$0] }, as: UTF8.self)).map { max(1, $0) } ?? 1
        }
        return 1
    }

    /// Whether the request does something that must not be done twice: makes pictures or sounds, or a response that the provider
    /// keeps or works on after it has answered.
    var isActing: Bool {
        switch self.surface {
        case .imageGenerations, .imageEdits, .imageVariations, .speech, .transcriptions, .translations:
            return true
        case .responses:
            guard case .json(let scan) = self.form else { return false }
            let bytes = self.body.readableBytesUInt8Span
            return scan.members.contains { member in
                member.kind == .true
                    && (JSONScanner.key(member, in: bytes, equals: "store")
                        || JSONScanner.key(member, in: bytes, equals: "background"))
            }
        default:
            return false
        }
    }

    /// The client's bound on the tokens of the answer, where its body names one that is read.
    var outputTokenLimit: Int? {
        if case .json(let scan) = self.form { scan.maxTokens } else { nil }
    }

    var isStreaming: Bool {
        switch self.form {
        case .json(let scan):
            // Ollama streams unless it is told not to.
            scan.isStreaming || (scan.streamIndex == nil && self.surface.streamsByDefault)
        case .multipart(let scan): scan.isStreaming
        case .path(_, let isStreaming): isStreaming
        }
    }
}
