import CMallocCount
import Glibc
import SluiceCore
import SluiceTelemetry
import SluiceWire

// Nanoseconds and allocations of each call that telemetry adds to an exchange.
// Run: swift run -c release telemetry-bench; with --check it fails when a call costs more than its bar.

let isChecking = CommandLine.arguments.contains("--check")
var failures = 0

/// Runs `body` `rounds` times over, takes the best of `repeats` runs, and prints its cost per call.
///
/// `bar` is in nanoseconds; a call that has one may not allocate either.
@MainActor func measure(
    _ name: String,
    bar: Double? = nil,
    rounds: Int = 200_000,
    repeats: Int = 7,
    _ body: (Int) -> Void
) {
    for round in 0..<1000 { body(round) }
    var best = Duration.seconds(1000)
    let mallocs = malloc_count_total()
    for _ in 0..<repeats {
        let start = ContinuousClock.now
        for round in 0..<rounds { body(round) }
        best = min(best, ContinuousClock.now - start)
    }
    let perCall = Double(malloc_count_total() - mallocs) / Double(rounds * repeats)
    let nanoseconds = Double(best.components.attoseconds) / 1e9 + Double(best.components.seconds) * 1e9
    let tenths = Int(nanoseconds * 10 / Double(rounds))
    let hundredths = Int(perCall * 100)
    let padding = String(repeating: " ", count: max(0, 46 - name.utf8.count))
    print("\(name)\(padding)\(tenths / 10).\(tenths % 10) ns  \(hundredths / 100).\(hundredths / 10 % 10) mallocs")
    if let bar, nanoseconds / Double(rounds) > bar || perCall > 0.5 { failures += 1 }
}

func chatRecord(isStreamed: Bool) -> ExchangeRecord {
    var record = ExchangeRecord()
    record.receivedAt = 1_795_251_600_000_000_000
    record.requestID = "01979c5e-7d3a-7b52-9c1e-2f8a4d6b0e13"
    record.method = "POST"
    record.surface = .chat
    record.status = 200
    record.principal = Principal(keyID: "k7f3a9c2", keyName: "ci", tenant: "acme")
    record.model = "claude-sonnet-4-5"
    record.isKnownModel = true
    record.provider = "anthropic"
    record.targetModel = "claude-sonnet-4-5-20250929"
    record.attempts = 1
    record.upstreamStatus = 200
    record.durationNanoseconds = 812_345_678
    record.timeToFirstByteNanoseconds = 212_345_678
    record.upstreamNanoseconds = 201_345_678
    record.usage = TokenUsage(uncachedInput: 1234, output: 321)
    record.isStreamed = isStreamed
    record.streamEvents = isStreamed ? 330 : 0
    record.streamBytes = isStreamed ? 65_536 : 0
    record.finishReason = "stop"
    return record
}

let whole = chatRecord(isStreamed: false)
let streamed = chatRecord(isStreamed: true)
let registry = MetricsRegistry(shards: 2)
let shard = registry.shard(0)

measure("metrics: record, whole reply", bar: 1000) { _ in shard.record(whole) }
measure("metrics: record, stream", bar: 1000) { _ in shard.record(streamed) }
measure("metrics: request started and ended", bar: 1000) { _ in
    shard.requestStarted(.chat, method: "POST")
    shard.requestEnded(.chat, method: "POST")
}

let crowded = MetricsRegistry(shards: 1)
let crowdedShard = crowded.shard(0)
let thousand = (0..<1000).map { number in
    var record = streamed
    record.model = "model-number-\(number)"
    return record
}
measure("metrics: record, stream, 1,000 models", bar: 1000) { round in crowdedShard.record(thousand[round % 1000]) }
var text: [UInt8] = []
measure("metrics: scrape, one model", rounds: 200) { _ in
    text.removeAll(keepingCapacity: true)
    registry.scrape(into: &text)
}
print("  \(text.count) bytes")
measure("metrics: scrape, 1,000 models", rounds: 3, repeats: 2) { round in
    guard round < 3 else { return }
    text.removeAll(keepingCapacity: true)
    crowded.scrape(into: &text)
}
print("  \(text.count) bytes")

var line: [UInt8] = []
measure("access log: format JSON", bar: 1500) { _ in
    line.removeAll(keepingCapacity: true)
    AccessLogLine.append(streamed, format: .json, to: &line)
}
print("  \(line.count) bytes")
measure("access log: format pretty", bar: 1500) { _ in
    line.removeAll(keepingCapacity: true)
    AccessLogLine.append(streamed, format: .pretty(colours: true), to: &line)
}

let output = open("/dev/null", O_WRONLY)
let sink = LogSink(descriptor: output, limitBytes: 64 << 20)
let accessLog = AccessLog(sink: sink, settings: LogSettings())
measure("access log: format and hand over") { _ in accessLog.write(streamed) }
_ = sink.flush(timeout: .seconds(10))
print("  \(sink.counters)")
sink.close(timeout: .seconds(10))
if isChecking, failures > 0 {
    print("\(failures) calls cost more than their bar")
    exit(1)
}
