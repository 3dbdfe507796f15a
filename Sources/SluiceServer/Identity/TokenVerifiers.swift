import Logging
import ServiceLifecycle
import SluiceConfig
import SluiceCore
import SluiceIdentity
import Synchronization

/// Makes the verifiers of tokens of a configuration, and keeps the issuers' keys fresh. An issuer that a reload leaves as it is keeps
/// the keys that it has.
final class TokenVerifiers: Service {
    /// How often the issuers are looked at when nobody asks.
    private static let pause = Duration.seconds(1)

    /// What decides whether keys are still the same ones.
    private struct Place: Hashable {
        var issuer: String
        var keys: TokenIssuer.Keys
        var keepKeys: Duration

        init(_ issuer: TokenIssuer) {
            self.issuer = issuer.issuer
            self.keys = issuer.keys
            self.keepKeys = issuer.keepKeys
        }
    }

    /// What of a configuration decides how tokens are judged.
    private struct Judgement: Equatable {
        var issuers: [TokenIssuer] = []
        var introspection: [IntrospectionEndpoint] = []
        var whenClientLeaves = ClientLeavePolicy.cancel
    }

    private struct State {
        var judgement: Judgement?
        var sources: [Place: JWKSource] = [:]
        var wake: (@Sendable () -> Void)?
    }

    private let fetching: any DocumentFetching
    private let readFile: @Sendable (String) -> [UInt8]?
    private let now: @Sendable () -> UnixTime
    private let random: @Sendable () -> Double
    private let logger: Logger
    private let state = Mutex(State())

    /// - Parameters:
    ///   - readFile: reads a small file, or returns `nil`. Blocks; never called on an event loop.
    ///   - random: a number from 0 to 1.
    init(
        fetching: any DocumentFetching,
        readFile: @escaping @Sendable (String) -> [UInt8]?,
        now: @escaping @Sendable () -> UnixTime = {
            UnixTime(milliseconds: Clock.nanosecondsSince1970() / 1_000_000)
        },
        random: @escaping @Sendable () -> Double = { Double.random(in: 0...1) },
        logger: Logger
    ) {
        self.fetching = fetching
        self.readFile = readFile
        self.now = now
        self.random = random
        self.logger = logger
    }

    /// The verifiers of a configuration, in the order in which they are to be asked; `nil` when they are as they were the last time,
    /// so that what they accepted can stay known. The keys of issuers that it has no more are let go of.
    func verifiers(for auth: AuthConfiguration) -> [any CredentialVerifier]? {
        let judgement = Judgement(
            issuers: auth.issuers, introspection: auth.introspection, whenClientLeaves: auth.whenClientLeaves)
        guard self.state.withLock({ $0.judgement != judgement }) else { return nil }
        let sources = self.sources(of: auth.issuers, judgement)
        var result: [any CredentialVerifier] = []
        if !auth.issuers.isEmpty {
            let issuers = auth.issuers.map { JWTVerifier.Issuer($0, source: sources[Place($0)]) }
            result.append(JWTVerifier(issuers, whenClientLeaves: auth.whenClientLeaves))
        }
        if !auth.introspection.isEmpty {
            result.append(
                IntrospectionVerifier(
                    auth.introspection, fetching: self.fetching, whenClientLeaves: auth.whenClientLeaves))
        }
        return result
    }

    /// The sources of issuers: those that are there, and new ones.
    private func sources(of issuers: [TokenIssuer], _ judgement: Judgement) -> [Place: JWKSource] {
        let (sources, dropped, wake) = self.state.withLock { state in
            state.judgement = judgement
            var sources: [Place: JWKSource] = [:]
            for issuer in issuers where issuer.keys != .none {
                let place = Place(issuer)
                sources[place] =
                    sources[place] ?? state.sources[place]
                    ?? JWKSource(issuer, fetching: self.fetching, readFile: self.readFile)
            }
            let dropped = state.sources.filter { sources[$0.key] == nil }.map(\.value)
            state.sources = sources
            return (sources, dropped, state.wake)
        }
        for source in dropped { source.close() }
        if let wake {
            for source in sources.values { source.open(wake: wake) }
            wake()
        }
        return sources
    }

    /// Keeps the keys fresh until the task is cancelled.
    func run() async {
        let (wakes, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let wake: @Sendable () -> Void = { continuation.yield() }
        for source in self.setWake(wake) { source.open(wake: wake) }
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
        for source in self.setWake(nil) { source.close() }
    }

    /// Looks at all issuers once, and waits for what was begun.
    func refresh() async {
        await withDiscardingTaskGroup { group in self.begin(in: &group) }
    }

    private func setWake(_ wake: (@Sendable () -> Void)?) -> [JWKSource] {
        self.state.withLock { state in
            state.wake = wake
            return Array(state.sources.values)
        }
    }

    private func begin(in group: inout DiscardingTaskGroup) {
        for source in self.state.withLock({ Array($0.sources.values) }) {
            group.addTask { await self.refresh(source) }
        }
    }

    private func refresh(_ source: JWKSource) async {
        switch await source.refresh(at: self.now(), jitter: self.random()) {
        case .notDue: break
        case .fetched(let count):
            self.logger.debug("issuer_keys_fetched", metadata: ["issuer": "\(source.issuer)", "keys": "\(count)"])
        case .failed(let reason):
            self.logger.warning(
                "issuer_keys_not_fetched", metadata: ["issuer": "\(source.issuer)", "reason": "\(reason)"])
        }
    }
}
