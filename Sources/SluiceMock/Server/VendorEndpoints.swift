import NIOHTTP1
import SluiceWire

/// The vendors' endpoints: checks a request strictly, reads what behaviour it asks for, and plans the reply.
struct VendorEndpoints {
    let service: MockService
    let request: ReceivedRequest
    let shape: VendorShape
    let requestID: String

    func reply(_ endpoint: Endpoint) throws(RequestFault) -> ReplyPlan {
        switch endpoint {
        case .models:
            return try failing(try behaviour(model: "mock")) { _ in
                ReplyPlan(json: Models.list(shape))
            }
        case .model(let name):
            let name = RequestURI.decoded(name)
            return try failing(try behaviour(model: "mock")) { _ throws(RequestFault) in
                ReplyPlan(json: try Models.model(name, shape))
            }
        case .gemini(let operation, let model):
            return try GeminiEndpoints(endpoints: self).reply(operation, model: model)
        case .bedrock(let operation, let model):
            return try BedrockEndpoints(endpoints: self).reply(operation, model: model)
        case .ollama(let operation):
            return try OllamaEndpoints(endpoints: self).reply(operation)
        case .cohere(let operation):
            return try CohereEndpoints(endpoints: self).reply(operation)
        case .embeddingsInference(let operation):
            return try EmbeddingsInferenceEndpoints(endpoints: self).reply(operation)
        default:
            return endpoint.takesForm ? try form(endpoint) : try document(endpoint)
        }
    }

    // MARK: JSON

    private func document(_ endpoint: Endpoint) throws(RequestFault) -> ReplyPlan {
        let root = try parse()
        if endpoint == .rerank, !request.uri.hasPrefix("/v1/"), root["texts"] != nil, root["documents"] == nil {
            return try EmbeddingsInferenceEndpoints(endpoints: self).reply(.rerank)
        }
        let model = root["model"]?.stringValue ?? "mock"
        let behaviour = try behaviour(model: model)
        let checker = ShapeChecker(isLenient: behaviour.isLenient)
        let isStreaming = root["stream"]?.boolValue ?? false
        let textLimit = behaviour.echoes ? Int.max : PromptText.beginningBytes
        // A request is checked even when it is to fail, so that a test of failures finds wrong requests too.
        let make: (Behaviour) throws(RequestFault) -> ReplyPlan
        switch endpoint {
        case .chat:
            try check(root, ChatShape.request, checker)
            try ChatRules.check(root)
            try ReasoningModelRules.check(root, ModelName(model))
            let read = ChatReader.read(root, textLimit: textLimit)
            make = { behaviour in TextReplies.chat(read, behaviour) }
        case .completions:
            try check(root, CompletionsShape.request, checker)
            let read = try CompletionsReader.read(root)
            make = { behaviour in TextReplies.completions(read, behaviour) }
        case .responses:
            try check(root, ResponsesShape.request, checker)
            try ReasoningModelRules.check(root, ModelName(model))
            let read = try ResponsesReader.read(root, checker, textLimit: textLimit)
            make = { behaviour in TextReplies.responses(read, root, behaviour) }
        case .inputTokens:
            try check(root, ResponsesShape.inputTokens, checker)
            let read = try ResponsesReader.read(root, checker, textLimit: textLimit)
            make = { behaviour in ReplyPlan(json: ResponsesReply.count(read), behaviour: behaviour) }
        case .messages:
            try check(root, MessagesShape.request, checker)
            try MessagesRules.check(root, ModelName(model), version: request.headers.first(name: "anthropic-version"))
            let read = MessagesReader.read(root, textLimit: textLimit)
            let thinking = ThinkingStyle(root, ModelName(model))
            make = { behaviour in TextReplies.messages(read, thinking, behaviour) }
        case .countTokens:
            try check(root, MessagesShape.count, checker)
            try MessagesRules.check(root, ModelName(model), version: request.headers.first(name: "anthropic-version"))
            let read = MessagesReader.read(root, textLimit: textLimit)
            make = { behaviour in ReplyPlan(json: MessagesReply.count(read), behaviour: behaviour) }
        default:
            make = try small(endpoint, root, model, checker)
        }
        return try failing(behaviour, isStreaming: isStreaming, make)
    }

    /// The endpoints that answer in one piece without writing text.
    private func small(
        _ endpoint: Endpoint, _ root: JSONNode, _ model: String, _ checker: ShapeChecker
    ) throws(RequestFault) -> (Behaviour) throws(RequestFault) -> ReplyPlan {
        switch endpoint {
        case .embeddings:
            try check(root, Embeddings.request, checker)
            return { behaviour throws(RequestFault) in
                ReplyPlan(
                    json: try Embeddings.reply(root, model: model, usage: behaviour.usage), behaviour: behaviour)
            }
        case .moderations:
            try check(root, Moderations.request, checker)
            return { behaviour in ReplyPlan(json: Moderations.reply(root, model: model), behaviour: behaviour) }
        case .rerank:
            try check(root, Rerank.request, checker)
            return { behaviour in ReplyPlan(json: Rerank.reply(root, model: model), behaviour: behaviour) }
        case .imageGenerations:
            try check(root, Images.request, checker)
            if root["stream"]?.boolValue == true { throw .invalid("stream", "is not offered for pictures") }
            let json = Images.reply(
                prompt: root["prompt"]?.stringValue ?? "", count: root["n"]?.intValue ?? 1,
                asURL: root["response_format"]?.stringValue == "url")
            return { behaviour in ReplyPlan(json: json, behaviour: behaviour) }
        default:
            try check(root, Audio.speech, checker)
            let type = Audio.contentType(root["response_format"]?.stringValue)
            let text = root["input"]?.stringValue ?? ""
            return { behaviour in
                let body: ReplyPlan.Segment =
                    behaviour.replyBytes.map { .filler($0) } ?? .bytes(Audio.sound(for: text))
                return ReplyPlan(contentType: type, body: .whole([body]), behaviour: behaviour)
            }
        }
    }

    /// The body as JSON.
    func parse() throws(RequestFault) -> JSONNode {
        try checkEncoding()
        let type = request.headers.first(name: "content-type") ?? ""
        // Two of the vendors take every body for JSON, and an SDK of Amazon's says no type with some.
        let isImplied = type.isEmpty && (shape == .bedrock || shape == .ollama)
        guard isImplied || type.prefix(16).lowercased() == "application/json" else {
            throw RequestFault(
                .unsupportedMediaType, "content-type: expected application/json, found \"\(type.prefix(80))\".",
                code: "unsupported_media_type")
        }
        let document: JSONDocument
        do {
            document = try JSONDocument(parsing: request.body)
        } catch {
            throw RequestFault(.badRequest, "The body is not valid JSON: \(error.description).", code: "invalid_json")
        }
        return document.root
    }

    private func checkEncoding() throws(RequestFault) {
        guard let encoding = request.headers.first(name: "content-encoding"), encoding.lowercased() != "identity" else {
            return
        }
        throw RequestFault(
            .unsupportedMediaType, "content-encoding: \(encoding.prefix(40)) is not taken.",
            code: "unsupported_content_encoding")
    }

    /// Checks a body against its shape.
    func check(_ root: JSONNode, _ record: RecordShape, _ checker: ShapeChecker) throws(RequestFault) {
        do throws(ShapeFault) {
            try checker.check(root, .record(record))
        } catch {
            throw shape.fault(error)
        }
    }

    // MARK: Forms

    private func form(_ endpoint: Endpoint) throws(RequestFault) -> ReplyPlan {
        try checkEncoding()
        let type = request.headers.first(name: "content-type") ?? ""
        guard type.prefix(19).lowercased() == "multipart/form-data" else {
            throw RequestFault(
                .unsupportedMediaType, "content-type: expected multipart/form-data, found \"\(type.prefix(80))\".",
                code: "unsupported_media_type")
        }
        let form = try MultipartForm(request.body, contentType: type)
        let behaviour = try behaviour(model: form["model"]?.text ?? "mock")
        let isPicture = endpoint == .imageEdits || endpoint == .imageVariations
        let known = isPicture ? Images.formFields : Audio.formFields
        if !behaviour.isLenient, let part = form.parts.first(where: { !known.contains($0.name) }) {
            throw RequestFault(ShapeFault(.unknown, "is not a field of this form").under(String(part.name.prefix(64))))
        }
        if isPicture { return try picture(endpoint, form, behaviour) }
        guard form["model"] != nil else { throw RequestFault(ShapeFault(.missing, "is required").under("model")) }
        guard let file = form["file"], file.filename != nil else {
            throw RequestFault(ShapeFault(.missing, "is required, as a file").under("file"))
        }
        let format = form["response_format"]?.text
        if let format, !["json", "text", "srt", "verbose_json", "vtt"].contains(format) {
            throw .invalid("response_format", "expected one of json, srt, text, verbose_json, vtt")
        }
        let (contentType, body) = Audio.transcription(
            fileBytes: file.content.count, format: format,
            task: endpoint == .translations ? "translate" : "transcribe")
        return try failing(behaviour) { behaviour in
            ReplyPlan(contentType: contentType, body: .whole([.bytes(body)]), behaviour: behaviour)
        }
    }

    private func picture(
        _ endpoint: Endpoint, _ form: MultipartForm, _ behaviour: Behaviour
    ) throws(RequestFault) -> ReplyPlan {
        guard (form["image"] ?? form["image[]"])?.filename != nil else {
            throw RequestFault(ShapeFault(.missing, "is required, as a file").under("image"))
        }
        let prompt = form["prompt"]?.text
        if endpoint == .imageEdits, prompt == nil {
            throw RequestFault(ShapeFault(.missing, "is required").under("prompt"))
        }
        let count = form["n"].map { Int($0.text) ?? 0 } ?? 1
        guard (1...10).contains(count) else { throw .invalid("n", "expected an integer from 1 to 10") }
        let json = Images.reply(
            prompt: prompt ?? "", count: count, asURL: form["response_format"]?.text == "url")
        return try failing(behaviour) { behaviour in ReplyPlan(json: json, behaviour: behaviour) }
    }

    // MARK: Behaviour

    /// What the model's name and the headers ask for.
    func behaviour(model: String) throws(RequestFault) -> Behaviour {
        let behaviour: Behaviour
        do throws(BehaviourError) {
            behaviour = try Behaviour(
                model: model, headers: request.headers.lazy.map { (name: $0.name, value: $0.value) })
        } catch {
            throw RequestFault(error)
        }
        guard behaviour.failures > 0 else { return behaviour }
        let fails = service.failures.shouldFail(
            failures: behaviour.failures, key: behaviour.failureKey, model: model)
        guard fails else { return behaviour.withoutFailure() }
        var failing = behaviour
        if !failing.hasFailure { failing.status = 500 }
        return failing
    }

    /// The reply that `make` plans, unless the behaviour is to answer with an error.
    func failing(
        _ behaviour: Behaviour, isStreaming: Bool = false, _ make: (Behaviour) throws(RequestFault) -> ReplyPlan
    ) throws(RequestFault) -> ReplyPlan {
        if behaviour.status != nil || behaviour.errorCode != nil {
            return ErrorReply(behaviour: behaviour, request: request, shape: shape, requestID: requestID).plan()
        }
        if behaviour.errorsIn200, !isStreaming {
            var plan = ErrorReply(behaviour: behaviour, request: request, shape: shape, requestID: requestID).plan()
            plan.status = .ok
            return plan
        }
        var asked = behaviour
        if behaviour.errorsIn200 { asked.fault = Behaviour.Fault(kind: .error, after: 0) }
        var plan = try make(asked)
        plan.behaviour = asked
        return plan
    }
}
