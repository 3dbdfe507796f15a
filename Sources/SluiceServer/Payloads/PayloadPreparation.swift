import NIOCore
import SluiceCore
import SluiceHTTP
import SluiceWire

/// Makes of a captured payload what is stored: without compression, and redacted.
struct PayloadPreparation: Sendable {
    private static let piece = 16 * 1024

    let redactor: Redactor
    /// How much of a body is kept.
    let limitBytes: Int

    func callAsFunction(_ payload: Payload) -> Payload {
        var payload = payload
        payload.redactions = self.prepare(&payload.request, isStreamed: false)
        payload.redactions += self.prepare(&payload.answer, isStreamed: payload.isStreamed)
        return payload
    }

    /// Returns how many places were redacted.
    private func prepare(_ body: inout PayloadBody, isStreamed: Bool) -> Int {
        if body.contentEncoding != nil { self.decode(&body) }
        var form = BodyForm(contentType: body.contentType, isStreamed: isStreamed)
        if form == .frames {
            body.bytes = BodyForm.events(ofFrames: body.bytes)
            form = .events
        }
        let result = self.redactor.redact(body.bytes, as: form, isCut: body.isCut)
        body.bytes = result.bytes
        return result.count
    }

    /// Takes the compression away, as far as there is enough of it. What cannot be read is not kept: it could not be redacted either.
    private func decode(_ body: inout PayloadBody) {
        let encoded = body.bytes
        body.bytes = []
        guard body.contentEncoding == "gzip" || body.contentEncoding == "deflate",
            let inflater = Inflater(limitBytes: .max)
        else {
            body.isCut = body.isCut || !encoded.isEmpty
            body.contentEncoding = nil
            return
        }
        body.contentEncoding = nil
        var position = 0
        while position < encoded.count, body.bytes.count < self.limitBytes {
            let end = min(position + Self.piece, encoded.count)
            guard let decoded = try? inflater.decode(ByteBuffer(bytes: encoded[position..<end])) else { break }
            body.bytes.append(contentsOf: decoded.readableBytesView.prefix(self.limitBytes - body.bytes.count))
            position = end
        }
        if !inflater.isComplete || body.bytes.count >= self.limitBytes { body.isCut = true }
    }
}
