import NIOCore

/// The connections of one loop to one origin. Loop-confined.
///
/// HTTP/1.1 connections are taken in last-in first-out order, so that what is not needed goes idle and closes. An HTTP/2
/// connection is shared. Which of the two an encrypted origin speaks is learned from its first handshake.
final class UpstreamPool {
    /// How long a connection may wait for its next request.
    static let idleTime = TimeAmount.seconds(60)
    /// How old a connection may grow, so that a change of the origin's addresses is followed.
    static let maximumAge = TimeAmount.minutes(5)
    /// The most connections that are kept idle.
    private static let maximumIdle = 1024

    let origin: UpstreamOrigin
    private let eventLoop: any EventLoop
    /// At the end of whose turns the connections are flushed.
    let turn: LoopTurn
    private let connector: UpstreamConnector
    private let gauge: any PoolGauge
    private var idle: [HTTP1UpstreamHandler] = []
    private var shared: [HTTP2UpstreamConnection] = []
    private var speaksHTTP2: Bool?
    /// A connection that is being opened to an origin that may speak HTTP/2: others wait for it to learn what it speaks.
    private var probe: EventLoopFuture<Void>?

    init(
        origin: UpstreamOrigin,
        eventLoop: any EventLoop,
        turn: LoopTurn,
        connector: UpstreamConnector,
        gauge: any PoolGauge = NoPoolGauges()
    ) {
        self.gauge = gauge
        self.origin = origin
        self.eventLoop = eventLoop
        self.turn = turn
        self.connector = connector
        self.speaksHTTP2 = origin.isSecure ? nil : false
    }

    var idleCount: Int { self.idle.count + self.shared.count { $0.streams == 0 } }

    /// An idle HTTP/1.1 connection, if there is one.
    func takeIdle() -> HTTP1UpstreamHandler? {
        let oldest = self.eventLoop.now - Self.maximumAge
        while let connection = self.idle.popLast() {
            if connection.isUsable, connection.openedAt > oldest {
                connection.isLent = true
                self.gauge.change(active: 1, idle: -1)
                return connection
            }
            self.gauge.change(active: 0, idle: -1)
            connection.retire()
        }
        return nil
    }

    /// An HTTP/2 stream, or a new connection.
    func acquire(timeout: TimeAmount, isFresh: Bool) async throws(UpstreamError) -> any UpstreamTransport {
        let deadline = self.eventLoop.now + timeout
        if self.speaksHTTP2 == nil, let probe = self.probe {
            // What it came to is seen below; a failure is the prober's to report.
            try? await probe.get()
            if !isFresh, let connection = self.takeIdle() { return connection }
        }
        if !isFresh, let connection = self.sharedWithCapacity() {
            return try await self.open(connection)
        }
        let isProbe = self.speaksHTTP2 != false
        let opening = self.connector.connect(pool: self, eventLoop: self.eventLoop, deadline: deadline)
        if isProbe {
            let probe = opening.map { _ in }
            self.probe = probe
        }
        let connection: UpstreamConnector.Connection
        do {
            connection = try await opening.get().connection
        } catch let error as UpstreamError {
            if isProbe { self.probe = nil }
            throw error
        } catch {
            if isProbe { self.probe = nil }
            throw UpstreamError(.connect, "No connection to the provider.")
        }
        if isProbe { self.probe = nil }
        switch connection {
        case .http1(let handler):
            self.speaksHTTP2 = false
            handler.isLent = true
            self.gauge.change(active: 1, idle: 0)
            return handler
        case .http2(let shared):
            self.speaksHTTP2 = true
            self.shared.append(shared)
            return try await self.open(shared)
        }
    }

    /// Takes a connection back after its answer.
    func release(_ connection: HTTP1UpstreamHandler) {
        self.takeBack(connection)
        let now = self.eventLoop.now
        guard self.idle.count < Self.maximumIdle, connection.openedAt + Self.maximumAge > now else {
            connection.retire()
            return
        }
        connection.setDeadline(now + Self.idleTime)
        self.idle.append(connection)
        self.gauge.change(active: 0, idle: 1)
    }

    /// A connection that was lent is in use no longer, whatever becomes of it.
    func takeBack(_ connection: HTTP1UpstreamHandler) {
        guard connection.isLent else { return }
        connection.isLent = false
        self.gauge.change(active: -1, idle: 0)
    }

    /// A stream of a shared connection began or ended.
    func streamsChanged(by count: Int) {
        self.gauge.change(active: count, idle: 0)
    }

    func forget(_ connection: HTTP1UpstreamHandler) {
        // Connections that close are mostly the ones that idled longest: they stand in front.
        guard let index = self.idle.firstIndex(where: { $0 === connection }) else { return }
        self.idle.remove(at: index)
        self.gauge.change(active: 0, idle: -1)
    }

    func forget(_ connection: HTTP2UpstreamConnection) {
        self.shared.removeAll { $0 === connection }
    }

    private func sharedWithCapacity() -> HTTP2UpstreamConnection? {
        let oldest = self.eventLoop.now - Self.maximumAge
        for connection in self.shared where connection.openedAt <= oldest {
            self.forget(connection)
            connection.retire()
        }
        return self.shared.first { $0.hasCapacity }
    }

    private func open(_ connection: HTTP2UpstreamConnection) async throws(UpstreamError) -> any UpstreamTransport {
        do {
            return try await connection.open().get().value
        } catch let error as UpstreamError {
            throw error
        } catch {
            throw UpstreamError(.connect, "No HTTP/2 stream to the provider.")
        }
    }
}
