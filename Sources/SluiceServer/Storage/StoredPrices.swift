import Logging
import ServiceLifecycle
import SluiceCore
import Synchronization

/// The prices of the store, kept in memory: read at the start and after each change, and put into the snapshot when they are others.
///
/// While the store cannot be read, what was read last holds on. Before it was read for the first time there are none but those of
/// the configuration and of the book.
final class StoredPrices: ChangeListener, Service {
    /// More prices than this are not read; the log says so.
    private static let limit = 10_000

    private struct State {
        var records: [PriceRecord] = []
        var isCurrent = false
        /// Whether the log has that they cannot be read.
        var isReported = false
        /// How often ``records`` became others.
        var changes = 0
        /// How many reads were begun, and which of them ``records`` are of.
        var begun = 0
        var kept = 0
        var apply: (@Sendable () -> Void)?
    }

    private let store: any RecordStore<PriceRecord>
    private let logger: Logger
    private let state = Mutex(State())
    /// Which of ``State/changes`` was put into force. Held while a snapshot is made, which is seldom and takes milliseconds, so that nobody
    /// goes on before what was read is in force.
    private let applied = Mutex(0)

    /// Keeps the prices of a store; ``load()`` reads them.
    init(_ store: any RecordStore<PriceRecord>, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    /// The prices, in the order in which they were made.
    var records: [PriceRecord] { self.state.withLock { $0.records } }

    /// Whether what is kept is what the store has, as far as it is known.
    var isCurrent: Bool { self.state.withLock { $0.isCurrent } }

    /// Says what is to be done when ``records`` are others than before: to make a snapshot of them.
    func whenChanged(_ apply: @escaping @Sendable () -> Void) {
        self.state.withLock { $0.apply = apply }
    }

    /// Reads all prices. When it returns `true`, what was stored before it was called is in force here.
    @discardableResult
    func load() async -> Bool {
        let number = self.state.withLock { state in
            state.begun += 1
            return state.begun
        }
        var records: [PriceRecord] = []
        var cursor: String?
        do throws(StoreError) {
            repeat {
                let page = try await self.store.records(
                    in: .all, where: .all, page: PageRequest(limit: PageRequest.largest, after: cursor))
                records += page.records
                cursor = page.next
            } while cursor != nil && records.count < Self.limit
        } catch {
            let isNews = self.state.withLock { state in
                defer { state.isReported = true }
                state.isCurrent = false
                return !state.isReported
            }
            if isNews {
                self.logger.warning("prices cannot be read; the last ones hold on", metadata: ["error": "\(error)"])
            }
            return false
        }
        if cursor != nil {
            self.logger.error("more prices than are read", metadata: ["read": "\(records.count)"])
        }
        self.state.withLock { state in
            // Two may read at once. Who began later has seen no less.
            guard number > state.kept else { return }
            state.kept = number
            state.isCurrent = true
            state.isReported = false
            guard state.records != records else { return }
            state.records = records
            state.changes += 1
        }
        // An admin call is on an event loop, which is no place to make a snapshot.
        await withTaskExecutorPreference(globalConcurrentExecutor) { await self.apply() }
        return true
    }

    /// Puts the prices into force; returns once they are, whoever did it.
    @concurrent
    private func apply() async {
        self.applied.withLock { applied in
            let (changes, count, apply) = self.state.withLock { ($0.changes, $0.records.count, $0.apply) }
            guard applied < changes else { return }
            applied = changes
            guard let apply else { return }
            apply()
            self.logger.notice("prices in force", metadata: ["overrides": "\(count)"])
        }
    }

    /// Reads again what could not be read, until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            if !self.isCurrent { await self.load() }
            try? await Task.sleep(for: .seconds(1))
        }
    }

    func changed(_ changes: [Change]) async {
        guard changes.contains(where: { $0.kind == .price }) else { return }
        await self.load()
    }

    func everythingChanged() async {
        await self.load()
    }
}
