import SluiceCore
import SluiceWire
import Synchronization
import Testing

@testable import SluicePipeline

@Suite("What the gateway depends on, in health, readiness and metrics")
struct DependencyTests {
    private static func answer(_ path: String, _ dependencies: Dependencies) throws -> (status: Int, body: String) {
        let pipeline = try PipelineHarness(.test(), dependencies: dependencies)
        pipeline.status.becomeReady()
        pipeline.receive("GET \(path) HTTP/1.1\r\nhost: h\r\n\r\n")
        let answer = try pipeline.answer()
        return (answer.status, answer.body)
    }

    @Test(
        "health says how each is, and is degraded when one is down",
        arguments: [
            (DependencyState.none, DependencyState.none, "healthy", "none", "none"),
            (.up, .up, "healthy", "ok", "ok"),
            (.down(reason: "unavailable"), .up, "degraded", "down: unavailable", "ok"),
            (.up, .down(reason: "timeout"), "degraded", "ok", "down: timeout"),
        ]
    )
    func health(
        database: DependencyState, redis: DependencyState, status: String, databaseText: String, redisText: String
    ) throws {
        let answer = try Self.answer("/health", Dependencies(database: { database }, redis: { redis }))
        #expect(answer.status == 200)
        let root = try JSONDocument(parsing: Array(answer.body.utf8)).root
        #expect(root["status"]?.stringValue == status)
        #expect(root["database"]?.stringValue == databaseText)
        #expect(root["redis"]?.stringValue == redisText)
    }

    @Test("readiness follows their reason, and looks again each time")
    func readiness() throws {
        let reason = Mutex<String?>("the database cannot be reached")
        let dependencies = Dependencies(notReadyReason: { reason.withLock { $0 } })
        let first = try Self.answer("/health/ready", dependencies)
        #expect(first.status == 503)
        #expect(first.body == #"{"status":"unavailable","reason":"the database cannot be reached"}"#)
        reason.withLock { $0 = nil }
        #expect(try Self.answer("/health/ready", dependencies).status == 200)
    }

    @Test("metrics have a sample for what is configured, and what it adds itself")
    func metrics() throws {
        let text = try Self.answer(
            "/metrics",
            Dependencies(database: { .down(reason: "busy") }, redis: { .none }, metrics: { Array("own 1\n".utf8) })
        ).body
        #expect(text.contains("\nsluice_database_up 0\n"))
        #expect(!text.contains("sluice_redis_up"))
        #expect(text.hasSuffix("own 1\n"))
        let up = try Self.answer("/metrics", Dependencies(database: { .up }, redis: { .up })).body
        #expect(up.contains("\nsluice_database_up 1\n"))
        #expect(up.contains("\nsluice_redis_up 1\n"))
    }
}
