import Testing

@testable import SluiceMock

@Suite("Behaviour")
struct BehaviourTests {
    private func behaviour(_ model: String, _ headers: [(name: String, value: String)] = []) throws -> Behaviour {
        try Behaviour(model: model, headers: headers)
    }

    @Test(
        "a name that is not the mock's asks for nothing",
        arguments: ["mock", "gpt-4o", "claude-429", "mockingbird", ""])
    func plainNames(_ name: String) throws {
        #expect(try behaviour(name) == Behaviour())
    }

    @Test(
        "labels and plain words mean nothing", arguments: ["mock-a", "mock-b-small", "mock-embedding", "mock-stream"])
    func labels(_ name: String) throws {
        #expect(try behaviour(name) == Behaviour())
    }

    @Test("a model name combines behaviours")
    func combined() throws {
        let result = try behaviour("mock-tokens-500-token-delay-10ms-no-usage-cut-after-3")
        #expect(result.tokens == 500)
        #expect(result.tokenDelay == .milliseconds(10))
        #expect(result.usage == .absent)
        #expect(result.fault == .init(kind: .cut, after: 3))
    }

    @Test("a status stands by itself", arguments: [400, 429, 500, 529, 599])
    func status(_ status: Int) throws {
        #expect(try behaviour("mock-\(status)").status == status)
    }

    @Test("headers win over the model name, in any case")
    func headersWin() throws {
        let result = try behaviour(
            "mock-tokens-5-429", [("X-Mock-Tokens", " 7 "), ("x-MOCK-status", "503"), ("x-request-id", "a")])
        #expect(result.tokens == 7)
        #expect(result.status == 503)
    }

    @Test("a flag can be switched off by header")
    func flagOff() throws {
        #expect(try behaviour("mock-crlf", [("x-mock-crlf", "0")]).sse.hasCRLF == false)
        #expect(try behaviour("mock", [("x-mock-crlf", "")]).sse.hasCRLF)
    }

    @Test(
        "a name that means nothing is an unknown model",
        arguments: [
            "mock-", "mock-slwo", "mock-tokens", "mock-tokens-many", "mock-200", "mock-600", "mock-echo-", "mock--echo",
            "mock-cut-after", "mock-error-body-xml", "mock-tokens-1000001",
        ])
    func unknownModels(_ name: String) {
        #expect { try behaviour(name) } throws: { error in
            (error as? BehaviourError)?.reason == .unknownModel && (error as? BehaviourError)?.subject == name
        }
    }

    @Test(
        "a header that means nothing is refused",
        arguments: [
            ("x-mock-slwo", "1"), ("x-mock-tokens", "-1"), ("x-mock-delay", "200"), ("x-mock-delay", "2h"),
            ("x-mock-delay", "61m"), ("x-mock-crlf", "maybe"), ("x-mock-reply-bytes", "1TB"), ("x-mock-status", "200"),
            ("x-mock-fail-key", "a b"), ("x-mock-tokens", "99999999999999999999"), ("x-mock-error-body", "xml"),
        ])
    func badHeaders(_ name: String, _ value: String) {
        #expect(throws: BehaviourError.self) { try behaviour("mock", [(name, value)]) }
    }

    @Test(
        "every behaviour can be asked for by its example, by header and by model name",
        arguments: BehaviourKind.allCases)
    func examples(_ kind: BehaviourKind) throws {
        let byHeader = try behaviour("mock", [(kind.header, kind.value == .flag ? "1" : kind.exampleValue)])
        #expect(byHeader != Behaviour())
        #expect(try behaviour(BehaviourListing.modelExample(kind)) != Behaviour())
    }

    @Test(
        "sizes and durations",
        arguments: [("50MB", 50_000_000), ("64KiB", 65_536), ("7", 7), ("0", 0), ("4GiB", 4 << 30)])
    func sizes(_ text: String, _ bytes: Int) {
        #expect(BehaviourValue.size(text[...]) == bytes)
    }

    @Test("failures without a key start over after each success")
    func failuresByModel() {
        let counter = FailureCounter()
        let outcomes = (0..<6).map { _ in counter.shouldFail(failures: 2, key: nil, model: "mock-fail-2") }
        #expect(outcomes == [true, true, false, true, true, false])
    }

    @Test("failures with a key come once")
    func failuresByKey() {
        let counter = FailureCounter()
        let outcomes = (0..<5).map { _ in counter.shouldFail(failures: 2, key: "a", model: "mock") }
        #expect(outcomes == [true, true, false, false, false])
        #expect(counter.shouldFail(failures: 1, key: "b", model: "mock"))
    }

    @Test("the counter forgets its oldest keys first")
    func failuresAreBounded() {
        let counter = FailureCounter(capacity: 2)
        for key in ["a", "b", "c"] { _ = counter.shouldFail(failures: 1, key: key, model: "mock") }
        #expect(counter.shouldFail(failures: 1, key: "a", model: "mock"))
        #expect(!counter.shouldFail(failures: 1, key: "c", model: "mock"))
    }
}
