import NIOHTTP1
import SluiceWire

/// Text Embeddings Inference: `/embed`, whose reply is an array of vectors, and `/rerank`, whose reply is an array of
/// scores, the best first.
///
/// Source: its OpenAPI document (read 2026-11).
struct EmbeddingsInferenceEndpoints {
    let endpoints: VendorEndpoints

    private static let defaultDimensions = 256
    /// The most inputs of one request, where the server was started without `--max-client-batch-size`.
    private static let mostInputs = 32
    /// The most numbers in one reply.
    private static let mostNumbers = 12_582_912

    private static let direction = Field.optional("truncation_direction", .word(["Left", "Right", "left", "right"]))

    private static let embed = RecordShape(
        .required("inputs", .either([.string, .array(of: .either([.string, .array(of: .integer(0...Int.max))]))])),
        .optional("normalize", .boolean), .optional("truncate", .boolean), direction,
        .optional("prompt_name", .string), .optional("dimensions", .integer(1...65_536)), .optional("model", .string))

    private static let rerank = RecordShape(
        .required("query", .string), .required("texts", .array(of: .string)), .optional("raw_scores", .boolean),
        .optional("return_text", .boolean), .optional("truncate", .boolean), direction, .optional("model", .string))

    func reply(_ operation: EmbeddingsInferenceOperation) throws(RequestFault) -> ReplyPlan {
        do throws(RequestFault) {
            return try checked(operation)
        } catch {
            // `/rerank` is found by its body, so that its errors are not yet in this shape.
            var fault = error
            fault.shape = .embeddingsInference
            throw fault
        }
    }

    private func checked(_ operation: EmbeddingsInferenceOperation) throws(RequestFault) -> ReplyPlan {
        let root = try endpoints.parse()
        // The server has one model, so that requests name none; behaviours come by header.
        let behaviour = try endpoints.behaviour(model: root.text("model") ?? "mock")
        do throws(ShapeFault) {
            try ShapeChecker(isLenient: behaviour.isLenient)
                .check(root, .record(operation == .embed ? Self.embed : Self.rerank))
        } catch {
            throw EmbeddingsInferenceError.fault(error)
        }
        let json = operation == .embed ? try vectors(root) : try scores(root)
        let shaped = VendorEndpoints(
            service: endpoints.service, request: endpoints.request, shape: .embeddingsInference,
            requestID: endpoints.requestID)
        return try shaped.failing(behaviour) { behaviour in ReplyPlan(json: json, behaviour: behaviour) }
    }

    private func vectors(_ root: JSONNode) throws(RequestFault) -> [UInt8] {
        let inputs = root["inputs"]
        let texts =
            inputs?.stringValue.map { [$0] }
            ?? inputs?.list.map { $0.stringValue ?? String(decoding: $0.rawBytes, as: UTF8.self) } ?? []
        let dimensions = root["dimensions"]?.intValue ?? Self.defaultDimensions
        guard !texts.isEmpty, texts.allSatisfy({ !$0.isEmpty }) else { throw Self.empty("inputs") }
        guard texts.count <= Self.mostInputs else {
            var fault = RequestFault(
                .unprocessableEntity, "batch size \(texts.count) > maximum allowed batch size \(Self.mostInputs)")
            fault.vendorCode = "Validation"
            throw fault
        }
        guard texts.count * dimensions <= Self.mostNumbers else {
            throw RequestFault(.payloadTooLarge, "the reply would have more than \(Self.mostNumbers) numbers")
        }
        var json = JSONWriter(capacity: texts.count * dimensions * 12)
        json.beginArray()
        for text in texts {
            json.beginArray()
            for number in Embeddings.vector(for: text, dimensions: dimensions) { json.numberText(number.description) }
            json.endArray()
        }
        json.endArray()
        return json.take()
    }

    private func scores(_ root: JSONNode) throws(RequestFault) -> [UInt8] {
        let texts = root.list("texts").compactMap(\.stringValue)
        guard !texts.isEmpty else { throw Self.empty("texts") }
        let showsText = root["return_text"]?.boolValue ?? false
        var json = JSONWriter(capacity: texts.count * 40)
        json.beginArray()
        for entry in Rerank.ranked(root.text("query") ?? "", texts) {
            json.object { json in
                json.member("index", entry.index)
                if showsText { json.member("text", texts[entry.index]) }
                json.key("score")
                json.double(entry.score)
            }
        }
        json.endArray()
        return json.take()
    }

    private static func empty(_ name: String) -> RequestFault {
        var fault = RequestFault(.badRequest, "`\(name)` cannot be empty")
        fault.vendorCode = "Empty"
        return fault
    }
}
