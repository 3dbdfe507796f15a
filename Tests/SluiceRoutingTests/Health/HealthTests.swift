import SluiceCore
import Testing

@testable import SluiceRouting

@Suite("Fault")
struct FaultTests {
    @Test(
        "each status is put where it belongs",
        arguments: [
            (400, false, .rejected, .nobody), (401, false, .credentialRefused, .credential),
            (402, false, .credentialRefused, .credential), (403, false, .forbidden, .nobody),
            (403, true, .credentialRefused, .credential), (404, false, .rejected, .nobody),
            (408, false, .timeout, .target), (409, false, .rejected, .nobody), (413, false, .rejected, .nobody),
            (422, false, .rejected, .nobody), (429, false, .rateLimited, .credentialOnTarget),
            (500, false, .serverError, .target), (503, false, .serverError, .target),
            (529, false, .serverError, .target),
            (302, false, .malformed, .target),
        ] as [(Int, Bool, Fault.Kind, Fault.Blame)])
    func status(status: Int, namesKey: Bool, kind: Fault.Kind, blame: Fault.Blame) {
        let fault = Fault(status: status, namesKey: namesKey)
        #expect(fault.kind == kind)
        #expect(fault.blame == blame)
    }

    @Test(
        "what may be repeated though it acts: what was not sent, what was refused at the door, what the vendor allows")
    func acting() {
        #expect(Fault(.connect, wasSent: false).mayRepeatAction)
        #expect(!Fault(.timeout).mayRepeatAction)
        #expect(!Fault(.serverError).mayRepeatAction)
        #expect(Fault(.serverError, vendorAllowsRetry: true).mayRepeatAction)
        #expect(Fault(.rateLimited).mayRepeatAction)
        #expect(!Fault(.rateLimited, vendorAllowsRetry: false).mayRepeatAction)
        #expect(Fault(status: 401).mayRepeatAction)
    }

    @Test("kinds of fallbacks")
    func fallbacks() {
        #expect(Fault(.contextWindow).fallbackKind == .contextWindow)
        #expect(Fault(.contentPolicy).fallbackKind == .contentPolicy)
        #expect(Fault(.rejected).fallbackKind == nil)
        #expect(Fault(.serverError).fallbackKind == .default)
        #expect(Fault(.rateLimited).fallbackKind == .default)
    }
}

@Suite("LatencyAverage")
struct LatencyAverageTests {
    @Test("a worse time counts at once, better ones by the time since the last")
    func peak() {
        var average = LatencyAverage()
        #expect(average.value < 0)
        average.add(100, now: .at(0))
        #expect(average.value == 100)
        average.add(1000, now: .at(1))
        #expect(average.value == 1000)
        average.add(100, now: .at(10_001))
        #expect(abs(average.value - 550) < 1)
        average.add(-5, now: .at(10_001))
        #expect(average.value > 500)
        average.add(100, now: .at(1_000_000))
        #expect(average.value < 110)
    }
}

@Suite("HealthBoard")
struct HealthBoardTests {
    @Test("the same provider and model have the same state in every table, whatever their places")
    func reload() throws {
        let board = HealthBoard()
        let first = Gateway(targets: 3, board: board)
        let states = try first.health()
        let entry = ModelTable.Entry(
            pattern: ModelPattern("m"), targets: [2, 0].map { ModelTable.EntryTarget(.provider($0, model: nil)) })
        let second = ModelTable(entries: [entry], providers: Gateway.providers(3), board: board)
        let leaves = try #require(second.resolve("m")).tree.leaves
        #expect(leaves[0].health === states[2])
        #expect(leaves[1].health === states[0])
        #expect(leaves[0].providerHealth.shared === (try first.plan()).tree.leaves[2].providerHealth.shared)
        #expect(
            leaves[0].providerHealth.credentials[0] === (try first.plan()).tree.leaves[2].providerHealth.credentials[0])
    }

    @Test("a credential keeps its state when its place changes, and a new one begins fresh")
    func credentials() {
        let board = HealthBoard()
        let old = board.provider(named: "p", credentials: [1, 2], settings: HealthSettings())
        let new = board.provider(named: "p", credentials: [3, 1], settings: HealthSettings())
        #expect(old.credentials[0] === new.credentials[1])
        #expect(old.credentials[1] !== new.credentials[0])
        let other = board.provider(named: "q", credentials: [1], settings: HealthSettings())
        #expect(other.credentials[0] !== old.credentials[0])
    }

    @Test("what no snapshot uses is forgotten")
    func forgets() {
        let board = HealthBoard()
        for round in 0..<50 {
            let entries = (0..<100).map { Gateway.entry("model-\(round)-\($0)", [0]) }
            let table = ModelTable(entries: entries, providers: Gateway.providers(1), board: board)
            #expect(table.problems.isEmpty)
        }
        #expect(board.count < 2500)
        board.sweep()
        #expect(board.count == 0)
    }

    @Test("a provider knows whether any of its credentials is refused, also when a refused one is taken out")
    func refusals() {
        let board = HealthBoard()
        var handle = board.provider(named: "p", credentials: [1, 2], settings: HealthSettings())
        #expect(handle.shared.hasNoRefusals)
        for _ in 0..<3 { _ = handle.credentials[0].failed(isProbe: false, now: .at(0), BenchSettings()) }
        #expect(!handle.shared.hasNoRefusals)
        _ = handle.credentials[0].pass(now: .at(60_000), isLastResort: false)
        _ = handle.credentials[0].succeeded(isProbe: true, now: .at(60_000), BenchSettings())
        #expect(handle.shared.hasNoRefusals)
        _ = handle.credentials[0].failed(isProbe: false, now: .at(60_000), BenchSettings())
        handle = board.provider(named: "p", credentials: [2], settings: HealthSettings())
        #expect(handle.shared.hasNoRefusals)
    }

    @Test("a burst of 429s side by side is one limit, and the next one after it is longer")
    func limits() {
        let health = TargetHealth(id: 1, seed: 1)
        let settings = BenchSettings()
        for _ in 0..<50 {
            let until = health.limited(7, retryAfterNanoseconds: nil, now: .at(0), settings)
            #expect(until == .at(1000))
        }
        #expect(health.limited(7, retryAfterNanoseconds: nil, now: .at(1000), settings) == .at(3000))
        health.worked(7, now: .at(3000))
        #expect(health.limited(7, retryAfterNanoseconds: nil, now: .at(3000), settings) == .at(4000))
        let long = health.limited(8, retryAfterNanoseconds: 86_400 * Gateway.second, now: .at(0), settings)
        #expect(long == .at(300_000), "capped")
        #expect(health.limit(of: 9) == nil)
    }
}
