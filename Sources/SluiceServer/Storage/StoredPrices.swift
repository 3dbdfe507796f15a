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
        /// How many reads were begun, and which of them ``records`` are of.
        var begun = 0
        var kept = 0
        var apply: (@Sendable () -> Void)?
    }

    private let store: any RecordStore<PriceRecord>
    private let logger: Logger
    private let state = Mutex(State())

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
            self.state.withLock { $0.isCurrent = false }
            self.logger.warning("prices cannot be read; the last ones hold on", metadata: ["error": "\(error)"])
            return false
        }
        if cursor != nil {
            self.logger.error("more prices than are read", metadata: ["read": "\(records.count)"])
        }
        let apply: (@Sendable () -> Void)? = self.state.withLock { state in
            // Two may read at once. Who began later has seen no less.
            guard number > state.kept else { return nil }
            state.kept = number
            state.isCurrent = true
            guard state.records != records else { return nil }
            state.records = records
            return state.apply
        }
        if let apply {
            apply()
            self.logger.notice("prices in force", metadata: ["overrides": "\(records.count)"])
        }
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
        guard changes.contains(where: { $0.kind == .price }) else { return }
        await self.load()
    }

    func everythingChanged() async {
        await self.load()
    }
}
