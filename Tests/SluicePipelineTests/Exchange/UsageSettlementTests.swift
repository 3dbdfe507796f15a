import SluiceCore
import SluiceWire
import Testing

@testable import SluicePipeline

@Suite("What an attempt used")
struct UsageSettlementTests {
    private static let reported = TokenUsage(uncachedInput: 100, cacheRead: 20, output: 30)

    private func result(
        _ tally: AnswerTally, _ outcome: AttemptOutcome, isDrained: Bool = false, operation: Operation = .chat,
        prompt: Int? = 50
    ) -> (usage: TokenUsage, source: UsageSource)? {
        UsageSettlement(operation: operation, tally: tally, outcome: outcome, isDrained: isDrained)
            .result(prompt: prompt.map { tokens in { tokens } })
    }

    private func delivered(events: Int, bytesEach: Int) -> DeliveredContent {
        var content = DeliveredContent()
        for _ in 0..<events { content.add(bytes: bytesEach) }
        return content
    }

    @Test("what the provider reports of a whole answer is the truth, whatever was counted")
    func vendor() throws {
        let tally = AnswerTally(reported: Self.reported, unreported: delivered(events: 5, bytesEach: 100))
        let answered = try #require(result(tally, .answered))
        #expect(answered.usage == Self.reported && answered.source == .vendor)
        let drained = try #require(result(tally, .abandoned, isDrained: true))
        #expect(drained.usage == Self.reported && drained.source == .drained)
    }

    @Test("a stream that was cut behind the last report is what that says")
    func reportedLast() throws {
        let cut = try #require(result(AnswerTally(reported: Self.reported), .abandoned))
        #expect(cut.usage == Self.reported && cut.source == .vendor)
    }

    @Test(
        "what came after the last report is counted and added",
        arguments: [AttemptOutcome.abandoned, .failed, .overtaken])
    func counted(outcome: AttemptOutcome) throws {
        let tally = AnswerTally(reported: Self.reported, unreported: delivered(events: 7, bytesEach: 3))
        let cut = try #require(result(tally, outcome))
        #expect(cut.usage == Self.reported + TokenUsage(output: 7))
        #expect(cut.source == .counted)
    }

    @Test("without a report an answer that was cut is the prompt, estimated, and what was delivered")
    func cut() throws {
        let few = try #require(result(AnswerTally(unreported: delivered(events: 3, bytesEach: 40)), .failed))
        #expect(few.usage == TokenUsage(uncachedInput: 50, output: 30))
        #expect(few.source == .counted)
        let begun = try #require(result(AnswerTally(), .abandoned))
        #expect(begun.usage == TokenUsage(uncachedInput: 50) && begun.source == .counted)
    }

    @Test("a provider that never reports is estimated")
    func estimated() throws {
        let stream = try #require(result(AnswerTally(unreported: delivered(events: 9, bytesEach: 1)), .answered))
        #expect(stream.usage == TokenUsage(uncachedInput: 50, output: 9) && stream.source == .estimated)
        let drained = try #require(result(AnswerTally(), .abandoned, isDrained: true))
        #expect(drained.source == .estimated)
        let whole = try #require(result(AnswerTally(reported: nil, wholeBytes: 656), .answered))
        #expect(whole.usage == TokenUsage(uncachedInput: 50, output: 100) && whole.source == .estimated)
        // Vectors are no text.
        let vectors = try #require(result(AnswerTally(reported: nil, wholeBytes: 9000), .answered, operation: .embed))
        #expect(vectors.usage == TokenUsage(uncachedInput: 50))
    }

    @Test("nothing is made up for refusals, for pictures and sounds, and without a prompt")
    func nothing() {
        #expect(result(AnswerTally(), .refused) == nil)
        #expect(result(AnswerTally(reported: nil, wholeBytes: 5000), .answered, operation: .native) == nil)
        #expect(result(AnswerTally(), .answered, prompt: nil) == nil)
        #expect(result(AnswerTally(reported: Self.reported), .refused)?.usage == Self.reported)
    }

    @Test("the prompt is estimated only where it is needed")
    func lazily() {
        let settlement = UsageSettlement(
            operation: .chat, tally: AnswerTally(reported: Self.reported), outcome: .answered)
        var isAsked = false
        _ = settlement.result {
            isAsked = true
            return 1
        }
        #expect(!isAsked)
    }
}
