import Logging
import SluiceCore
import SluiceHTTP
import SluiceRouting
import Synchronization
import Testing

@testable import SluiceServer

@Suite("Probes of providers")
struct ProbeTests {
    private static func target(_ provider: String, every: Duration = .seconds(10)) -> ProbeTarget {
        ProbeTarget(
            provider: provider, origin: UpstreamOrigin(isSecure: false, host: "h", port: 1), path: "/health",
            every: every, timeout: .seconds(1))
    }

    @Test("each provider is asked at once, then after its pause, and never twice at a time")
    func schedule() {
        var schedule = ProbeSchedule()
        let targets = [Self.target("a"), Self.target("b", every: .seconds(1))]
        #expect(schedule.begin(targets, now: .zero).map(\.provider) == ["a", "b"])
        var counts = schedule.end("b")
        #expect(counts)
        #expect(schedule.begin(targets, now: .milliseconds(999)).isEmpty)
        #expect(schedule.begin(targets, now: .seconds(1)).map(\.provider) == ["b"])
        // Neither has answered.
        #expect(schedule.begin(targets, now: .seconds(60)).isEmpty)
        counts = schedule.end("a")
        #expect(counts)
        #expect(schedule.begin(targets, now: .seconds(60)).map(\.provider) == ["a"])
    }

    @Test("a provider that left the configuration is asked at once when it comes back")
    func forgets() {
        var schedule = ProbeSchedule()
        #expect(schedule.begin([Self.target("a")], now: .zero).count == 1)
        #expect(schedule.forget(allBut: [Self.target("a")]).isEmpty)
        #expect(schedule.forget(allBut: []) == ["a"])
        let counts = schedule.end("a")
        #expect(!counts)
        #expect(schedule.begin([Self.target("a")], now: .seconds(2)).count == 1)
    }

    @Test("a provider that is not well is left alone until a probe finds it well")
    func health() async throws {
        let board = HealthBoard()
        let table = ModelTable(
            entries: [ModelTable.Entry(pattern: ModelPattern("m"), targets: [(provider: 0, model: nil), (1, nil)])],
            providers: [
                ModelTable.ProviderEntry(name: "a", patterns: []), ModelTable.ProviderEntry(name: "b", patterns: []),
            ],
            board: board
        )
        let isWell = Mutex(false)
        let service = ProbeService(
            targets: { [Self.target("a")] }, health: board, ask: { _ in isWell.withLock { $0 } },
            logger: Logger(label: "test"))
        func first() throws -> Int? {
            var random = RandomSource(seed: 1)
            let plan = try #require(table.resolve("m"))
            return plan.choose(for: RoutingRequest(), now: MonotonicTime(nanoseconds: 0), random: &random)?.provider
        }
        #expect(try first() == 0)
        await service.probe(now: .zero)
        #expect(try first() == 1)
        isWell.withLock { $0 = true }
        await service.probe(now: .seconds(20))
        #expect(try first() == 0)
    }

    @Test("a provider whose probe is taken out of the configuration is left alone no longer")
    func removed() async throws {
        let board = HealthBoard()
        let table = ModelTable(
            entries: [ModelTable.Entry(pattern: ModelPattern("m"), targets: [(provider: 0, model: nil)])],
            providers: [ModelTable.ProviderEntry(name: "a", patterns: [])], board: board)
        let targets = Mutex([Self.target("a")])
        let meanwhile = Mutex<ProbeService?>(nil)
        let service = ProbeService(
            targets: { targets.withLock { $0 } }, health: board,
            ask: { _ in
                if let service = meanwhile.withLock({ $0 }) {
                    targets.withLock { $0 = [] }
                    await service.probe(now: .seconds(3))
                }
                return false
            }, logger: Logger(label: "test"))
        func isUsed() throws -> Bool {
            var random = RandomSource(seed: 1)
            let plan = try #require(table.resolve("m"))
            return plan.choose(for: RoutingRequest(), now: MonotonicTime(nanoseconds: 0), random: &random) != nil
        }
        await service.probe(now: .zero)
        #expect(try !isUsed())
        targets.withLock { $0 = [] }
        await service.probe(now: .seconds(1))
        #expect(try isUsed())
        // An answer that comes after that counts no more.
        targets.withLock { $0 = [Self.target("a")] }
        meanwhile.withLock { $0 = service }
        await service.probe(now: .seconds(2))
        #expect(try isUsed())
    }
}
