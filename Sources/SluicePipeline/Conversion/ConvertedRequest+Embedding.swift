import SluiceCore
import SluiceWire

extension ConvertedRequest {
    /// Converts a request for embeddings, into as many calls as its inputs take at the model.
    static func embedding(
        _ source: ConversionSource,
        to surface: Surface,
        model: String,
        capabilities: ModelCapabilities
    ) throws(ConversionError) -> ConvertedRequest {
        guard let client = DialectRegistry.embedding(source.surface.dialect),
            let target = DialectRegistry.embedding(surface.dialect)
        else { throw .unsupported("model", "\(source.surface.route) cannot be converted to \(surface.route).") }
        var answering = EmbeddingContext(model: source.answeredModel(model))
        let request = try client.readRequest(try source.tree(), &answering)
        guard request.inputs.count <= ConversionBounds.topElements else {
            throw .invalid("input", "More than \(ConversionBounds.topElements) inputs cannot be converted at once.")
        }
        let batches = request.batches(of: capabilities.maximumEmbeddingInputs ?? Int.max)
        guard batches.count <= ConversionBounds.calls else {
            throw .unsupported(
                "input",
                "These \(request.inputs.count) inputs need \(batches.count) calls to the model; "
                    + "more than \(ConversionBounds.calls) are not made for one request."
            )
        }
        // All are written before the first is sent: what cannot be said is found before anything was asked.
        var losses = answering.losses
        var calls: [EmbeddingCalls.Call] = []
        calls.reserveCapacity(batches.count)
        for batch in batches {
            var asking = EmbeddingContext(model: model)
            calls.append(EmbeddingCalls.Call(inputs: batch, body: try target.writeRequest(batch, &asking)))
            losses.merge(asking.losses)
        }
        let asked = calls
        let plan = EmbeddingCalls(asked) { (document, inputs) throws(ConversionError) in
            var reading = EmbeddingContext(model: model)
            return try target.readResponse(document, to: inputs, &reading)
        }
        let answered = answering
        var answer = AnswerConversion(
            target: surface.dialect.family,
            whole: { (document) throws(ConversionError) in
                let response = try plan.joined(with: document)
                var writing = answered
                let body = try client.writeResponse(response, to: request, &writing)
                return AnswerConversion.Whole(body: body, usage: response.usage, losses: writing.losses)
            },
            losses: losses
        )
        if calls.count > 1 { answer.calls = plan }
        return ConvertedRequest(body: plan.body, answer: answer)
    }
}
