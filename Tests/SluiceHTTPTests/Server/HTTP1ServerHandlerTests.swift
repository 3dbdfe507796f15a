import NIOCore
import NIOEmbedded
import NIOHTTP1
import SluiceCore
import Testing

@testable import SluiceHTTP

@Suite("HTTP1ServerHandler")
struct HTTP1ServerHandlerTests {
    private static let get = "GET /a HTTP/1.1\r\nhost: h\r\n\r\n"

    private static func post(_ path: String, _ body: String) -> String {
        "POST \(path) HTTP/1.1\r\nhost: h\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    @Test("a whole answer is one head and its body, and keeps the connection")
    func wholeAnswer() throws {
        let client = try ServerHarness()
        client.receive(Self.get)
        let exchange = try #require(client.exchanges.first)
        #expect(exchange.head.method == .GET)
        #expect(exchange.head.path == "/a")
        exchange.answer("hello")
        #expect(try client.sent() == "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello")
        #expect(client.channel.isActive)
        client.receive(Self.get)
        #expect(client.exchanges.count == 2)
    }

    @Test("the same bytes in any two pieces are the same request", arguments: 1..<60)
    func anySplit(at offset: Int) throws {
        let client = try ServerHarness()
        let bytes = Array((Self.post("/b", "0123456789")).utf8)
        guard offset < bytes.count else { return }
        client.receive(Array(bytes[..<offset]))
        client.receive(Array(bytes[offset...]))
        let exchange = try #require(client.exchanges.first)
        #expect(client.exchanges.count == 1)
        let body = client.loop.start {
            try? await exchange.readBody(limitBytes: 100, budget: BodyBudget(limitBytes: 100))
        }
        let read = try #require(body.value ?? nil)
        #expect(String(buffer: read) == "0123456789")
        #expect(client.handler.refusals.isEmpty)
    }

    @Test("pipelined requests are answered one by one, in order, and none is lost", arguments: [1, 2, 5, 50])
    func pipelining(count: Int) throws {
        let client = try ServerHarness()
        client.receive((0..<count).map { Self.post("/\($0)", "body \($0)") }.joined())
        var text = ""
        for index in 0..<count {
            // Only the one whose turn it is has begun.
            #expect(client.exchanges.count == index + 1)
            let exchange = client.exchanges[index]
            #expect(exchange.head.target == "/\(index)")
            let budget = BodyBudget(limitBytes: 1000)
            let body = client.loop.start { try? await exchange.readBody(limitBytes: 1000, budget: budget) }
            let read = try #require(body.value ?? nil)
            exchange.answer(String(buffer: read))
            #expect(budget.heldBytes == 0)
            text += try client.sent()
        }
        #expect(client.exchanges.count == count)
        #expect(text.occurrences(of: "HTTP/1.1 200 OK\r\n") == count)
        for index in 0..<count { #expect(text.contains("\r\n\r\nbody \(index)")) }
        #expect(client.channel.isActive)
    }

    @Test("pipelined requests that are answered at once do not nest")
    func pipeliningAtOnce() throws {
        let client = try ServerHarness(onHandle: { exchange in
            if exchange.head.target == "/first" { return }
            exchange.answer(exchange.head.target)
        })
        client.receive(
            "GET /first HTTP/1.1\r\nhost: h\r\n\r\n"
                + (0..<20).map { "GET /\($0) HTTP/1.1\r\nhost: h\r\n\r\n" }.joined())
        #expect(client.exchanges.count == 1)
        client.exchanges[0].answer("first")
        // An answer before the parser's end of the request closes: the first of the queue ends the connection.
        let text = try client.sent()
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nfirst"))
        #expect(text.contains("\r\n\r\n/0"))
        #expect(text.occurrences(of: "HTTP/1.1 200 OK") <= 2)
    }

    @Test("a request whose parts come while another is answered is delivered whole")
    func queueThenBody() throws {
        let client = try ServerHarness()
        client.receive(Self.get + "POST /second HTTP/1.1\r\nhost: h\r\ncontent-length: 8\r\n\r\nabcd")
        #expect(client.exchanges.count == 1)
        client.exchanges[0].answer("one")
        let second = try #require(client.exchanges.last)
        #expect(second.head.target == "/second")
        let body = client.loop.start {
            try? await second.readBody(limitBytes: 100, budget: BodyBudget(limitBytes: 100))
        }
        #expect(body.value == nil)
        client.receive("efgh")
        let read = try #require(body.value ?? nil)
        #expect(String(buffer: read) == "abcdefgh")
        second.answer("two")
        let text = try client.sent()
        #expect(text.occurrences(of: "HTTP/1.1 200 OK") == 2)
        #expect(text.hasSuffix("two"))
    }

    @Test("the socket is not read while requests wait their turn, and read again once they are gone")
    func readsAreHeld() throws {
        let client = try ServerHarness()
        client.channel.read()
        let before = client.counter.reads
        client.receive(Self.get + Self.get)
        client.channel.read()
        #expect(client.counter.reads == before)
        client.exchanges[0].answer("one")
        #expect(client.counter.reads == before + 1)
        client.exchanges[1].answer("two")
        client.channel.read()
        #expect(client.counter.reads == before + 2)
    }

    @Test("a body that nobody asked for stops the reading at 64 KiB, and asking starts it again")
    func earlyBodyIsBounded() throws {
        let client = try ServerHarness()
        client.receive(
            "POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 200000\r\n\r\n" + String(repeating: "x", count: 70_000))
        client.channel.read()
        let held = client.counter.reads
        let exchange = client.exchanges[0]
        let body = client.loop.start {
            try? await exchange.readBody(limitBytes: 1 << 20, budget: BodyBudget(limitBytes: 1 << 20))
        }
        #expect(client.counter.reads == held + 1)
        client.receive(String(repeating: "x", count: 130_000))
        #expect((body.value ?? nil)?.readableBytes == 200_000)
    }

    // Where each chunk costs as much as all before it, this takes minutes.
    @Test("a body of the smallest chunks that nobody asked for takes no longer for being one", .timeLimit(.minutes(1)))
    func smallestChunks() throws {
        let client = try ServerHarness()
        client.receive("POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n")
        client.receive(String(repeating: "1\r\nx\r\n", count: 60_000))
        let exchange = try #require(client.exchanges.first)
        let body = client.loop.start {
            try? await exchange.readBody(limitBytes: 1 << 20, budget: BodyBudget(limitBytes: 1 << 20))
        }
        client.receive("0\r\n\r\n")
        #expect((body.value ?? nil)?.readableBytes == 60_000)
    }

    @Test("an answer before the body is complete says close, and the rest is read and dropped")
    func earlyAnswer() throws {
        let client = try ServerHarness()
        client.receive("POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 10\r\n\r\nabc")
        client.exchanges[0].answer("no", status: 401)
        #expect(try client.sent() == "HTTP/1.1 401 Unauthorized\r\ncontent-length: 2\r\nconnection: close\r\n\r\nno")
        client.receive("defghij" + Self.get)
        #expect(client.exchanges.count == 1)
        #expect(try client.sent().isEmpty)
    }

    @Test("expect: 100-continue is answered when the body is asked for, once")
    func expectContinue() throws {
        let client = try ServerHarness()
        client.receive("POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 2\r\nexpect: 100-Continue\r\n\r\n")
        #expect(try client.sent().isEmpty)
        let exchange = client.exchanges[0]
        let body = client.loop.start {
            try? await exchange.readBody(limitBytes: 10, budget: BodyBudget(limitBytes: 10))
        }
        #expect(try client.sent() == "HTTP/1.1 100 Continue\r\n\r\n")
        client.receive("ok")
        let read = try #require(body.value ?? nil)
        #expect(String(buffer: read) == "ok")
        exchange.answer("fine")
        #expect(try client.sent() == "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nfine")
    }

    @Test("a client that did not wait for 100 gets none")
    func expectContinueWithBody() throws {
        let client = try ServerHarness()
        client.receive("POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 4\r\nexpect: 100-continue\r\n\r\nab")
        let exchange = client.exchanges[0]
        let body = client.loop.start {
            try? await exchange.readBody(limitBytes: 10, budget: BodyBudget(limitBytes: 10))
        }
        #expect(try client.sent().isEmpty)
        client.receive("cd")
        #expect((body.value ?? nil)?.readableBytes == 4)
    }

    @Test("an answer without the body gives no 100, and closes")
    func expectContinueRefused() throws {
        let client = try ServerHarness()
        client.receive("POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 4\r\nexpect: 100-continue\r\n\r\n")
        client.exchanges[0].answer("no", status: 401)
        #expect(try client.sent() == "HTTP/1.1 401 Unauthorized\r\ncontent-length: 2\r\nconnection: close\r\n\r\nno")
    }

    @Test("another expectation fails, and holds nothing of the budget")
    func unknownExpectation() throws {
        let client = try ServerHarness()
        client.receive("POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 4\r\nexpect: miracles\r\n\r\nab")
        let exchange = client.exchanges[0]
        let budget = BodyBudget(limitBytes: 10)
        let error = client.loop.start { () -> GatewayError? in
            do throws(GatewayError) {
                _ = try await exchange.readBody(limitBytes: 10, budget: budget)
                return nil
            } catch {
                return error
            }
        }
        #expect((error.value ?? nil)?.kind == .expectationFailed)
        #expect(budget.heldBytes == 0)
    }

    @Test("HEAD gets the head of the answer alone")
    func head() throws {
        let client = try ServerHarness()
        client.receive("HEAD /a HTTP/1.1\r\nhost: h\r\n\r\n" + Self.get)
        client.exchanges[0].answer("hello")
        #expect(try client.sent() == "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n")
        client.exchanges[1].answer("hello")
        #expect(try client.sent() == "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello")
    }

    @Test("HEAD of an answer of unknown length has no chunk, not even the last")
    func headChunked() throws {
        let client = try ServerHarness()
        client.receive("HEAD /a HTTP/1.1\r\nhost: h\r\n\r\n")
        client.exchanges[0].begin(ResponseHead(status: 200))
        client.exchanges[0].write(ByteBuffer(string: "never"))
        client.exchanges[0].end()
        #expect(try client.sent() == "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    }

    @Test("HTTP/1.0 closes by default, and keeps alive when asked")
    func http10() throws {
        let client = try ServerHarness()
        client.receive("GET / HTTP/1.0\r\nconnection: keep-alive\r\n\r\n")
        client.exchanges[0].answer("a")
        #expect(try client.sent() == "HTTP/1.1 200 OK\r\ncontent-length: 1\r\nconnection: keep-alive\r\n\r\na")
        client.receive("GET / HTTP/1.0\r\n\r\n")
        client.exchanges[1].answer("b")
        #expect(try client.sent() == "HTTP/1.1 200 OK\r\ncontent-length: 1\r\nconnection: close\r\n\r\nb")
        #expect(!client.channel.isActive)
    }

    @Test("HTTP/1.0 gets a body of unknown length until the connection closes")
    func http10Stream() throws {
        let client = try ServerHarness()
        client.receive("GET / HTTP/1.0\r\nconnection: keep-alive\r\n\r\n")
        let exchange = client.exchanges[0]
        exchange.begin(ResponseHead(status: 200))
        exchange.write(ByteBuffer(string: "one "))
        exchange.flush()
        exchange.write(ByteBuffer(string: "two"))
        exchange.end()
        #expect(try client.sent() == "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\none two")
        #expect(!client.channel.isActive)
    }

    @Test("HTTP/1.1 gets a body of unknown length in chunks")
    func chunked() throws {
        let client = try ServerHarness()
        client.receive(Self.get)
        let exchange = client.exchanges[0]
        exchange.begin(ResponseHead(status: 200))
        exchange.write(ByteBuffer(string: "hello "))
        #expect(try client.sent().isEmpty)
        exchange.flush()
        #expect(try client.sent() == "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n6\r\nhello \r\n")
        exchange.write(ByteBuffer(string: "world"))
        exchange.end()
        #expect(try client.sent() == "5\r\nworld\r\n0\r\n\r\n")
        #expect(client.channel.isActive)
    }

    @Test("connection: close is kept to")
    func connectionClose() throws {
        let client = try ServerHarness()
        client.receive("GET / HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n")
        client.exchanges[0].answer("x")
        #expect(try client.sent() == "HTTP/1.1 200 OK\r\ncontent-length: 1\r\nconnection: close\r\n\r\nx")
        #expect(!client.channel.isActive)
    }

    @Test("a chunked request is read to its end, and the next one follows")
    func chunkedRequest() throws {
        let client = try ServerHarness()
        client.receive(
            "POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: Chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nt: v\r\n\r\n"
                + Self.get)
        let exchange = client.exchanges[0]
        let body = client.loop.start {
            try? await exchange.readBody(limitBytes: 10, budget: BodyBudget(limitBytes: 10))
        }
        let read = try #require(body.value ?? nil)
        #expect(String(buffer: read) == "abcde")
        exchange.answer("1")
        #expect(client.exchanges.count == 2)
    }

    @Test("a client that leaves tells the exchange, once")
    func clientLeaves() throws {
        final class Observer: ExchangeObserver {
            var gone = 0
            func clientWritabilityChanged(isWritable: Bool) {}
            func clientGone() { self.gone += 1 }
            func serverShutsDown() {}
        }
        let client = try ServerHarness()
        client.receive(Self.get)
        let exchange = client.exchanges[0]
        let observer = Observer()
        exchange.observer = observer
        client.disconnect()
        client.disconnect()
        #expect(observer.gone == 1)
        #expect(exchange.isClientGone)
        // Nothing that is said to the client after this does anything.
        exchange.answer("late")
        exchange.begin(ResponseHead(status: 200))
        exchange.abort()
        #expect(try client.sent().isEmpty)
    }

    @Test(
        "a client that leaves before its body is asked for leaves nothing behind in the budget",
        arguments: [true, false])
    func clientLeavesEarly(byReset: Bool) throws {
        let client = try ServerHarness()
        client.receive("POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 1000\r\n\r\nabc")
        let exchange = client.exchanges[0]
        if byReset { client.reset() } else { client.disconnect() }
        let budget = BodyBudget(limitBytes: 10_000)
        let error = client.loop.start { () -> GatewayError? in
            do throws(GatewayError) {
                _ = try await exchange.readBody(limitBytes: 10_000, budget: budget)
                return nil
            } catch {
                return error
            }
        }
        #expect((error.value ?? nil)?.kind == .clientClosed)
        #expect(budget.heldBytes == 0)
    }

    @Test("a client that leaves within its body ends the wait and gives the budget back", arguments: [true, false])
    func clientLeavesWithinBody(byReset: Bool) throws {
        let client = try ServerHarness()
        client.receive("POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 1000\r\n\r\nabc")
        let exchange = client.exchanges[0]
        let budget = BodyBudget(limitBytes: 10_000)
        let error = client.loop.start { () -> GatewayError? in
            do throws(GatewayError) {
                _ = try await exchange.readBody(limitBytes: 10_000, budget: budget)
                return nil
            } catch {
                return error
            }
        }
        #expect(budget.heldBytes == 1000)
        if byReset { client.reset() } else { client.disconnect() }
        #expect((error.value ?? nil)?.kind == .clientClosed)
        #expect(budget.heldBytes == 0)
    }

    @Test("a cut answer closes without its end")
    func abort() throws {
        let client = try ServerHarness()
        client.receive(Self.get)
        let exchange = client.exchanges[0]
        exchange.begin(ResponseHead(status: 200))
        exchange.write(ByteBuffer(string: "part"))
        exchange.flush()
        exchange.abort()
        #expect(try client.sent() == "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\npart\r\n")
        #expect(!client.channel.isActive)
    }

    @Test("an answer that ends its connection is committed before it is sent, within the turn")
    func commitBeforeClose() throws {
        let client = try ServerHarness()
        var sent: [Bool] = []
        client.loop.context.onCommit { sent.append((try? client.channel.readOutbound(as: ByteBuffer.self)) != nil) }
        client.receive("GET / HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n")
        client.loop.context.settled()
        client.exchanges[0].answer("x")
        #expect(sent == [false])
        #expect(!client.channel.isActive)
        #expect(try client.sent() == "HTTP/1.1 200 OK\r\ncontent-length: 1\r\nconnection: close\r\n\r\nx")
        #expect(sent == [false])
    }

    @Test("a drain closes an idle connection, and a busy one after its answer, which says so")
    func quiesce() throws {
        let idle = try ServerHarness()
        idle.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        #expect(!idle.channel.isActive)

        let busy = try ServerHarness()
        busy.receive(Self.get)
        busy.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        #expect(busy.channel.isActive)
        busy.exchanges[0].answer("x")
        #expect(try busy.sent() == "HTTP/1.1 200 OK\r\ncontent-length: 1\r\nconnection: close\r\n\r\nx")
        #expect(!busy.channel.isActive)
    }

    @Test("writability reaches whoever writes the answer")
    func writability() throws {
        final class Observer: ExchangeObserver {
            var seen: [Bool] = []
            func clientWritabilityChanged(isWritable: Bool) { self.seen.append(isWritable) }
            func clientGone() {}
            func serverShutsDown() {}
        }
        let client = try ServerHarness()
        client.receive(Self.get)
        let observer = Observer()
        client.exchanges[0].observer = observer
        for isWritable in [false, true] {
            client.channel.isWritable = isWritable
            client.channel.pipeline.fireChannelWritabilityChanged()
            #expect(client.exchanges[0].isWritable == isWritable)
        }
        #expect(observer.seen == [false, true])
    }
}
