import NIOCore
import NIOEmbedded
import Testing

@testable import SluiceHTTP

@Suite("LoopTurn")
struct LoopTurnTests {
    private final class Connection: TurnFlushing {
        private(set) var flushes = 0
        var onFlush: () -> Void = {}

        func turnEnded() {
            self.flushes += 1
            self.onFlush()
        }
    }

    private let loop = EmbeddedEventLoop()
    private let turn: LoopTurn

    init() {
        self.turn = LoopTurn(eventLoop: self.loop)
    }

    @Test("connections are flushed at the end of the turn, each once, and not before")
    func endOfTurn() {
        let connections = (0..<5).map { _ in Connection() }
        for connection in connections { self.turn.flush(connection) }
        #expect(connections.allSatisfy { $0.flushes == 0 })
        self.loop.run()
        #expect(connections.allSatisfy { $0.flushes == 1 })
        self.loop.run()
        #expect(connections.allSatisfy { $0.flushes == 1 })
    }

    @Test("what a task of the turn writes is flushed in the same turn")
    func tasks() {
        let connection = Connection()
        let other = Connection()
        self.turn.flush(connection)
        self.loop.assumeIsolated().execute { self.turn.flush(other) }
        self.loop.run()
        #expect(connection.flushes == 1)
        #expect(other.flushes == 1)
    }

    @Test("a connection that writes again when it is flushed is flushed again")
    func writesAgain() {
        let connection = Connection()
        connection.onFlush = { [unowned connection] in if connection.flushes == 1 { self.turn.flush(connection) } }
        self.turn.flush(connection)
        self.loop.run()
        #expect(connection.flushes == 2)
    }

    @Test("what was settled is committed before anything is flushed, once for a turn")
    func commits() {
        let connection = Connection()
        var events: [String] = []
        connection.onFlush = { events.append("flush") }
        self.turn.onCommit = { events.append("commit") }
        self.turn.flush(connection)
        self.turn.settled()
        self.turn.settled()
        #expect(events.isEmpty)
        self.loop.run()
        #expect(events == ["commit", "flush"])
        self.turn.flush(connection)
        self.loop.run()
        #expect(events == ["commit", "flush", "flush"])
    }

    @Test("what was settled is committed at the end of the turn where nothing is flushed")
    func commitsAlone() {
        var commits = 0
        self.turn.onCommit = { commits += 1 }
        self.turn.settled()
        self.loop.run()
        #expect(commits == 1)
    }

    @Test("the first of many does not wait for all", arguments: [63, 64, 65, 200])
    func many(count: Int) {
        let connections = (0..<count).map { _ in Connection() }
        for connection in connections { self.turn.flush(connection) }
        #expect(connections.count { $0.flushes == 1 } == count / 64 * 64)
        self.loop.run()
        #expect(connections.allSatisfy { $0.flushes == 1 })
    }
}
