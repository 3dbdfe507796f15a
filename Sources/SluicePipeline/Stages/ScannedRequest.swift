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

    var isStreaming: Bool {
        switch self.form {
        case .json(let scan): scan.isStreaming
        case .multipart(let scan): scan.isStreaming
        }
    }
}
