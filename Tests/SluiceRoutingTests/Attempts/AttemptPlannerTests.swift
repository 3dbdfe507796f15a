import SluiceCore
import Testing

@testable import SluiceRouting

@Suite("AttemptPlanner")
struct AttemptPlannerTests {
    /// Asks for the next attempt, lets it fail, and so on: who was asked, and how it ended.
    private func run(
        _ planner: inout AttemptPlanner,
        from start: Int64 = 0,
        seed: UInt64 = 1,
        _ fault: (Attempt) -> Fault?
    ) -> (asked: [String], end: String, now: MonotonicTime) {
        var random = RandomSource(seed: seed)
        var now = MonotonicTime.at(start)
        var asked: [String] = []
        while asked.count < 200 {
            switch planner.next(now: now, random: &random) {
            case .attempt(let attempt):
                asked.append("\(attempt.target.provider)/\(attempt.target.model)#\(attempt.credential)")
                planner.began(attempt, now: now)
                guard let fault = fault(attempt) else {
                    _ = planner.succeeded(attempt, now: now)
                    return (asked, "ok", now)
                }
                _ = planner.failed(attempt, fault, now: now)
            case .wait(let nanoseconds):
                now = now + nanoseconds
            case .giveUp(let reason):
                return (asked, reason.rawValue, now)
            }
        }
        return (asked, "endless", now)
    }

    @Test("without a policy each target is tried once, in order, and nothing is waited for")
    func onceEach() throws {
        let gateway = Gateway(targets: 3)
        var planner = try gateway.planner()
        let run = self.run(&planner) { _ in Fault(.serverError) }
        #expect(run.asked == ["0/m#0", "1/m#0", "2/m#0"])
        #expect(run.end == "exhausted")
        #expect(run.now == .at(0))
        #expect(try gateway.health().allSatisfy { $0.liveCount == 0 })
    }

    @Test("what another target would refuse as well ends it", arguments: [400, 404, 409, 413, 422])
    func final(status: Int) throws {
        let gateway = Gateway(
            targets: 3, retry: RetryPolicy(attempts: 5), fallbacks: Fallbacks(default: [.model("other")]),
            more: [Gateway.entry("other", [2])])
        var planner = try gateway.planner()
        let run = self.run(&planner) { _ in Fault(status: status) }
        #expect(run.asked.count == 1)
        #expect(run.end == "final")
        #expect(planner.lastFault?.kind == .rejected)
    }

    @Test("attempts bound all within the entry: other targets first, then the same again after a wait")
    func attempts() throws {
        var planner = try Gateway(targets: 3, retry: RetryPolicy(attempts: 2)).planner()
        #expect(self.run(&planner) { _ in Fault(.serverError) }.asked == ["0/m#0", "1/m#0"])

        let again = Gateway(targets: 2, retry: RetryPolicy(attempts: 5))
        planner = try again.planner()
        let run = self.run(&planner) { _ in Fault(.serverError) }
        #expect(run.asked == ["0/m#0", "1/m#0", "0/m#0", "1/m#0", "0/m#0"])
        #expect(run.now > .at(0))
        #expect(run.now <= .at(600), "two rounds, of 200 and 400 ms at most")
    }

    @Test("the origin says what led to each attempt")
    func origins() throws {
        let gateway = Gateway(
            targets: 2, retry: RetryPolicy(attempts: 3), fallbacks: Fallbacks(default: [.model("other")]),
            more: [Gateway.entry("other", [1])])
        var planner = try gateway.planner()
        var origins: [Attempt.Origin] = []
        var isRetry: [Bool] = []
        _ = self.run(&planner) { attempt in
            origins.append(attempt.origin)
            isRetry.append(attempt.isRetry)
            return Fault(.connect)
        }
        #expect(origins == [.first, .next, .again, .fallback(.default)])
        #expect(isRetry == [false, true, true, true])
    }

    @Test("a policy's conditions and its time bound what is repeated; fallbacks are not repetitions")
    func conditions() throws {
        let other = Gateway.entry("other", [1])
        let gateway = Gateway(
            targets: 2, retry: RetryPolicy(attempts: 4, on: [.connect]),
            fallbacks: Fallbacks(default: [.model("other")]),
            more: [other])
        var planner = try gateway.planner()
        #expect(self.run(&planner) { _ in Fault(.timeout) }.asked == ["0/m#0", "1/other#0"])
        planner = try Gateway(targets: 2, retry: RetryPolicy(attempts: 4, on: [.connect])).planner()
        #expect(self.run(&planner) { _ in Fault(.timeout) }.end == "policy")

        let quick = Gateway(targets: 2, retry: RetryPolicy(withinNanoseconds: 100 * Gateway.millisecond))
        var random = RandomSource(seed: 1)
        for (milliseconds, goesOn) in [(100, true), (101, false)] as [(Int64, Bool)] {
            planner = try quick.planner()
            let attempt = try #require(planner.next(now: .at(0), random: &random).attempt)
            planner.began(attempt, now: .at(50))
            _ = planner.failed(attempt, Fault(.serverError), now: .at(50 + milliseconds))
            let next = planner.next(now: .at(200), random: &random)
            #expect((next.attempt != nil) == goesOn)
        }
    }

    @Test("fallbacks are followed by kind, each once, and those of fallbacks are not")
    func fallbacks() throws {
        let entries = [
            Gateway.entry(
                "m", [0],
                fallbacks: Fallbacks(
                    default: [.model("a"), .model("p2/x"), .model("a"), .provider(1, model: nil), .model("m")],
                    contextWindow: [.model("big")], contentPolicy: [])),
            Gateway.entry("a", [1], fallbacks: Fallbacks(default: [.model("b"), .model("m")])),
            Gateway.entry("b", [2]),
            Gateway.entry("big", [2], fallbacks: Fallbacks(default: [.model("b")])),
            Gateway.entry("plain", [0], fallbacks: Fallbacks(default: [.model("b")])),
        ]
        let table = ModelTable(entries: entries, providers: Gateway.providers(3, health: HealthSettings(breaker: .off)))
        let plan = try #require(table.resolve("m"))
        func planner() -> AttemptPlanner { AttemptPlanner(plan, table: table, request: RoutingRequest(), now: .at(0)) }
        var one = planner()
        #expect(self.run(&one) { _ in Fault(.cut) }.asked == ["0/m#0", "1/a#0", "2/x#0", "1/m#0"])
        one = planner()
        #expect(self.run(&one) { _ in Fault(.contextWindow) }.asked == ["0/m#0", "2/big#0"])
        one = planner()
        let policy = self.run(&one) { _ in Fault(.contentPolicy) }
        #expect(policy.asked == ["0/m#0"])
        #expect(policy.end == "final")
        // A fallback that finds the prompt too long leads to the request's own list for that.
        one = planner()
        let mixed = self.run(&one) { $0.target.model == "m" ? Fault(.cut) : Fault(.contextWindow) }
        #expect(mixed.asked == ["0/m#0", "1/a#0", "2/big#0"])
        // Without a list of their own, such requests go the way of all failures.
        let plain = try #require(table.resolve("plain"))
        for kind in [Fault.Kind.contextWindow, .contentPolicy] {
            one = AttemptPlanner(plain, table: table, request: RoutingRequest(), now: .at(0))
            #expect(self.run(&one) { $0.number == 0 ? Fault(kind) : nil }.asked == ["0/plain#0", "2/b#0"])
        }
    }

    @Test("a provider that active probes find unwell is left alone until they find it well")
    func unwell() throws {
        let gateway = Gateway(targets: 2)
        #expect(gateway.board.report(provider: "p0", isWell: false))
        #expect(!gateway.board.report(provider: "p0", isWell: false))
        #expect(!gateway.board.report(provider: "nobody", isWell: false))
        var planner = try gateway.planner()
        #expect(self.run(&planner) { _ in nil }.asked == ["1/m#0"])
        #expect(planner.candidates(now: .at(0))[0].candidacy == .providerUnwell)
        #expect(gateway.board.report(provider: "p0", isWell: true))
        planner = try gateway.planner()
        #expect(self.run(&planner) { _ in nil }.asked == ["0/m#0"])
    }

    @Test("a refused credential is left alone everywhere, and the provider's next one takes the request")
    func credentials() throws {
        let gateway = Gateway(targets: 1, credentials: 3)
        var planner = try gateway.planner()
        var used: [Int] = []
        let run = self.run(&planner) { attempt in
            used.append(attempt.credential)
            return used.count < 3 ? Fault(status: 401) : nil
        }
        #expect(run.end == "ok")
        #expect(Set(used) == [0, 1, 2])
        // Both stay away from further requests, of other models too.
        for _ in 0..<6 {
            var next = try gateway.planner(model: "p0/other")
            #expect(self.run(&next) { _ in nil }.asked == ["0/other#\(used[2])"])
        }
        // After the cool-down one attempt tries each again.
        let bench = try gateway.plan().tree.leaves[0].providerHealth.credentials[used[0]]
        #expect(bench.state == .open(until: .at(60_000)))
    }

    @Test("when the only credential is refused, targets of other providers take over, and it is probed later")
    func benchedProvider() throws {
        let gateway = Gateway(targets: 2)
        var planner = try gateway.planner()
        #expect(
            self.run(&planner) { $0.target.provider == 0 ? Fault(status: 403, namesKey: true) : nil }.asked.count == 2)
        planner = try gateway.planner()
        #expect(self.run(&planner, from: 59_000) { _ in nil }.asked == ["1/m#0"])
        var random = RandomSource(seed: 1)
        planner = try gateway.planner()
        let probe = try #require(planner.next(now: .at(60_000), random: &random).attempt)
        #expect(probe.target.provider == 0)
        #expect(probe.isProbe)
        // While it runs, others stay away.
        var other = try gateway.planner()
        #expect(self.run(&other, from: 60_000) { _ in nil }.asked == ["1/m#0"])
        let change = planner.failed(probe, Fault(status: 401), now: .at(60_100))
        #expect(change.credential == .opened(until: .at(180_100)))
    }

    @Test("any other 403 benches nobody, and the next target is tried")
    func forbidden() throws {
        let gateway = Gateway(targets: 2)
        for _ in 0..<20 {
            var planner = try gateway.planner()
            let run = self.run(&planner) { $0.target.provider == 0 ? Fault(status: 403) : nil }
            #expect(run.asked == ["0/m#0", "1/m#0"])
        }
    }

    @Test("429 benches the credential on that target alone, for as long as the vendor says")
    func limited() throws {
        let gateway = Gateway(targets: 1, credentials: 2)
        var planner = try gateway.planner()
        var first = -1
        let run = self.run(&planner) { attempt in
            if first < 0 {
                first = attempt.credential
                return Fault(status: 429, retryAfterNanoseconds: 30 * Gateway.second)
            }
            return nil
        }
        #expect(run.asked == ["0/m#\(first)", "0/m#\(1 - first)"])
        for _ in 0..<4 {
            planner = try gateway.planner()
            #expect(self.run(&planner, from: 29_999) { _ in nil }.asked == ["0/m#\(1 - first)"])
        }
        // Another model of the provider has both.
        var seen: Set<String> = []
        for _ in 0..<4 {
            planner = try gateway.planner(model: "p0/other")
            seen.formUnion(self.run(&planner, from: 1) { _ in nil }.asked)
        }
        #expect(seen.count == 2)
        seen = []
        for _ in 0..<4 {
            planner = try gateway.planner()
            seen.formUnion(self.run(&planner, from: 30_001) { _ in nil }.asked)
        }
        #expect(seen.count == 2)
    }

    @Test("a 429 that asks to come back at once does not make a loop")
    func limitedForNoTime() throws {
        let gateway = Gateway(targets: 1, credentials: 2)
        var planner = try gateway.planner()
        let run = self.run(&planner) { _ in Fault(status: 429, retryAfterNanoseconds: 0) }
        #expect(run.asked.count == 2)
        #expect(Set(run.asked).count == 2)
        #expect(run.end == "exhausted")
    }

    @Test("retry-after is waited for up to its bound, and never past the deadline")
    func retryAfter() throws {
        let gateway = Gateway(targets: 1, retry: RetryPolicy(attempts: 2))
        var planner = try gateway.planner()
        var run = self.run(&planner) { _ in Fault(status: 503, retryAfterNanoseconds: 3 * Gateway.second) }
        #expect(run.asked.count == 2)
        #expect(run.now >= .at(3000))
        planner = try gateway.planner()
        run = self.run(&planner) { _ in Fault(status: 503, retryAfterNanoseconds: 11 * Gateway.second) }
        #expect(run.asked.count == 1)
        #expect(run.end == "exhausted")
        planner = try gateway.planner(deadline: .at(2000))
        run = self.run(&planner) { _ in Fault(status: 503, retryAfterNanoseconds: 3 * Gateway.second) }
        #expect(run.asked.count == 1)
        #expect(run.end == "deadline")
        #expect(run.now == .at(0), "nothing is waited for in vain")
        let limited = Gateway(targets: 1, retry: RetryPolicy(attempts: 2))
        planner = try limited.planner()
        run = self.run(&planner) {
            $0.number == 0 ? Fault(status: 429, retryAfterNanoseconds: 4 * Gateway.second) : nil
        }
        #expect(run.end == "ok")
        #expect(run.now >= .at(4000))
    }

    @Test("nothing begins at or after the deadline")
    func deadline() throws {
        var planner = try Gateway(targets: 3).planner(deadline: .at(10))
        var random = RandomSource(seed: 1)
        let attempt = try #require(planner.next(now: .at(9), random: &random).attempt)
        _ = planner.failed(attempt, Fault(.timeout), now: .at(10))
        #expect(planner.next(now: .at(10), random: &random) == .giveUp(.deadline))
    }

    @Test("requests that act are only repeated when nothing was sent, or the vendor allows it")
    func acting() throws {
        let gateway = Gateway(targets: 3, fallbacks: Fallbacks(default: [.model("p0/x")]))
        let request = RoutingRequest(isActing: true)
        var planner = try gateway.planner(request)
        var run = self.run(&planner) { _ in Fault(.timeout, wasSent: true) }
        #expect(run.asked.count == 1)
        #expect(run.end == "acted")
        planner = try gateway.planner(request)
        run = self.run(&planner) { $0.number < 2 ? Fault(.connect, wasSent: false) : nil }
        #expect(run.asked.count == 3)
        planner = try gateway.planner(request)
        run = self.run(&planner) { $0.number < 1 ? Fault(.serverError, vendorAllowsRetry: true) : nil }
        #expect(run.end == "ok")
        planner = try gateway.planner(request)
        var random = RandomSource(seed: 1)
        _ = planner.next(now: .at(0), random: &random)
        let hedge = planner.hedge(now: .at(1), random: &random)
        #expect(hedge == nil)
    }

    @Test("a vendor that forbids a repetition is not asked again, but others are")
    func forbids() throws {
        let gateway = Gateway(targets: 2, retry: RetryPolicy(attempts: 6))
        var planner = try gateway.planner()
        let run = self.run(&planner) { Fault(.serverError, vendorAllowsRetry: $0.target.provider == 0 ? false : nil) }
        #expect(run.asked.filter { $0.hasPrefix("0/") }.count == 1)
        #expect(run.asked.filter { $0.hasPrefix("1/") }.count == 5)
    }

    @Test("an open breaker keeps requests away, a probe finds out, and it closes as soon as the answer begins")
    func breaker() throws {
        let gateway = Gateway(targets: 2)
        for _ in 0..<5 {
            var planner = try gateway.planner()
            #expect(
                self.run(&planner) { $0.target.provider == 0 ? Fault(.connect, wasSent: false) : nil }.asked.count == 2)
        }
        var planner = try gateway.planner()
        #expect(self.run(&planner, from: 4999) { _ in nil }.asked == ["1/m#0"])
        #expect(planner.candidates(now: .at(4999))[0].candidacy == .breakerOpen(until: .at(5000)))
        var random = RandomSource(seed: 1)
        planner = try gateway.planner()
        let probe = try #require(planner.next(now: .at(5000), random: &random).attempt)
        #expect(probe.isProbe)
        #expect(probe.target.provider == 0)
        var other = try gateway.planner()
        #expect(self.run(&other, from: 5001) { _ in nil }.asked == ["1/m#0"])
        #expect(planner.answered(probe, firstTokenNanoseconds: 5, now: .at(5010)).target == .closed)
        other = try gateway.planner()
        #expect(self.run(&other, from: 5011) { _ in nil }.asked == ["0/m#0"])
        #expect(planner.succeeded(probe, now: .at(9000)).isEmpty)
    }

    @Test("a probe that is answered 400 has found its target alive")
    func probeRefused() throws {
        let gateway = Gateway(targets: 1)
        for _ in 0..<5 {
            var planner = try gateway.planner()
            _ = self.run(&planner) { _ in Fault(.timeout) }
        }
        var random = RandomSource(seed: 1)
        var planner = try gateway.planner()
        let probe = try #require(planner.next(now: .at(5000), random: &random).attempt)
        #expect(planner.failed(probe, Fault(status: 400), now: .at(5001)).target == .closed)
    }

    @Test("when no target is healthy the least bad one is tried, once, after fallbacks")
    func lastResort() throws {
        let gateway = Gateway(
            targets: 2, fallbacks: Fallbacks(default: [.model("other")]), more: [Gateway.entry("other", [1])])
        for round in 0..<5 as Range<Int64> {
            var planner = try gateway.planner()
            _ = self.run(&planner, from: round) { $0.target.provider == 0 ? Fault(.timeout) : nil }
        }
        for round in 100..<105 as Range<Int64> {
            var planner = try gateway.planner()
            _ = self.run(&planner, from: round) { $0.target.model == "m" ? Fault(.timeout) : nil }
        }
        #expect(try gateway.health().map(\.breakerState) == [.open(until: .at(5004)), .open(until: .at(5104))])
        var planner = try gateway.planner()
        #expect(self.run(&planner, from: 200) { _ in nil }.asked == ["1/other#0"])
        let bare = Gateway(targets: 2, board: gateway.board)
        planner = try bare.planner()
        let run = self.run(&planner, from: 200) { _ in Fault(.cut) }
        #expect(run.asked == ["0/m#0"], "the one whose cool-down ends first, and no other")
        #expect(run.end == "exhausted")
        planner = try bare.planner()
        #expect(self.run(&planner, from: 300) { _ in nil }.asked == ["1/m#0"])
    }

    @Test("a last resort that succeeds closes the breaker")
    func lastResortHeals() throws {
        let gateway = Gateway(targets: 1)
        for _ in 0..<5 {
            var planner = try gateway.planner()
            _ = self.run(&planner) { _ in Fault(.cut) }
        }
        #expect(try gateway.health()[0].breakerState == .open(until: .at(5000)))
        var planner = try gateway.planner()
        var random = RandomSource(seed: 1)
        let attempt = try #require(planner.next(now: .at(100), random: &random).attempt)
        #expect(attempt.origin == .lastResort)
        #expect(attempt.reason == .lastResort)
        #expect(planner.succeeded(attempt, now: .at(110)).target == .closed)
    }

    @Test("what the driver excludes is no attempt, and gives its place back")
    func excluded() throws {
        let gateway = Gateway(targets: 3, retry: RetryPolicy(attempts: 1))
        var planner = try gateway.planner()
        var random = RandomSource(seed: 1)
        let first = try #require(planner.next(now: .at(0), random: &random).attempt)
        planner.excluded(first, now: .at(0))
        #expect(planner.attemptCount == 0)
        #expect(planner.candidates(now: .at(0)).map(\.candidacy) == [.excluded, .eligible, .eligible])
        let second = try #require(planner.next(now: .at(0), random: &random).attempt)
        #expect(second.target.provider == 1)
        #expect(second.origin == .first)
        #expect(!second.isRetry)
        planner.excluded(second, now: .at(0))
        let third = try #require(planner.next(now: .at(0), random: &random).attempt)
        planner.excluded(third, now: .at(0))
        #expect(planner.next(now: .at(0), random: &random) == .giveUp(.nothingServes))
        #expect(try gateway.health().allSatisfy { $0.liveCount == 0 })
    }

    @Test("a hedge takes another target while one runs, and its loser is abandoned without blame")
    func hedge() throws {
        let gateway = Gateway(targets: 2)
        var planner = try gateway.planner(RoutingRequest(isStreaming: true))
        var random = RandomSource(seed: 1)
        let first = try #require(planner.next(now: .at(0), random: &random).attempt)
        planner.began(first, now: .at(0))
        let second = try #require(planner.hedge(now: .at(500), random: &random))
        #expect(second.target.provider == 1)
        #expect(second.origin == .hedge)
        let none = planner.hedge(now: .at(501), random: &random)
        #expect(none == nil)
        planner.began(second, now: .at(500))
        _ = planner.answered(second, firstTokenNanoseconds: 100, now: .at(600))
        planner.abandoned(first, now: .at(600))
        _ = planner.succeeded(second, now: .at(700))
        let health = try gateway.health()
        #expect(health.allSatisfy { $0.liveCount == 0 })
        #expect(health.allSatisfy { $0.breakerState == .closed })
    }

    @Test("a hedge that fails while the other runs does not end the request")
    func hedgeFails() throws {
        let gateway = Gateway(targets: 3)
        var planner = try gateway.planner()
        var random = RandomSource(seed: 1)
        let first = try #require(planner.next(now: .at(0), random: &random).attempt)
        let second = try #require(planner.hedge(now: .at(5), random: &random))
        _ = planner.failed(second, Fault(.cut), now: .at(6))
        let third = try #require(planner.next(now: .at(6), random: &random).attempt)
        #expect(third.target.provider == 2)
        _ = planner.failed(third, Fault(.cut), now: .at(7))
        #expect(planner.next(now: .at(7), random: &random) == .giveUp(.exhausted))
        _ = planner.succeeded(first, now: .at(8))
        #expect(try gateway.health().allSatisfy { $0.liveCount == 0 })
    }

    @Test("settling twice changes nothing, and what is not settled is abandoned with the planner")
    func once() throws {
        let gateway = Gateway(targets: 1)
        var random = RandomSource(seed: 1)
        do {
            var planner = try gateway.planner()
            let attempt = try #require(planner.next(now: .at(0), random: &random).attempt)
            #expect(try gateway.health()[0].liveCount == 1)
            _ = planner.succeeded(attempt, now: .at(1))
            _ = planner.succeeded(attempt, now: .at(1))
            _ = planner.failed(attempt, Fault(.cut), now: .at(1))
            planner.abandoned(attempt, now: .at(1))
            planner.excluded(attempt, now: .at(1))
            #expect(try gateway.health()[0].liveCount == 0)
            #expect(planner.lastFault == nil)
            #expect(planner.attemptCount == 1)
        }
        do {
            var planner = try gateway.planner()
            _ = planner.next(now: .at(2), random: &random)
            #expect(try gateway.health()[0].liveCount == 1)
        }
        #expect(try gateway.health()[0].liveCount == 0)
    }

    @Test("a probe whose planner goes gives its place back")
    func probeAbandoned() throws {
        let gateway = Gateway(targets: 1)
        for _ in 0..<5 {
            var planner = try gateway.planner()
            _ = self.run(&planner) { _ in Fault(.cut) }
        }
        var random = RandomSource(seed: 1)
        do {
            var planner = try gateway.planner()
            let probe = planner.next(now: .at(5000), random: &random).attempt
            #expect(probe?.isProbe == true)
            #expect(try gateway.health()[0].breakerState == .halfOpen)
        }
        var planner = try gateway.planner()
        #expect(planner.next(now: .at(5001), random: &random).attempt?.isProbe == true)
    }

    @Test("what is excluded costs the retry budget nothing, and is no traffic")
    func excludedAndBudget() throws {
        let settings = HealthSettings(breaker: .off, retryBudget: RetryBudgetSettings(ratio: 0.2, floor: 0))
        let table = ModelTable(
            entries: [
                ModelTable.Entry(
                    pattern: ModelPattern("m"),
                    targets: ["a", "b", "c"].map { ModelTable.EntryTarget(.provider(0, model: $0)) },
                    retry: RetryPolicy(attempts: 3))
            ],
            providers: Gateway.providers(1, health: settings)
        )
        let plan = try #require(table.resolve("m"))
        var random = RandomSource(seed: 1)
        for request in 0..<100 as Range<Int64> {
            let now = MonotonicTime.at(request)
            var planner = AttemptPlanner(plan, table: table, request: RoutingRequest(), now: now)
            let first = try #require(planner.next(now: now, random: &random).attempt)
            planner.excluded(first, now: now)
            let second = try #require(planner.next(now: now, random: &random).attempt, "request \(request)")
            _ = planner.succeeded(second, now: now)
        }
        let counts = plan.tree.leaves[0].providerHealth.shared.counts(now: .at(100))
        #expect(counts.attempts == 100)
        #expect(counts.retries == 0)
        // A retry that is excluded is given back as well: another one may take its place.
        var planner = AttemptPlanner(plan, table: table, request: RoutingRequest(), now: .at(100))
        let first = try #require(planner.next(now: .at(100), random: &random).attempt)
        _ = planner.failed(first, Fault(.serverError), now: .at(100))
        let second = try #require(planner.next(now: .at(100), random: &random).attempt)
        planner.excluded(second, now: .at(100))
        #expect(plan.tree.leaves[0].providerHealth.shared.counts(now: .at(100)).retries == 0)
        let third = try #require(planner.next(now: .at(100), random: &random).attempt)
        _ = planner.succeeded(third, now: .at(100))
        #expect(plan.tree.leaves[0].providerHealth.shared.counts(now: .at(100)).retries == 1)
    }

    @Test("the retry budget bounds what an outage adds, and other providers are still tried")
    func budget() throws {
        let settings = HealthSettings(breaker: .off, retryBudget: RetryBudgetSettings(ratio: 0.2, floor: 0))
        let one = Gateway(targets: 1, retry: RetryPolicy(attempts: 4), health: settings)
        var asked = 0
        var denied = 0
        for request in 0..<1000 as Range<Int64> {
            var planner = try one.planner(now: .at(request))
            let run = self.run(&planner, from: request) { _ in Fault(.serverError) }
            asked += run.asked.count
            if run.end == "budget" { denied += 1 }
        }
        #expect(asked <= 1200)
        #expect(asked >= 1150)
        #expect(denied > 900)
        let two = Gateway(targets: 2, retry: RetryPolicy(attempts: 2), health: settings)
        for _ in 0..<100 {
            var planner = try two.planner()
            #expect(self.run(&planner) { $0.target.provider == 0 ? Fault(.serverError) : nil }.end == "ok")
        }
    }

    @Test("an entry without healthy targets or attempts goes straight to its fallback")
    func straight() throws {
        let gateway = Gateway(targets: 1, fallbacks: Fallbacks(default: [.model("p0/x")]))
        for _ in 0..<5 {
            var planner = try gateway.planner()
            _ = self.run(&planner) { $0.target.model == "m" ? Fault(.timeout) : nil }
        }
        var planner = try gateway.planner()
        var origin: Attempt.Origin?
        let run = self.run(&planner, from: 10) { attempt in
            origin = attempt.origin
            return nil
        }
        #expect(run.asked == ["0/x#0"])
        #expect(origin == .fallback(.default))
    }

    @Test("candidates tell price, load, averages and benches")
    func candidates() throws {
        let gateway = Gateway(targets: 2, prices: [TargetPrice(input: 2_000_000_000, output: 8_000_000_000)])
        var planner = try gateway.planner(
            RoutingRequest(promptTokens: 500, maximumOutputTokens: 250, isStreaming: true))
        var random = RandomSource(seed: 1)
        let attempt = try #require(planner.next(now: .at(0), random: &random).attempt)
        _ = planner.answered(attempt, firstTokenNanoseconds: 1234, now: .at(1))
        let reports = planner.candidates(now: .at(1))
        #expect(reports[0].candidacy == .running)
        #expect(reports[0].costNanoUSD == 3_000_000)
        #expect(reports[0].health.liveCount == 1)
        #expect(reports[0].health.firstTokenNanoseconds == 1234)
        #expect(reports[0].health.credentials == [nil])
        #expect(reports[0].health.providerAttempts == 1)
        #expect(reports[1].candidacy == .eligible)
        #expect(reports[1].costNanoUSD == nil)
        #expect(gateway.table.healthReport(now: .at(1)).count == 4)
    }
}
