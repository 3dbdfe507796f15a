import NIOCore
import NIOHTTP1
import SluiceCore
import SluiceHTTP
import SluiceWire
import Testing

@testable import SluicePipeline

@Suite("What an attempt is charged")
struct AttemptChargeTests {
    /// Knows what it is told.
    private final class Reader: AnswerReading {
        let tally: AnswerTally
        var firstError: NeutralError? { nil }

        init(_ tally: AnswerTally) { self.tally = tally }

        func receive(status: Int, headers: HTTPHeaders) -> RelayHeadDecision { .collect(limitBytes: 0) }
        func receive(_ piece: ByteBuffer, into output: inout [ByteBuffer]) -> RelayStep { RelayStep() }
        func receiveEnd(into output: inout [ByteBuffer]) -> UpstreamError? { nil }
        func receiveCut(into output: inout [ByteBuffer]) -> Bool { false }
        func errorEvent(_ error: UpstreamError) -> ByteBuffer? { nil }
        func settle(_ outcome: RelayOutcome) {}
    }

    private static let usage = TokenUsage(uncachedInput: 1000, output: 10)

    private static func pricing(request: Int64 = 0, image: Int64 = 0, input: Int64 = 2_000_000_000) -> ModelPricing {
        ModelPricing([
            ModelPrice(
                rates: TokenRates(input: TokenPrice(perMillion: NanoUSD(input))), request: NanoUSD(request),
                image: NanoUSD(image))
        ])
    }

    private func charged(
        _ outcome: AttemptOutcome,
        status: Int = 200,
        tally: AnswerTally = AnswerTally(reported: usage),
        pricing: ModelPricing = pricing(),
        surface: Surface = .chat,
        _ prepare: (AttemptState) -> Void = { _ in }
    ) throws -> AttemptRecord {
        let pipeline = try PipelineHarness()
        let state = try pipeline.state("POST /v1/chat/completions HTTP/1.1\r\nhost: h\r\ncontent-length: 0\r\n\r\n")
        state.begin(surface)
        let attempt = state.beginAttempt(AttemptRecord())
        attempt.record.upstreamStatus = status
        attempt.pricing = pricing
        attempt.reader = Reader(tally)
        prepare(attempt)
        attempt.end(outcome)
        // Whatever is said later, it is charged once.
        attempt.record.upstreamStatus = 200
        attempt.end(.answered)
        return attempt.record
    }

    @Test(
        "an answer is charged by its own tokens, whatever became of it",
        arguments: [AttemptOutcome.answered, .failed, .abandoned, .overtaken, .refused])
    func outcomes(outcome: AttemptOutcome) throws {
        let record = try charged(outcome)
        #expect(record.usage == Self.usage)
        #expect(record.usageSource == .vendor)
        #expect(record.cost?.total == NanoUSD(2_000_000))
        #expect(record.cost?.priceVersion.hasPrefix("configured-") == true)
        #expect(!record.isPriceUnknown)
    }

    @Test("a refusal and an attempt without an answer cost nothing", arguments: [0, 302, 400, 429, 500, 503])
    func refusals(status: Int) throws {
        let record = try charged(.failed, status: status, pricing: Self.pricing(request: 5))
        #expect(record.usage == nil && record.cost == nil && !record.isPriceUnknown)
    }

    @Test("a price that nobody knows is marked and is no zero")
    func unknown() throws {
        let flagged = try charged(.answered, pricing: .unknown)
        #expect(flagged.isPriceUnknown && flagged.cost == nil && flagged.usage == Self.usage)
        let high = ModelPricing(
            [], substitute: ModelPrice(rates: TokenRates(input: TokenPrice(perMillion: .init(9_000_000_000)))))
        let estimated = try charged(.answered, pricing: high)
        #expect(estimated.isPriceUnknown && estimated.cost?.total == NanoUSD(9_000_000))
    }

    @Test("requests and pictures cost what they cost, without tokens too")
    func pieces() throws {
        let priced = Self.pricing(request: 7, image: 100, input: 0)
        let pictures = try charged(.answered, tally: AnswerTally(), pricing: priced, surface: .imageGenerations) {
            $0.images = 3
        }
        #expect(pictures.usage == nil && pictures.usageSource == nil)
        #expect(pictures.cost?.other == NanoUSD(307) && !pictures.isPriceUnknown)
        // A price of tokens says nothing where there is no telling how many.
        let sound = try charged(.answered, tally: AnswerTally(), surface: .speech)
        #expect(sound.isPriceUnknown && sound.cost == nil)
        let free = try charged(.answered, tally: AnswerTally(), pricing: ModelPricing([.free]), surface: .speech)
        #expect(!free.isPriceUnknown && free.cost?.total == .zero)
    }

    @Test("of several requests those that were answered are charged, when a later one is not")
    func calls() throws {
        let record = try charged(.failed, status: 500, pricing: Self.pricing(request: 7), surface: .embeddings) {
            $0.callsUsage = TokenUsage(uncachedInput: 1000)
            $0.requests = 3
        }
        #expect(record.usage == TokenUsage(uncachedInput: 1000))
        #expect(record.cost?.total == NanoUSD(2_000_000 + 2 * 7))
    }

    @Test("counting tokens is free")
    func counting() throws {
        let record = try charged(.answered, pricing: Self.pricing(request: 5), surface: .countTokens)
        #expect(record.usage == nil && record.cost == nil)
    }
}
