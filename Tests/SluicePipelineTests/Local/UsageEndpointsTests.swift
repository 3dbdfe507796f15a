import SluiceCore
import SluiceWire
import Testing

@testable import SluicePipeline

@Suite("What a key reads of the ledger")
struct UsageEndpointsTests {
    private func row(_ model: String?, requests: Int64, failures: Int64 = 0, tokens: Int = 0) -> UsageRow {
        var row = UsageRow()
        row.values = [model]
        row.requests = requests
        row.failures = failures
        row.tokens = TokenUsage(uncachedInput: tokens)
        row.durationNanoseconds = requests * 2_500_000
        return row
    }

    @Test("statistics have the names that dashboards rely on")
    func stats() throws {
        let bytes = LocalEndpoints.stats(
            row(nil, requests: 8, failures: 2, tokens: 90), row(nil, requests: 3),
            [row("gpt-4o", requests: 5, tokens: 50), row(nil, requests: 2), row("claude", requests: 1, tokens: 40)])
        #expect(
            String(decoding: bytes, as: UTF8.self) == """
                {"total_requests":8,"total_tokens":90,"avg_latency_ms":2.5,"requests_last_hour":3,"top_models":[\
                {"model":"gpt-4o","request_count":5,"total_tokens":50},\
                {"model":"claude","request_count":1,"total_tokens":40}],"error_rate":0.25}
                """)
    }

    @Test("an empty ledger divides by nothing")
    func empty() throws {
        let root = try JSONDocument(parsing: LocalEndpoints.stats(UsageRow(), UsageRow(), [])).root
        #expect(root["avg_latency_ms"]?.doubleValue == 0 && root["error_rate"]?.doubleValue == 0)
    }

    @Test("parameters are decoded, and each is known and stands once")
    func parameters() throws {
        let known = ["by", "since"]
        #expect(try LocalEndpoints.parameters("by=tag%3Aa&since=7d", known: known) == ["by": "tag:a", "since": "7d"])
        #expect(try LocalEndpoints.parameters(nil, known: known) == [:])
        #expect(try LocalEndpoints.parameters("by=&since=", known: known) == [:])
        for query in ["by=a&by=b", "other=1", "by=%zz"] {
            #expect(throws: GatewayError.self, "\(query)") { try LocalEndpoints.parameters(query[...], known: known) }
        }
    }
}
