import Logging
import SluiceCore
import Synchronization

/// The limits and budgets of the store, kept in memory: read at the start and after each change.
///
/// While the store cannot be read, what was read last holds on. Before it was read for the first time there are none but those of
/// the configuration and of keys.
final class StoredRules: ChangeListener {
    /// More rules than this are not read; the log says so.
    private static let limit = 100_000

    private struct State {
        var index = RuleIndex()
        var isCurrent = false
    }

    private let store: any RecordStore<RuleRecord>
    private let logger: Logger
    private let state = Mutex(State())
    private let number = Atomic(0)

    /// Keeps the rules of a store; ``load()`` reads them.
    init(_ store: any RecordStore<RuleRecord>, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    /// Another number whenever the rules have changed.
    var generation: Int { self.number.load(ordering: .acquiring) }

    /// The rules.
    var index: RuleIndex { self.state.withLock { $0.index } }

    /// Whether what is kept is what the store has, as far as it is known.
    var isCurrent: Bool { self.state.withLock { $0.isCurrent } }

    /// Reads all rules. Returns whether that worked.
    @discardableResult
    func load() async -> Bool {
        var records: [RuleRecord] = []
        var cursor: String?
        do throws(StoreError) {
            repeat {
                let page = try await self.store.records(
                    in: .all, where: .all, page: PageRequest(limit: PageRequest.largest, after: cursor))
                records += page.records
                cursor = page.next
            } while cursor != nil && records.count < Self.limit
        } catch {
            self.state.withLock { $0.isCurrent = false }
            self.logger.warning(
                "limits and budgets cannot be read; the last ones hold on", metadata: ["error": "\(error)"])
            return false
        }
        if cursor != nil {
            self.logger.error("more limits and budgets than are read", metadata: ["read": "\(records.count)"])
        }
        // Here and not on an event loop, as the first use of a time zone reads a file.
        for record in records where !record.isDisabled {
            guard let problem = KnownRules.problem(withDefinition: record.definition, of: record.sort) else { continue }
            self.logger.error(
                "a limit or a budget cannot be read; what it bounds is refused",
                metadata: ["rule": "\(record.id)", "problem": "\(problem)"])
        }
        self.state.withLock { state in
            state.index = RuleIndex(records)
            state.isCurrent = true
        }
        self.number.wrappingAdd(1, ordering: .releasing)
        return true
    }

    /// Reads again what could not be read, until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            if !self.isCurrent { await self.load() }
            try? await Task.sleep(for: .seconds(1))
        }
    }

    func changed(_ changes: [Change]) async {
        guard changes.contains(where: { $0.kind == .rule }) else { return }
        await self.load()
    }

    func everythingChanged() async {
        await self.load()
    }
}
