import NIOCore
import SluiceWire

/// A request's body, and what one scan found in it.
struct ScannedRequest {
    /// Where the model stands, so that it can be replaced.
    enum Form {
        case json(OpenAIRequestScan)
        case multipart(OpenAIFormScan)
    }

    let body: ByteBuffer
    let form: Form

    var model: String {
        switch self.form {
        case .json(let scan): scan.model
        case .multipart(let scan): scan.model
        }
    }

    var isStreaming: Bool {
        switch self.form {
        case .json(let scan): scan.isStreaming
        case .multipart(let scan): scan.isStreaming
        }
    }
}
