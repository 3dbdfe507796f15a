import Logging
import ServiceLifecycle
import SluiceProviders

/// Fetches credentials that expire: at the start, before each one's end, and when a request waits for one.
///
/// A store's own clock decides when: see ``CredentialStore``. Several are fetched at once, each once at a time.
final class CredentialService: Service {
    /// How often stores are looked at when nobody asks.
    private static let pause = Duration.seconds(1)
    /// Flows end after a handful of steps; this bounds one that would not.
    private static let stepLimit = 16

    private let stores: CredentialStores
    private let fetching: any CredentialFetching
    private let readFile: @Sendable (String) -> [UInt8]?
    private let now: @Sendable () -> Int64
    private let random: @Sendable () -> Double
    private let logger: Logger

    /// - Parameters:
    ///   - readFile: reads a small file, or returns `nil`. Blocks; never called on an event loop.
    ///   - now: the time, in seconds since 1970.
    ///   - random: a number from 0 to 1.
    init(
        stores: CredentialStores,
        fetching: any CredentialFetching,
        readFile: @escaping @Sendable (String) -> [UInt8]?,
        now: @escaping @Sendable () -> Int64 = { Clock.nanosecondsSince1970() / 1_000_000_000 },
        random: @escaping @Sendable () -> Double = { Double.random(in: 0...1) },
        logger: Logger
    ) {
        self.stores = stores
        self.fetching = fetching
        self.readFile = readFile
        self.now = now
        self.random = random
        self.logger = logger
    }

    /// Keeps credentials fresh until the task is cancelled.
    func run() async {
        let (wakes, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        self.stores.setWake { continuation.yield() }
        await withDiscardingTaskGroup { group in
            group.addTask {
                while !Task.isCancelled {
                    continuation.yield()
                    try? await Task.sleep(for: Self.pause)
                }
                continuation.finish()
            }
            for await _ in wakes { self.begin(in: &group) }
            group.cancelAll()
        }
        self.stores.setWake(nil)
        for entry in self.stores.entries { entry.store.close() }
    }

    /// Looks at all stores once, and waits for what was begun.
    func refresh() async {
        await withDiscardingTaskGroup { group in self.begin(in: &group) }
    }

    private func begin(in group: inout DiscardingTaskGroup) {
        let now = self.now()
        for entry in self.stores.entries {
            guard let flow = entry.store.poll(now: now) else { continue }
            group.addTask {
                let result = await self.drive(flow, entry)
                self.finish(entry, result)
            }
        }
    }

    private func drive(
        _ flow: any CredentialFlow,
        _ entry: CredentialStores.Entry
    ) async -> Result<ExpiringCredential, CredentialError> {
        var flow = flow
        var step = flow.next(.start, now: self.now())
        for _ in 0..<Self.stepLimit {
            switch step {
            case .done(let credential): return .success(credential)
            case .failed(let error): return .failure(error)
            case .read(let path): step = flow.next(.file(self.readFile(path)), now: self.now())
            case .ask(let request):
                let answer = await self.fetching.answer(to: request, at: entry.origin(request.url))
                step = flow.next(.answer(answer), now: self.now())
            }
        }
        return .failure(CredentialError("it took too many steps"))
    }

    private func finish(_ entry: CredentialStores.Entry, _ result: Result<ExpiringCredential, CredentialError>) {
        if case .success(let credential) = result, let end = credential.expiresAt, end <= self.now() {
            self.report(entry, CredentialError("what was given has expired already"))
            return
        }
        switch result {
        case .success:
            self.logger.debug("credentials fetched", metadata: ["provider": "\(entry.store.name)"])
            entry.store.finish(result, now: self.now(), jitter: self.random())
        case .failure(let error): self.report(entry, error)
        }
    }

    private func report(_ entry: CredentialStores.Entry, _ error: CredentialError) {
        self.logger.warning(
            "credentials not fetched",
            metadata: [
                "provider": "\(entry.store.name)", "reason": "\(error)", "has_value": "\(entry.store.value != nil)",
            ]
        )
        entry.store.finish(.failure(error), now: self.now(), jitter: self.random())
    }
}
