/// What each kind of part says at its beginning and its end.
extension OpenAIResponsesStreamWriter {
    /// Which part an event is about.
    struct Place {
        var item: String
        var output: Int
        var content: Int?
        var summary: Int?

        func write(to json: inout JSONWriter) {
            json.named("item_id", item)
            json.named("output_index", output)
            if let content { json.named("content_index", content) }
            if let summary { json.named("summary_index", summary) }
        }
    }

    // MARK: Messages

    mutating func beginText(isRefusal: Bool, into output: inout [UInt8]) {
        annotations = OpenAIResponsesAnnotations()
        unplaced = []
        part = isRefusal ? .refusal : .text
        if isRefusal { hasRefusal = true }
        if case .message = item {
        } else {
            let id = context.identifiers.make("msg_")
            content = JSONWriter(capacity: 256)
            content.beginArray()
            contentCount = 0
            add(.message, id: id, into: &output) { json in
                OpenAIResponsesItemWriter.message(id: id, status: "in_progress", content: [0x5B, 0x5D], to: &json)
            }
        }
        writePart("response.content_part.added", .empty, isRefusal: isRefusal, into: &output)
        let place = Place(item: itemID, output: itemCount - 1, content: contentCount)
        delta = OpenAIResponsesEventWriter.Delta(
            isRefusal ? "response.refusal.delta" : "response.output_text.delta", hasLogprobs: !isRefusal
        ) { place.write(to: &$0) }
    }

    mutating func endText(_ text: JSONString, isRefusal: Bool, into output: inout [UInt8]) {
        for citation in unplaced { write(citation, length: text.codePoints, into: &output) }
        let place = Place(item: itemID, output: itemCount - 1, content: contentCount)
        events.write(isRefusal ? "response.refusal.done" : "response.output_text.done", into: &output) {
            [annotations] json in
            place.write(to: &json)
            json.named(isRefusal ? "refusal" : "text", text: text)
            if !isRefusal { annotations.writeLogprobs(to: &json) }
        }
        writePart("response.content_part.done", text, isRefusal: isRefusal, into: &output)
        OpenAIResponsesItemWriter.content(text, isRefusal: isRefusal, annotations: annotations, to: &content)
        contentCount += 1
    }

    /// Something about the open text. A source of all of it waits for its end; probabilities go with a delta without text.
    mutating func annotate(_ annotation: NeutralAnnotation, into output: inout [UInt8]) {
        switch annotation {
        case .citation(let citation):
            if citation.origin != .openAIResponses, citation.range == nil {
                unplaced.append(citation)
            } else {
                write(citation, length: 0, into: &output)
            }
        case .logprobs(let list):
            annotations.add(list)
            let place = Place(item: itemID, output: itemCount - 1, content: contentCount)
            events.write("response.output_text.delta", into: &output) { json in
                place.write(to: &json)
                json.named("delta", "")
                json.key("logprobs" as StaticString)
                json.beginArray()
                NeutralLogprobs.write(list, to: &json)
                json.endArray()
            }
        }
    }

    private mutating func write(_ citation: NeutralCitation, length: Int, into output: inout [UInt8]) {
        let number = annotations.count
        guard let written = annotations.add(citation, length: length, losses: &context.losses) else { return }
        let place = Place(item: itemID, output: itemCount - 1, content: contentCount)
        events.write("response.output_text.annotation.added", into: &output) { json in
            place.write(to: &json)
            json.named("annotation_index", number)
            json.key("annotation" as StaticString)
            json.raw(written)
        }
    }

    private mutating func writePart(
        _ type: StaticString,
        _ text: JSONString,
        isRefusal: Bool,
        into output: inout [UInt8]
    ) {
        let place = Place(item: itemID, output: itemCount - 1, content: contentCount)
        events.write(type, into: &output) { [annotations] json in
            place.write(to: &json)
            json.key("part" as StaticString)
            OpenAIResponsesItemWriter.content(text, isRefusal: isRefusal, annotations: annotations, to: &json)
        }
    }

    // MARK: Thoughts

    /// The first text of the thoughts has come; thoughts without text have an empty summary.
    mutating func beginSummary(into output: inout [UInt8]) {
        let place = Place(item: itemID, output: itemCount - 1, summary: 0)
        writeSummary("response.reasoning_summary_part.added", .empty, into: &output)
        delta = OpenAIResponsesEventWriter.Delta("response.reasoning_summary_text.delta") { place.write(to: &$0) }
    }

    mutating func endThinking(_ text: JSONString, into output: inout [UInt8]) {
        if !text.isEmpty {
            let place = Place(item: itemID, output: itemCount - 1, summary: 0)
            events.write("response.reasoning_summary_text.done", into: &output) { json in
                place.write(to: &json)
                json.named("text", text: text)
            }
            writeSummary("response.reasoning_summary_part.done", text, into: &output)
        }
        let seal = OpenAIResponsesItemWriter.seal(signature, isRedacted: false, context.seal, &context.losses)
        var json = JSONWriter(capacity: text.escaped.count + 512)
        OpenAIResponsesItemWriter.reasoning(id: itemID, text: text, seal: seal, to: &json)
        finishItem(json.take(), into: &output)
    }

    private mutating func writeSummary(_ type: StaticString, _ text: JSONString, into output: inout [UInt8]) {
        let place = Place(item: itemID, output: itemCount - 1, summary: 0)
        events.write(type, into: &output) { json in
            place.write(to: &json)
            json.key("part" as StaticString)
            OpenAIResponsesItemWriter.summary(text, to: &json)
        }
    }

    // MARK: Calls

    mutating func beginCall(
        _ id: String,
        _ name: String,
        _ signature: NeutralSignature?,
        into output: inout [UInt8]
    ) {
        part = .arguments
        var call = NeutralToolCall(
            id: id, name: name, arguments: .empty,
            isCustom: OpenAIResponsesToolWriter.isCustom(name, context.request.tools))
        call = OpenAIResponsesItemWriter.forClient(call, signature: signature, context.seal, &context.losses)
        call.arguments = .empty
        let itemID = context.identifiers.make(call.isCustom ? "ctc_" : "fc_")
        add(.call(call), id: itemID, into: &output) { json in
            OpenAIResponsesItemWriter.call(id: itemID, call, status: "in_progress", to: &json)
        }
        let place = Place(item: itemID, output: itemCount - 1)
        delta = OpenAIResponsesEventWriter.Delta(
            call.isCustom ? "response.custom_tool_call_input.delta" : "response.function_call_arguments.delta"
        ) { place.write(to: &$0) }
    }

    mutating func endCall(_ arguments: JSONString, into output: inout [UInt8]) {
        guard case .call(var call) = item else { return }
        call.arguments = arguments
        if !call.isCustom, arguments.isEmpty, let delta {
            // No arguments are an empty object to whoever parses them.
            call.arguments = "{}"
            events.write(call.arguments, delta, into: &output)
        }
        let place = Place(item: itemID, output: itemCount - 1)
        let whole = call
        events.write(
            call.isCustom ? "response.custom_tool_call_input.done" : "response.function_call_arguments.done",
            into: &output
        ) { json in
            place.write(to: &json)
            json.named(whole.isCustom ? "input" : "arguments", text: whole.arguments)
        }
        var json = JSONWriter(capacity: arguments.escaped.count + 256)
        OpenAIResponsesItemWriter.call(id: itemID, call, status: "completed", to: &json)
        finishItem(json.take(), into: &output)
    }

    // MARK: Media

    mutating func write(_ media: NeutralPart, into output: inout [UInt8]) {
        for field in media.extras.fields where field.origin != .openAIResponses { context.losses.drop(field.name) }
        switch media.content {
        case .image(let image):
            guard case .base64(let data) = image.source else { return context.losses.drop("image") }
            let id = context.identifiers.make("ig_")
            add(.reasoning, id: id, into: &output) { json in
                OpenAIResponsesItemWriter.image(id: id, status: "in_progress", result: nil, to: &json)
            }
            let index = itemCount - 1
            events.write("response.image_generation_call.completed", into: &output) { json in
                json.named("item_id", id)
                json.named("output_index", index)
            }
            var json = JSONWriter(capacity: data.escaped.count + 128)
            OpenAIResponsesItemWriter.image(id: id, status: "completed", result: data, to: &json)
            finishItem(json.take(), into: &output)
        case .document: context.losses.drop("document")
        case .audio: context.losses.drop("audio")
        case .video: context.losses.drop("video")
        default: break
        }
    }
}
