public import NIOCore
import NIOSSL
public import SluiceCore
import Synchronization

/// A client of Redis with one pipelined connection for each loop that asks.
///
/// Nothing has to be done when Redis goes away and comes back: commands fail with `unavailable` or `timeout` meanwhile, at once for
/// most of that time, and connections are made anew with growing waits.
public final class RedisClient: Sendable {
    private let location: RedisLocation
    private let settings: RedisSettings
    private let group: any EventLoopGroup
    private let tls: NIOSSLContext?
    private let links = Mutex<(isClosed: Bool, byLoop: [ObjectIdentifier: RedisLink])>((false, [:]))

    /// Makes a client; it does not connect. Throws `misconfigured` when the file of authorities cannot be read.
    public init(
        _ location: RedisLocation,
        settings: RedisSettings = RedisSettings(),
        group: any EventLoopGroup
    ) throws(StoreError) {
        self.location = location
        self.settings = settings
        self.group = group
        guard location.isSecure else {
            self.tls = nil
            return
        }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        if let file = settings.authorityFile { configuration.trustRoots = .file(file) }
        do {
            self.tls = try NIOSSLContext(configuration: configuration)
        } catch {
            throw StoreError(.misconfigured, "TLS towards Redis cannot be set up: \(error)")
        }
    }

    /// Sends a command, from the current loop when it is one of the group, and gives the answer.
    ///
    /// Throws `unavailable`, `timeout` or `busy`; for an error reply the kind that it means, with its first word.
    public func send(_ parts: [String]) async throws(StoreError) -> RedisReply {
        try await self.answer(RedisCommand(parts: parts))
    }

    /// Runs a script: by its digest, and by its text when the server does not have it.
    ///
    /// `keys` are all keys that it touches, of one ``RedisKeyspace``. Throws as ``send(_:)``.
    public func evaluate(_ script: RedisScript, keys: [String], arguments: [String]) async throws(StoreError)
        -> RedisReply
    {
        let rest = ["\(keys.count)"] + keys + arguments
        switch try await self.reply(RedisCommand(parts: ["EVALSHA", script.digest] + rest)) {
        case .error(let text) where text.hasPrefix("NOSCRIPT"):
            // EVAL keeps the script, so that the next call finds it.
            return try await self.answer(RedisCommand(parts: ["EVAL", script.source] + rest))
        case .error(let text): throw StoreError(redis: text)
        case let reply: return RedisReply(reply)
        }
    }

    /// Why Redis is believed to be away, as the connection of some loop sees it; `nil` when none does.
    public func failure() async -> StoreError? {
        let links = self.links.withLock { Array($0.byLoop) }
        for (_, link) in links {
            if let failure = await link.currentFailure() { return failure }
        }
        return nil
    }

    /// Closes all connections; what is on its way fails. To be called once.
    public func close() async {
        let links = self.links.withLock { state in
            state.isClosed = true
            defer { state.byLoop = [:] }
            return Array(state.byLoop.values)
        }
        for link in links { await link.closed() }
    }

    private func answer(_ command: RedisCommand) async throws(StoreError) -> RedisReply {
        let reply = try await self.reply(command)
        if case .error(let text) = reply { throw StoreError(redis: text) }
        return RedisReply(reply)
    }

    private func reply(_ command: RedisCommand) async throws(StoreError) -> RESPValue {
        do {
            return try await self.link().send(command).get()
        } catch {
            throw error as? StoreError ?? StoreError(.unavailable, "Redis could not be asked: \(error)")
        }
    }

    private func link() throws(StoreError) -> RedisLink {
        let loop = self.group.any()
        let link = self.links.withLock { state -> RedisLink? in
            guard !state.isClosed else { return nil }
            if let link = state.byLoop[ObjectIdentifier(loop)] { return link }
            let link = RedisLink(self.location, settings: self.settings, loop: loop, tls: self.tls)
            state.byLoop[ObjectIdentifier(loop)] = link
            return link
        }
        guard let link else { throw StoreError(.unavailable, "the Redis client is closed") }
        return link
    }
}

extension RedisLink {
    /// Why Redis is believed to be away, asked from anywhere.
    func currentFailure() async -> StoreError? {
        do {
            return try await self.submit { self.failure }.get()
        } catch {
            return StoreError(.unavailable, "the loop of a Redis connection has ended")
        }
    }

    /// Closes, and waits for it.
    func closed() async {
        // The connection is gone either way: an error here is that of a loop that has ended.
        _ = try? await self.close().get()
    }
}
