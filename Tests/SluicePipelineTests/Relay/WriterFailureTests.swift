import NIOCore
import NIOHTTP1
import SluiceCore
import SluiceWire
import Testing

@testable import SluiceHTTP
@testable import SluicePipeline

@Suite("ConvertedTransducer and the errors of its writer")
struct WriterFailureTests {
    private static let clients: [any ChatCodec.Type] = [
        AnthropicCodec.self, BedrockCodec.self, GeminiCodec.self, OllamaCodec.self, OpenAIResponsesCodec.self,
    ]

    /// A provider whose answer opens more tool calls at once than any writer can keep waiting.
    private struct Interleaving: ChatStreamReader {
        let losses = ConversionLosses()

        mutating func read(_ bytes: Span<UInt8>, into events: inout [NeutralEvent]) {
            events.append(.start(NeutralStart(id: "a", model: "m")))
            for index in 0...NeutralSequencer.waitingLimit + 1 {
                events.append(.partStart(index: index, .toolCall(id: "call_\(index)", name: "f")))
                events.append(.delta(index: index, "{"))
            }
            events.append(.finish(NeutralFinish(.toolCalls)))
            events.append(.end)
        }

        mutating func finish(into events: inout [NeutralEvent]) {}
    }

    @Test("an answer that the writer ends with an error of its own is settled as broken", arguments: [0, 1, 2, 3, 4])
    func settled(client: Int) throws {
        let pipeline = try PipelineHarness()
        let state = try pipeline.state("POST /v1/messages HTTP/1.1\r\nhost: h\r\ncontent-length: 0\r\n\r\n")
        var request = NeutralRequest(messages: [])
        request.isStreaming = true
        let identifiers = NeutralIdentifiers(seed: 1, 2)
        let codec = Self.clients[client]
        var conversion = AnswerConversion(
            target: .openAIChat, whole: { (_) throws(ConversionError) in AnswerConversion.Whole(body: []) },
            losses: ConversionLosses())
        conversion.stream = {
            AnswerConversion.Stream(
                reader: Interleaving(),
                writer: codec.makeStreamWriter(
                    ResponseWriting(
                        model: "m", now: 1, requestID: "r", identifiers: identifiers, seal: TestSeal(),
                        request: request)))
        }
        let transducer = ConvertedTransducer(
            state.beginAttempt(AttemptRecord()), conversion: conversion, wantsStream: true)
        guard case .hold = transducer.receive(status: 200, headers: ["content-type": "text/event-stream"]) else {
            Issue.record("The head is not held.")
            return
        }
        var output: [ByteBuffer] = []
        let step = transducer.receive(ByteBuffer(string: "all of it"), into: &output)
        #expect(step.isTerminal)
        #expect(transducer.receiveEnd(into: &output) == nil)
        transducer.settle(.complete)
        let record = try #require(pipeline.recorder.records.last)
        #expect(record.status == 502)
        #expect(record.errorType == GatewayError.Kind.upstreamBroke.rawValue)
        let text = output.map { String(buffer: $0) }.joined()
        #expect(text.contains("interleaved more tool calls than can be kept"))
    }
}
