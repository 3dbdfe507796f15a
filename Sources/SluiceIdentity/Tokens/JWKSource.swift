public import SluiceCore
import SluiceWire
import Synchronization

/// The keys of one issuer, kept fresh off the request path by whoever calls ``refresh(at:jitter:)``.
public final class JWKSource: Sendable {
    /// How many requests wait for a fetch at once; further ones are told that the keys are not there.
    private static let mostWaiters = 1024

    /// What became of a fetch.
    public enum Refresh: Sendable, Equatable {
        /// Nothing was due.
        case notDue
        /// The keys were fetched; how many there are.
        case fetched(Int)
        /// They were not; why, for people.
        case failed(String)
    }

    private struct State {
        var keys: JWKSState
        var isServed = false
        var waiters: [CheckedContinuation<Void, Never>] = []
        var wake: (@Sendable () -> Void)?
    }

    /// Whose keys they are.
    public let issuer: String
    private let location: TokenIssuer.Keys
    private let fetching: any DocumentFetching
    private let readFile: @Sendable (String) -> [UInt8]?
    private let state: Mutex<State>

    /// Makes the source of an issuer's keys.
    ///
    /// - Parameter readFile: reads a small file, or returns `nil`. Blocks; called by ``refresh(at:jitter:)`` alone.
    public init(
        _ issuer: TokenIssuer,
        fetching: any DocumentFetching,
        readFile: @escaping @Sendable (String) -> [UInt8]?
    ) {
        self.issuer = issuer.issuer
        self.location = issuer.keys
        self.fetching = fetching
        self.readFile = readFile
        self.state = Mutex(State(keys: JWKSState(keepKeys: issuer.keepKeys)))
    }

    /// Begins to serve: requests wait for keys that are being fetched, and `wake` is called when a fetch is wanted at once. Nobody
    /// waits before this, nor after ``close()``.
    public func open(wake: @escaping @Sendable () -> Void) {
        self.state.withLock { state in
            state.isServed = true
            state.wake = wake
        }
    }

    /// Ends to serve, and lets go of all that wait.
    public func close() {
        let waiters = self.state.withLock { state in
            state.isServed = false
            state.wake = nil
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// The keys at a time; `nil` when there are none. Waits for the first fetch, whose time is bounded.
    func keys(at now: UnixTime) async -> KeySet? {
        let answer = self.state.withLock { $0.keys.answer(at: now) }
        if case .pending = answer {
            await self.wait { state in
                // It may have ended in between.
                if case .pending = state.keys.answer(at: now) { true } else { false }
            }
            return self.good(at: now)
        }
        return self.good(answer)
    }

    /// The keys after a search for one that a token names; `nil` when there was a search a moment ago.
    func search(at now: UnixTime) async -> KeySet? {
        let isWorthwhile = await self.wait { $0.keys.search(at: now) }
        return isWorthwhile ? self.good(at: now) : nil
    }

    private func good(at now: UnixTime) -> KeySet? {
        self.good(self.state.withLock { $0.keys.answer(at: now) })
    }

    private func good(_ answer: JWKSState.Answer) -> KeySet? {
        if case .keys(let keys) = answer { keys } else { nil }
    }

    /// Waits until a fetch has ended, if `isWorthwhile` says so; whether it did. Both are one step, so that no fetch ends unseen.
    @discardableResult
    private func wait(_ isWorthwhile: (inout State) -> Bool) async -> Bool {
        var answer = false
        await withCheckedContinuation { continuation in
            let (waits, wake) = self.state.withLock { state in
                answer = isWorthwhile(&state)
                let waits = answer && state.isServed && state.waiters.count < Self.mostWaiters
                if waits { state.waiters.append(continuation) }
                return (waits, state.wake)
            }
            if waits { wake?() } else { continuation.resume() }
        }
        return answer
    }

    /// Fetches the keys if that is due.
    public func refresh(at now: UnixTime, jitter: Double) async -> Refresh {
        guard self.state.withLock({ $0.keys.begin(at: now) }) else { return .notDue }
        let result: Refresh
        let waiters: [CheckedContinuation<Void, Never>]
        do {
            let (keys, age) = try await self.fetch()
            waiters = self.state.withLock { state in
                state.keys.succeed(keys, maxAgeSeconds: age, at: now)
                defer { state.waiters = [] }
                return state.waiters
            }
            result = .fetched(keys.keys.count)
        } catch {
            waiters = self.state.withLock { state in
                state.keys.fail(at: now, jitter: jitter)
                defer { state.waiters = [] }
                return state.waiters
            }
            result = .failed(error.reason)
        }
        for waiter in waiters { waiter.resume() }
        return result
    }

    private struct Failure: Error {
        var reason: String
    }

    private func fetch() async throws(Failure) -> (KeySet, Int?) {
        let body: [UInt8]
        var age: Int?
        switch self.location {
        case .none: throw Failure(reason: "no place of keys is configured")
        case .file(let path):
            guard let bytes = self.readFile(path) else { throw Failure(reason: "the file cannot be read") }
            (body, age) = (bytes, 0)
        case .url(let url): (body, age) = try await self.get(url)
        case .discovered: (body, age) = try await self.get(try await self.discover())
        }
        guard let keys = await KeySet(body) else {
            throw Failure(reason: "the document has no key that could verify a signature")
        }
        return (keys, age)
    }

    /// Where the issuer says that its keys are. Source: OpenID Connect Discovery 1.0, sections 4 and 4.3.
    private func discover() async throws(Failure) -> WebURL {
        let base = self.issuer.hasSuffix("/") ? String(self.issuer.dropLast()) : self.issuer
        guard let url = WebURL(base + "/.well-known/openid-configuration") else {
            throw Failure(reason: "the issuer is no URL")
        }
        let (body, _) = try await self.get(url)
        guard let document = try? JSONDocument(parsing: body, limits: TokenClaims.limits) else {
            throw Failure(reason: "the OpenID configuration is no JSON")
        }
        guard document.root["issuer"]?.stringValue == self.issuer else {
            throw Failure(reason: "the OpenID configuration is another issuer's")
        }
        guard let keys = document.root["jwks_uri"]?.stringValue.flatMap({ WebURL($0) }),
            keys.isSecure || !url.isSecure
        else { throw Failure(reason: "the OpenID configuration has no jwks_uri that can be used") }
        return keys
    }

    private func get(_ url: WebURL) async throws(Failure) -> ([UInt8], Int?) {
        guard let answer = await self.fetching.answer(to: .get(url)) else {
            throw Failure(reason: "\(url.authority) did not answer")
        }
        guard answer.status == 200 else { throw Failure(reason: "\(url.authority) answered \(answer.status)") }
        return (answer.body, answer.maxAgeSeconds)
    }
}
