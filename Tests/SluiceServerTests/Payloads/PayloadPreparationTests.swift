import NIOCore
import SluiceCore
import SluiceHTTP
import SluiceWire
import Testing

@testable import SluiceServer

@Suite("What of a payload is stored")
struct PayloadPreparationTests {
    private let prepare = PayloadPreparation(redactor: Redactor(RedactionRules()), limitBytes: 1000)

    private func gzip(_ text: String) throws -> [UInt8] {
        let deflater = try #require(Deflater())
        var encoded = deflater.encode(ByteBuffer(string: text))
        encoded.writeImmutableBuffer(deflater.finish())
        return Array(encoded.readableBytesView)
    }

    private func payload(_ answer: PayloadBody) -> Payload {
        Payload(
            receivedAt: 0, requestID: "r", route: "/", status: 200,
            request: PayloadBody(bytes: Array(#"{"a":"ann@example.com"}"#.utf8), contentType: "application/json"),
            answer: answer)
    }

    @Test("a compressed answer is decoded, and both bodies are redacted")
    func compressed() throws {
        let bytes = try self.gzip(#"{"b":"sk-abc123def456ghi789","c":"bob@example.com"}"#)
        let stored = self.prepare(
            self.payload(PayloadBody(bytes: bytes, contentType: "application/json", contentEncoding: "gzip")))
        #expect(String(decoding: stored.request.bytes, as: UTF8.self) == #"{"a":"[redacted:email]"}"#)
        #expect(
            String(decoding: stored.answer.bytes, as: UTF8.self)
                == #"{"b":"[redacted:api_key]","c":"[redacted:email]"}"#)
        #expect(stored.redactions == 3 && !stored.answer.isCut && stored.answer.contentEncoding == nil)
    }

    @Test("of one that was cut, or becomes longer than is kept, the beginning is stored")
    func cut() throws {
        let text = #"{"b":""# + (0..<2000).map { "word\($0 * 7919) " }.joined() + #""}"#
        let bytes = try self.gzip(text)
        for part in [bytes, Array(bytes.prefix(bytes.count / 2))] {
            let stored = self.prepare(
                self.payload(PayloadBody(bytes: part, contentType: "application/json", contentEncoding: "gzip")))
            #expect(stored.answer.isCut && stored.answer.bytes.count <= 1000)
            #expect(stored.answer.bytes.starts(with: Array(#"{"b":"word0 word7919 "#.utf8)))
        }
    }

    @Test("what cannot be decoded is not kept")
    func unknown() {
        for (encoding, bytes) in [("br", [1, 2, 3]), ("gzip", [9, 9, 9, 9])] as [(String, [UInt8])] {
            let stored = self.prepare(self.payload(PayloadBody(bytes: bytes, contentEncoding: encoding)))
            #expect(stored.answer.bytes.isEmpty && stored.answer.isCut)
        }
    }
}
