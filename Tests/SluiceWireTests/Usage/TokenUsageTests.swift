import SluiceWire
import Testing

@Suite("TokenUsage")
struct TokenUsageTests {
    @Test("totals are sums of disjoint classes")
    func totals() {
        let usage = TokenUsage(
            uncachedInput: 1, cacheRead: 2, cacheWrite5m: 4, cacheWrite1h: 8, audioInput: 16, output: 32, reasoning: 64,
            audioOutput: 128)
        #expect(usage.promptTokens == 31)
        #expect(usage.completionTokens == 224)
        #expect(usage.totalTokens == 255)
        #expect((usage + usage).totalTokens == 510)
    }

    @Test("counts are never negative and sums never overflow")
    func bounds() {
        #expect(TokenUsage(uncachedInput: -5, output: Int.min).totalTokens == 0)
        let large = TokenUsage(uncachedInput: .max, cacheRead: .max, output: .max, reasoning: .max)
        #expect(large.totalTokens == .max)
        #expect((large + large).uncachedInput == .max)
    }

    @Test(
        "reads OpenAI's usage in all its shapes",
        arguments: [
            (
                #"{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}"#,
                TokenUsage(uncachedInput: 10, output: 5)
            ),
            (
                #"{"prompt_tokens":100,"completion_tokens":50,"total_tokens":150,"prompt_tokens_details":{"cached_tokens":60,"cache_write_tokens":20,"#
                    + #""audio_tokens":5},"completion_tokens_details":{"reasoning_tokens":30,"audio_tokens":4,"accepted_prediction_tokens":2}}"#,
                TokenUsage(
                    uncachedInput: 15, cacheRead: 60, cacheWrite5m: 20, audioInput: 5, output: 16, reasoning: 30,
                    audioOutput: 4)
            ),
            (
                #"{"input_tokens":100,"input_tokens_details":{"cached_tokens":60,"cache_write_tokens":0},"output_tokens":50,"#
                    + #""output_tokens_details":{"reasoning_tokens":50},"total_tokens":150}"#,
                TokenUsage(uncachedInput: 40, cacheRead: 60, output: 0, reasoning: 50)
            ),
            (#"{"prompt_tokens":8,"total_tokens":8}"#, TokenUsage(uncachedInput: 8)),
            (#"{"total_tokens":8}"#, TokenUsage(uncachedInput: 8)),
            (
                #"{"prompt_tokens":8,"completion_tokens":null,"prompt_tokens_details":null,"completion_tokens_details":null}"#,
                TokenUsage(uncachedInput: 8)
            ),
            (#"{"prompt_tokens":0,"completion_tokens":0}"#, TokenUsage()),
            (#"{"prompt_tokens":8.0,"completion_tokens":1e1}"#, TokenUsage(uncachedInput: 8, output: 10)),
            (#"{"prompt_tokens":"8","completion_tokens":3}"#, TokenUsage(output: 3)),
            (#"{"prompt_tokens":-8,"completion_tokens":3}"#, TokenUsage(output: 3)),
            (
                #"{"type":"tokens","input_tokens":14,"input_token_details":{"text_tokens":10,"audio_tokens":4},"output_tokens":101,"total_tokens":115}"#,
                TokenUsage(uncachedInput: 10, audioInput: 4, output: 101)
            ),
            // Details larger than the whole are cut to it.
            (
                #"{"prompt_tokens":5,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":9},"completion_tokens_details":{"reasoning_tokens":9}}"#,
                TokenUsage(cacheRead: 5, reasoning: 5)
            ),
            // Unless the total says that reasoning was counted beside the completion.
            (
                #"{"prompt_tokens":5,"completion_tokens":5,"total_tokens":19,"completion_tokens_details":{"reasoning_tokens":9}}"#,
                TokenUsage(uncachedInput: 5, output: 5, reasoning: 9)
            ),
            (
                #"{"prompt_tokens":9223372036854775807,"completion_tokens":9223372036854775807}"#,
                TokenUsage(uncachedInput: .max, output: .max)
            ),
            (#"{"x":{"prompt_tokens":5},"prompt_tokens":1,"prompt_tokens":2}"#, TokenUsage(uncachedInput: 2)),
            (
                #"{"cached_tokens":5,"prompt_tokens":7,"other_details":{"cached_tokens":3}}"#,
                TokenUsage(uncachedInput: 2, cacheRead: 5)
            ),
            (
                #"{"prompt_tokens":128,"completion_tokens":64,"prompt_cache_hit_tokens":100,"prompt_cache_miss_tokens":28}"#,
                TokenUsage(uncachedInput: 28, cacheRead: 100, output: 64)
            ),
        ])
    func openAI(text: String, expected: TokenUsage) {
        let usage = OpenAIUsage.parse(Array(text.utf8).span)
        #expect(usage == expected)
    }

    @Test(
        "reads nothing where there is nothing",
        arguments: [
            "", "null", "{}", "[]", "5", "{", #"{"seconds":5,"type":"duration"}"#, #"{"prompt_tokens":null}"#,
            #"{"prompt_tokens":99999999999999999999}"#,
        ])
    func none(text: String) {
        let usage = OpenAIUsage.parse(Array(text.utf8).span)
        #expect(usage == nil)
    }
}
