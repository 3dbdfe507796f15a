import SluiceWire
import Testing

@Suite("OpenAIFormScan")
struct OpenAIFormScanTests {
    private static let contentType = "multipart/form-data; boundary=b"

    private static func field(_ name: String, _ value: String, _ rest: String = "") -> String {
        "--b\r\nContent-Disposition: form-data; name=\"\(name)\"\(rest)\r\n\r\n\(value)\r\n"
    }

    private static let file = field("file", "RIFF\u{0}", "; filename=\"a.wav\"\r\nContent-Type: audio/wav")

    private func fault(_ text: String, contentType: String = contentType) -> OpenAIRequestError? {
        do throws(OpenAIRequestError) {
            _ = try OpenAIFormScan.scan(Array(text.utf8).span, contentType: contentType)
            return nil
        } catch {
            return error
        }
    }

    @Test("finds the model and replaces it, touching no other byte")
    func model() throws {
        let text = Self.file + Self.field("model", "whisper-1") + Self.field("stream", "true") + "--b--\r\n"
        let bytes = Array(text.utf8)
        let scan = try OpenAIFormScan.scan(bytes.span, contentType: Self.contentType)
        #expect(scan.model == "whisper-1")
        #expect(scan.isStreaming)
        let edited = scan.segments(replacingModelWith: "large-v3").reduce(into: [UInt8]()) { output, segment in
            switch segment {
            case .original(let range): output += bytes[range]
            case .inserted(let inserted): output += inserted
            }
        }
        #expect(
            edited
                == Array(
                    (Self.file + Self.field("model", "large-v3") + Self.field("stream", "true") + "--b--\r\n").utf8))
    }

    @Test(
        "refuses what it cannot act on",
        arguments: [
            (file + "--b--", OpenAIRequestError.Kind.missingModel, "model"),
            (field("model", "") + "--b--", .invalidModel, "model"),
            (field("model", "m", "; filename=\"m\"") + "--b--", .invalidModel, "model"),
            (field("model", "m") + field("model", "n") + "--b--", .duplicateMember, "model"),
            (field("model", "m") + field("Model", "n") + "--b--", .duplicateMember, "model"),
            (field("MODEL", "m") + "--b--", .duplicateMember, "model"),
            (field("model", "m") + field("stream", "yes") + "--b--", .invalidStream, "stream"),
            (
                field("model", "m") + field("stream", "true") + field("stream", "false") + "--b--", .duplicateMember,
                "stream"
            ),
            (field("model", "m"), .malformedForm, nil), ("{}", .malformedForm, nil),
        ] as [(String, OpenAIRequestError.Kind, String?)])
    func refuses(text: String, kind: OpenAIRequestError.Kind, param: String?) {
        #expect(fault(text)?.kind == kind)
        #expect(fault(text)?.param == param)
    }

    @Test("refuses a content type without a boundary")
    func contentType() {
        #expect(fault(Self.field("model", "m") + "--b--", contentType: "multipart/form-data")?.kind == .malformedForm)
    }
}
