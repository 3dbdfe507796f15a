import SluiceWire

/// A dialect reads whatever comes, and what it has read can be written: in its own dialect so that it reads it again, and
/// in every other so that it is JSON.
enum DialectOracle {
    static let chats = Dialect.allCases.filter { DialectRegistry.chat($0) != nil }

    static func check(_ dialect: Dialect, _ input: [UInt8]) -> String? {
        guard let codec = DialectRegistry.chat(dialect) else { return nil }
        let error = codec.readError(status: 429, body: input, header: { $0 == "retry-after" ? "1" : nil })
        if let retry = error.retryAfterSeconds, !(retry >= 0) { return "a retry before now" }
        for client in self.chats {
            guard let other = DialectRegistry.chat(client) else { continue }
            if !self.isJSON(other.writeError(error, requestID: "req").body) {
                return "an error is no JSON in \(client)"
            }
        }
        guard let document = try? JSONDocument(parsing: input) else { return nil }
        return self.checkRequest(document, codec) ?? self.checkResponse(document, codec)
    }

    private static func checkRequest(_ document: JSONDocument, _ codec: any ChatCodec.Type) -> String? {
        var reading = RequestReading(seal: FuzzSeal())
        guard let request = try? codec.readRequest(document, &reading) else { return nil }
        for target in self.chats {
            guard let other = DialectRegistry.chat(target) else { continue }
            var writing = RequestWriting(
                model: "m", capabilities: ModelCapabilities(), identifiers: NeutralIdentifiers(seed: 1, 2))
            guard let body = try? other.writeRequest(request, &writing) else { continue }
            guard let written = try? JSONDocument(parsing: body) else { return "a request is no JSON in \(target)" }
            if writing.losses.all.count > ConversionLosses.limit { return "losses without bound" }
            guard target == codec.dialect else { continue }
            var again = RequestReading(seal: FuzzSeal())
            do throws(ConversionError) {
                _ = try codec.readRequest(written, &again)
            } catch {
                return "a request is not read again: \(error.message)"
            }
        }
        return nil
    }

    private static func checkResponse(_ document: JSONDocument, _ codec: any ChatCodec.Type) -> String? {
        let request = NeutralRequest(messages: [])
        var reading = ResponseReading(model: "m", identifiers: NeutralIdentifiers(seed: 1, 2), request: request)
        guard let response = try? codec.readResponse(document, &reading) else { return nil }
        if let usage = response.usage, usage.totalTokens < usage.promptTokens {
            return "the total is less than its parts"
        }
        for client in self.chats {
            guard let other = DialectRegistry.chat(client) else { continue }
            var writing = self.answering(request)
            guard let body = try? other.writeResponse(response, &writing) else { continue }
            if !self.isJSON(body) { return "an answer is no JSON in \(client)" }
        }
        return nil
    }

    static func answering(_ request: NeutralRequest) -> ResponseWriting {
        ResponseWriting(
            model: "m", now: 1, requestID: "req", identifiers: NeutralIdentifiers(seed: 3, 4), seal: FuzzSeal(),
            request: request)
    }

    private static func isJSON(_ bytes: [UInt8]) -> Bool {
        do throws(JSONError) {
            try JSONScanner.validate(bytes.span)
            return true
        } catch {
            return false
        }
    }
}

/// A seal that everyone can make.
struct FuzzSeal: CarrierSeal {
    func tag(over bytes: Span<UInt8>) -> [UInt8] {
        var sum: UInt8 = 0
        for index in bytes.indices { sum = sum &* 31 &+ bytes[index] }
        return [UInt8](repeating: sum, count: 16)
    }
}
