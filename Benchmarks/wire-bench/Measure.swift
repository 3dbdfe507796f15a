/// Times small pieces of work, and prints them beside what is asked of them.
struct Measure {
    /// How long each piece runs, in all its rounds.
    var seconds: Double
    /// Only pieces whose name holds this text are measured; all when it is empty.
    var filter = ""

    /// Runs `work` in rounds of doubling size for `seconds`, and returns the best round's nanoseconds per call.
    ///
    /// The best round is the one that the machine's other tenants disturbed least.
    func nanoseconds(_ work: () -> Int) -> Double {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(seconds)
        var calls = 1
        var best = Double.infinity
        var rounds = 0
        while rounds < 5 || clock.now < deadline {
            let start = clock.now
            for _ in 0..<calls { Self.sink &+= work() }
            let elapsed = Self.nanoseconds(clock.now - start)
            if elapsed < 2_000_000 {
                calls *= 2
                continue
            }
            best = min(best, elapsed / Double(calls))
            rounds += 1
        }
        return best
    }

    /// Measures and prints one line; `bar` is in nanoseconds.
    func report(_ name: String, bytes: Int, bar: Double? = nil, source: String = "", _ work: () -> Int) {
        guard filter.isEmpty || name.contains(filter) else { return }
        let best = nanoseconds(work)
        let rate = Double(bytes) / best * 1000
        var line = Self.pad(name, 46) + Self.pad(Self.text(best) + " ns", 16) + Self.pad(Self.text(rate) + " MB/s", 14)
        if let bar {
            line += Self.pad("bar \(Self.text(bar)) ns", 18) + (best <= bar ? "met" : "MISSED")
            if !source.isEmpty { line += "  (\(source))" }
        }
        print(line)
    }

    /// Where results go, so that no work is optimised away; one thread only.
    nonisolated(unsafe) static var sink = 0

    private static func nanoseconds(_ duration: Duration) -> Double {
        let parts = duration.components
        return Double(parts.seconds) * 1e9 + Double(parts.attoseconds) / 1e9
    }

    private static func text(_ value: Double) -> String {
        value >= 100 ? "\(Int(value + 0.5))" : "\(Double(Int(value * 10 + 0.5)) / 10)"
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.utf8.count))
    }
}
