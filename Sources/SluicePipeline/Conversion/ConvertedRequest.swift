import SluiceCore
import SluiceWire

/// A request in the dialect of a target, and what to do with the answer.
struct ConvertedRequest {
    let body: [UInt8]
    let answer: AnswerConversion

    /// Converts a client's request for a target.
    ///
    /// Throws what the client is told: a request that makes no sense, one that asks for what the target cannot do, and with
    /// `isStrict` one that would lose anything.
    init(
        _ source: ConversionSource,
        to surface: Surface,
        model: String,
        capabilities: ModelCapabilities,
        provider: any Provider,
        isStrict: Bool
    ) throws(ConversionError) {
        switch source.surface.operation {
        case .chat: self = try .chat(source, to: surface, model: model, capabilities: capabilities, kind: provider.kind)
        case .countTokens:
            self = try .tokenCount(source, to: surface, model: model, capabilities: capabilities, kind: provider.kind)
        case .embed: self = try .embedding(source, to: surface, model: model, capabilities: capabilities)
        case .rerank: self = try .rerank(source, to: surface, model: model)
        case .native:
            throw .unsupported(
                "model", "\(source.surface.route) cannot be converted for the provider \(provider.name).")
        }
        if isStrict, let loss = self.answer.losses.firstVisible {
            throw .unsupported(
                loss.field,
                "'\(loss.field)' is not supported by \(provider.name)/\(model), and this model is set to convert strictly."
            )
        }
    }

    init(body: [UInt8], answer: AnswerConversion) {
        self.body = body
        self.answer = answer
    }

    private static func chat(
        _ source: ConversionSource,
        to surface: Surface,
        model: String,
        capabilities: ModelCapabilities,
        kind: String
    ) throws(ConversionError) -> ConvertedRequest {
        guard let client = DialectRegistry.chat(source.surface.dialect),
            let target = DialectRegistry.chat(surface.dialect)
        else { throw .unsupported("model", "\(source.surface.route) cannot be converted to \(surface.route).") }
        let shared = try source.neutral()
        if let field = shared.request.extras.essential(notFor: surface.dialect) {
            throw .unsupported(field, "'\(field)' means something to its own vendor only, and cannot be left out.")
        }
        var writing = RequestWriting(
            model: model, capabilities: capabilities, identifiers: source.identifiers(), kind: kind)
        let body = try target.writeRequest(shared.request, &writing)
        var losses = source.losses
        losses.merge(writing.losses)
        let reading = ResponseReading(model: model, identifiers: source.identifiers(), request: shared)
        let answering = source.responseWriting(shared, target: model)
        let read = { (document: JSONDocument) throws(ConversionError) -> (NeutralResponse, ConversionLosses) in
            var context = reading
            let response = try target.readResponse(document, &context)
            return (response, context.losses)
        }
        let write = { (response: NeutralResponse) throws(ConversionError) -> AnswerConversion.Whole in
            var context = answering
            let body = try client.writeResponse(response, &context)
            return AnswerConversion.Whole(
                body: body,
                usage: response.usage,
                finishReason: response.finish.vendorWord ?? response.finish.reason.rawValue,
                losses: context.losses
            )
        }
        var answer = AnswerConversion(
            target: surface.dialect,
            whole: { (document) throws(ConversionError) in
                let (response, losses) = try read(document)
                var whole = try write(response)
                whole.losses.merge(losses)
                return whole
            },
            losses: losses
        )
        answer.neutral = { (document) throws(ConversionError) in try read(document).0 }
        answer.written = write
        answer.stream = {
            AnswerConversion.Stream(
                reader: target.makeStreamReader(reading),
                writer: client.makeStreamWriter(answering)
            )
        }
        return ConvertedRequest(body: body, answer: answer)
    }

    private static func tokenCount(
        _ source: ConversionSource,
        to surface: Surface,
        model: String,
        capabilities: ModelCapabilities,
        kind: String
    ) throws(ConversionError) -> ConvertedRequest {
        guard let client = DialectRegistry.tokenCount(source.surface.dialect),
            let target = DialectRegistry.tokenCount(surface.dialect)
        else { throw .unsupported("model", "\(source.surface.route) cannot be converted to \(surface.route).") }
        let request = try source.neutral().request
        var writing = RequestWriting(
            model: model, capabilities: capabilities, identifiers: source.identifiers(), kind: kind)
        let body = try target.writeCountRequest(request, &writing)
        // What does not take part in the count is no loss.
        return ConvertedRequest(
            body: body,
            answer: AnswerConversion(
                target: surface.dialect,
                whole: { (document) throws(ConversionError) in
                    AnswerConversion.Whole(body: client.writeCount(try target.readCount(document)))
                },
                losses: source.losses
            )
        )
    }

    private static func rerank(
        _ source: ConversionSource,
        to surface: Surface,
        model: String
    ) throws(ConversionError) -> ConvertedRequest {
        guard let client = DialectRegistry.rerank(source.surface.dialect),
            let target = DialectRegistry.rerank(surface.dialect)
        else { throw .unsupported("model", "\(source.surface.route) cannot be converted to \(surface.route).") }
        var answering = RerankContext(model: source.answeredModel(model), requestID: source.requestID)
        let request = try client.readRequest(try source.tree(), &answering)
        var asking = RerankContext(model: model, requestID: source.requestID)
        let body = try target.writeRequest(request, &asking)
        var losses = answering.losses
        losses.merge(asking.losses)
        let (asked, answered) = (asking, answering)
        return ConvertedRequest(
            body: body,
            answer: AnswerConversion(
                target: surface.dialect,
                whole: { (document) throws(ConversionError) in
                    var reading = asked
                    let response = try target.readResponse(document, to: request, &reading)
                    var writing = answered
                    let body = try client.writeResponse(response, to: request, &writing)
                    return AnswerConversion.Whole(body: body, usage: response.usage, losses: writing.losses)
                },
                losses: losses
            )
        )
    }
}
