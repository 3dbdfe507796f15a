import SluiceCore
import SluiceWire

/// How the answer of one attempt becomes the client's: made with the request, used by the transducer.
struct AnswerConversion {
    /// A whole answer for the client.
    struct Whole {
        var body: [UInt8]
        var usage: TokenUsage?
        var finishReason: String?
        var losses = ConversionLosses()
    }

    /// The two ends of a stream.
    struct Stream {
        var reader: any ChatStreamReader
        var writer: any ChatStreamWriter
    }

    /// The dialect that the provider answers in.
    let target: Dialect
    /// Converts a whole answer.
    let whole: (JSONDocument) throws(ConversionError) -> Whole
    /// Reads a whole chat answer, for a client that wants a stream of a provider that sends none.
    var neutral: ((JSONDocument) throws(ConversionError) -> NeutralResponse)?
    /// Writes a whole chat answer, for a client that wants a whole of a provider that streams all the same.
    var written: ((NeutralResponse) throws(ConversionError) -> Whole)?
    /// The calls that the request takes, where one is not enough: embeddings of many inputs.
    var calls: EmbeddingCalls?
    /// Makes the ends of a stream, for chats.
    var stream: (() -> Stream)?
    /// What the request lost.
    var losses: ConversionLosses
}
