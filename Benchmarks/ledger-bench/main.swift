import CMallocCount
import Glibc
import SluiceCore
import SluiceStores
import SluiceWire

// What the ledger costs: a record on the event loop, and a record moved to the database.
// Run: swift run -c release ledger-bench; with --check it fails when an append costs more than 5 us or a moved record more than 15 us
// of processor time. With --postgres URL the same is stored in PostgreSQL; --records N takes so many records, for a profiler.

let arguments = CommandLine.arguments
let isChecking = arguments.contains("--check")
let folder = arguments.firstIndex(of: "--folder").map { arguments[$0 + 1] } ?? "/tmp/sluice-ledger-bench.\(getpid())"
var failures = 0

func processorNanoseconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
}

@MainActor func report(_ name: String, _ value: Double, _ unit: String, bar: Double? = nil) {
    let padding = String(repeating: " ", count: max(1, 58 - name.utf8.count))
    let rounded = Int(value * 10)
    print("\(name)\(padding)\(rounded / 10).\(rounded % 10) \(unit)\(bar.map { "  (bar \(Int($0)))" } ?? "")")
    if let bar, value > bar { failures += 1 }
}

/// A streamed answer of one of 20 models, asked by one of 100 keys.
func record(_ index: Int, at time: Int64) -> ExchangeRecord {
    var record = ExchangeRecord()
    record.receivedAt = time
    record.requestID = "01979c5e-7d3a-7b52-9c1e-\(100_000_000_000 + index)"
    record.surface = .chat
    record.method = "POST"
    record.principal = principals[index % principals.count]
    record.model = "model-\(index % 20)"
    record.isKnownModel = true
    record.status = 200
    record.requestBytes = 2_412
    record.responseBytes = 18_554
    record.durationNanoseconds = 2_345_678_901
    record.attempts = 1
    record.attempt.provider = "provider-\(index % 4)"
    record.attempt.targetModel = "vendor-model-\(index % 20)-2026-10-01"
    record.attempt.dialect = .openAIChat
    record.attempt.outcome = .answered
    record.attempt.startNanoseconds = 312_456
    record.attempt.durationNanoseconds = 2_345_000_111
    record.attempt.upstreamStatus = 200
    record.attempt.upstreamNanoseconds = 223_456_789
    record.attempt.timeToFirstByteNanoseconds = 298_765_432
    record.attempt.usage = TokenUsage(uncachedInput: 1180 + index % 7, cacheRead: 2048, output: 321, reasoning: 64)
    record.attempt.usageSource = .vendor
    record.attempt.isStreamed = true
    record.attempt.streamEvents = 331
    record.attempt.streamBytes = 18_554
    record.attempt.finishReason = "stop"
    var cost = AttemptCost(priceVersion: "2026-11-28")
    cost.input = NanoUSD(2_950_000)
    cost.cacheRead = NanoUSD(512_000)
    cost.output = NanoUSD(3_210_000)
    cost.reasoning = NanoUSD(640_000)
    cost.cacheSaving = NanoUSD(4_608_000)
    record.attempt.cost = cost
    return record
}

let principals = (0..<100).map { index in
    Principal(
        proof: .storedKey, keyID: "k7f3a9c2d8e1b\(100 + index)", keyName: "Search service \(index)", tenant: "acme",
        team: "search-\(index % 10)", user: "user_01979c5e7d3a7b529c1e\(index)",
        tags: ["cost_center": "cc-\(index % 5)", "env": "prod"])
}

let start: Int64 = 1_796_040_000_000_000_000
let wanted = arguments.firstIndex(of: "--records").flatMap { Int(arguments[$0 + 1]) }
let count = max(2000, wanted ?? (isChecking ? 50_000 : 200_000))
let records = (0..<1000).map { record($0, at: start) }

var settings = JournalSettings(folder: "\(folder)/journal")
settings.sync = .second
let journal = try LedgerJournal(settings, loops: 1) { print("notice: \($0)") }
for index in 0..<1000 {
    journal.add(records[index], loop: 0)
    journal.commit(loop: 0)
}
let before = journal.statistics
let mallocs = malloc_count_total()
let threadStart = processorNanoseconds(CLOCK_THREAD_CPUTIME_ID)
let wallStart = ContinuousClock.now
for index in 0..<count {
    var next = records[index % records.count]
    next.receivedAt = start + Int64(index) * 100_000
    journal.add(next, loop: 0)
    journal.commit(loop: 0)
}
let wall = ContinuousClock.now - wallStart
let cpu = processorNanoseconds(CLOCK_THREAD_CPUTIME_ID) - threadStart
let after = journal.statistics
report("append: processor time on the loop", cpu / Double(count) / 1000, "us", bar: 5)
report("append: allocations", Double(malloc_count_total() - mallocs) / Double(count), "")
report("journal bytes a record", Double(after.bytes - before.bytes) / Double(after.records - before.records), "bytes")
let seconds = Double(wall.components.seconds) + Double(wall.components.attoseconds) / 1e18
report("append: sustained on one loop", Double(count) / seconds / 1000, "thousand/s")

let postgres = arguments.firstIndex(of: "--postgres").map { arguments[$0 + 1] }
let stores = try SQLStores(try StoreLocation(postgres ?? "sqlite:\(folder)/ledger.db"))
try await stores.migrate()
let shipper = LedgerShipper(journal: journal, stores: stores, settings: LedgerShipper.Settings()) {
    print("notice: \($0)")
}
/// Stores what the journal has, and says how long it took: processor time of this process and time, in nanoseconds.
func ship() async -> (processor: Double, time: Double) {
    let processor = processorNanoseconds(CLOCK_PROCESS_CPUTIME_ID)
    let time = processorNanoseconds(CLOCK_MONOTONIC)
    guard await shipper.finish(within: .seconds(600)) else {
        print("the records were not stored in time")
        exit(1)
    }
    return (
        processorNanoseconds(CLOCK_PROCESS_CPUTIME_ID) - processor, processorNanoseconds(CLOCK_MONOTONIC) - time
    )
}

let database = postgres == nil ? "SQLite" : "PostgreSQL"
let isSQLite = postgres == nil

// Far more records than are kept in memory: most are read from the segments, as after an hour without a database.
let read = await ship()
let readCount = Double(shipper.statistics.stored)
report("ship to \(database) from segments: processor time", read.processor / readCount / 1000, "us")
report("ship from segments: sustained", readCount / read.time * 1e6, "thousand/s")

// As it is while the gateway runs: batch by batch, from memory.
var handed = (processor: 0.0, time: 0.0)
for round in 0..<count / 2000 {
    for index in 0..<2000 {
        var next = records[index % records.count]
        next.receivedAt = start + Int64(count + round * 2000 + index) * 100_000
        journal.add(next, loop: 0)
        journal.commit(loop: 0)
    }
    let step = await ship()
    handed.processor += step.processor
    handed.time += step.time
}
let handedCount = Double(shipper.statistics.stored) - readCount
report(
    "ship to \(database) from memory: processor time", handed.processor / handedCount / 1000, "us",
    bar: isSQLite ? 15 : nil)
report("ship from memory: sustained", handedCount / handed.time * 1e6, "thousand/s")
await journal.close()

await stores.close()
if isChecking, failures > 0 { exit(1) }
