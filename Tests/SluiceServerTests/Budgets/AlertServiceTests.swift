import Logging
import SluiceCore
import SluiceHTTP
import SluicePolicies
import SluiceTelemetry
import Synchronization
import Testing

@testable import SluiceServer

@Suite("Alerts of budgets", .timeLimit(.minutes(1)))
struct AlertServiceTests {
    private final class Posting: AlertPosting {
        struct Post: Sendable {
            var body: [UInt8]
            var headers: [String: String]
            var target: String
        }

        private let state: Mutex<(answers: [Int?], posts: [Post])>

        init(_ answers: [Int?]) { self.state = Mutex((answers, [])) }

        var posts: [Post] { self.state.withLock { $0.posts } }

        func post(_ body: [UInt8], headers: [(name: String, value: String)], to webhook: AlertWebhook) async -> Int? {
            self.state.withLock { state in
                let fields = Dictionary(headers.map { ($0.name, $0.value) }) { first, _ in first }
                state.posts.append(Post(body: body, headers: fields, target: webhook.target))
                return state.answers.isEmpty ? 200 : state.answers.removeFirst()
            }
        }
    }

    private final class Waits: Sendable {
        private let state = Mutex<[Duration]>([])

        var all: [Duration] { self.state.withLock { $0 } }

        func add(_ wait: Duration) { self.state.withLock { $0.append(wait) } }
    }

    private let metrics = MetricsRegistry(shards: 1)
    private let waits = Waits()

    private func service(_ posting: Posting, secret: String? = nil) -> AlertService {
        let origin = UpstreamOrigin(name: "alerts", isSecure: true, host: "hooks.example", port: 443)
        return AlertService(
            webhook: AlertWebhook(origin: origin, target: "/budgets?a=1", secret: secret.map { Secret($0) }),
            posting: posting,
            now: { LimitWords.noon },
            sleep: { self.waits.add($0) },
            random: { 1 },
            metrics: self.metrics.sharedLimits,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private func alert(_ permille: Int = 800) -> BudgetAlert {
        let rule = BudgetRule(NanoUSD(100), per: BudgetCalendar(.month), level: .key, alertPermille: [permille])
        let period = rule.calendar.interval(containing: LimitWords.noon)
        return BudgetAlert(
            rule: rule, subject: LimitSubject(key: "k1"), permille: permille, spent: 81, period: period)
    }

    private func count(_ result: String) -> String? {
        var bytes: [UInt8] = []
        self.metrics.scrape(into: &bytes, process: nil)
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
            .first { $0.hasPrefix("sluice_budget_alerts_total{result=\"\(result)\"}") }
            .map { String($0.split(separator: " ").last ?? "") }
    }

    @Test("an alert is sent once, signed over its time and its body")
    func delivered() async {
        let posting = Posting([204])
        let service = self.service(posting, secret: "shared secret")
        service.raise(self.alert())
        await service.finish()
        #expect(posting.posts.count == 1)
        #expect(posting.posts.first?.body == self.alert().json(at: LimitWords.noon))
        #expect(posting.posts.first?.target == "/budgets?a=1")
        #expect(posting.posts.first?.headers["content-type"] == "application/json")
        #expect(posting.posts.first?.headers["x-sluice-signature"]?.hasPrefix("t=1796040000,v1=") == true)
        #expect(self.count("delivered") == "1" && self.count("failed") == "0")
    }

    @Test("a signature is the HMAC-SHA256 of the time, a point and the body")
    func signature() {
        let origin = UpstreamOrigin(name: "alerts", isSecure: false, host: "h", port: 80)
        let webhook = AlertWebhook(origin: origin, target: "/", secret: Secret("key"))
        let headers = webhook.headers(for: Array("{}".utf8), secondsSince1970: 1)
        // printf '1.{}' | openssl dgst -sha256 -hmac key
        #expect(headers.last?.value == "t=1,v1=1ba6b8171186efc613e8bcc0cbdab2748f24984d7c5a84faa2637afa0e40d224")
        #expect(AlertWebhook(origin: origin, target: "/").headers(for: [], secondsSince1970: 1).count == 1)
    }

    @Test("what is not taken is sent again, the same bytes, with growing waits, and given up in the end")
    func retried() async {
        let posting = Posting([500, nil, 302, 200] + [Int?](repeating: 503, count: 6))
        let service = self.service(posting)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await service.run() }
            service.raise(self.alert(800))
            service.raise(self.alert(900))
            while self.count("failed") != "1" { await Task.yield() }
            group.cancelAll()
        }
        #expect(self.waits.all == [1, 2, 4, 1, 2, 4, 8, 16].map { .seconds($0) })
        #expect(Set(posting.posts.prefix(4).map(\.body)).count == 1)
        #expect(posting.posts.count == 10 && self.count("delivered") == "1")
    }

    @Test("the queue is bounded")
    func bounded() async {
        let posting = Posting([])
        let service = self.service(posting)
        for _ in 0..<1003 { service.raise(self.alert()) }
        #expect(self.count("dropped") == "3")
        await service.finish()
        #expect(posting.posts.count == 1000)
    }
}
