import SluiceCore
import SluiceTelemetry
import Testing

@Suite struct MetricsConcurrencyTests {
    @Test("totals are exact when several shards record while others scrape", .timeLimit(.minutes(1)))
    func exactTotals() async throws {
        let registry = MetricsRegistry(shards: 3, limits: MetricsLimits(models: 8))
        let rounds = 3000
        let recorders = 6
        try await withThrowingTaskGroup(of: Void.self) { group in
            for recorder in 0..<recorders {
                group.addTask {
                    // Two recorders share a shard, so that its lock is contended for.
                    let shard = registry.shard(recorder)
                    for round in 0..<rounds {
                        shard.requestStarted(.chat, method: "POST")
                        shard.record(.chat(model: "model-\(round % 10)"))
                        shard.requestEnded(.chat, method: "POST")
                    }
                }
            }
            for _ in 0..<2 {
                group.addTask {
                    var last = 0.0
                    for _ in 0..<5 {
                        let document = try MetricsRegistryTests.scrape(registry)
                        let total = document.sum("http_requests_total")
                        #expect(total >= last)
                        last = total
                    }
                }
            }
            try await group.waitForAll()
        }
        let document = try MetricsRegistryTests.scrape(registry)
        let total = Double(rounds * recorders)
        #expect(document.sum("http_requests_total") == total)
        #expect(document.sum("http_requests_in_flight") == 0)
        #expect(document.sum("gateway_requests_total") == total)
        #expect(document.series("gateway_requests_total").count == 9)
        #expect(document.sum("gateway_tokens_total", where: ["direction": "output"]) == total * 61)
        #expect(document.sum("gen_ai_server_time_to_first_token_count") == total)
        #expect(document.sum("streaming_bytes_total") == total * 9000)
    }
}
