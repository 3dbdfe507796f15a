import Logging
import SluiceConfig
import SluiceCore
import SluiceIdentity
import Synchronization
import Testing

@testable import SluiceServer

@Suite("The verifiers of a configuration")
struct TokenVerifiersTests {
    /// Counts what is asked and answers nothing.
    private final class Silence: DocumentFetching {
        private let count = Atomic(0)
        var asked: Int { self.count.load(ordering: .relaxed) }

        func answer(to request: DocumentRequest) async -> DocumentAnswer? {
            self.count.add(1, ordering: .relaxed)
            return nil
        }
    }

    private let silence = Silence()

    private func verifiers() -> TokenVerifiers {
        TokenVerifiers(
            fetching: self.silence, readFile: { _ in nil }, now: { UnixTime(milliseconds: 0) }, random: { 0 },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func auth(_ issuers: String...) -> AuthConfiguration {
        AuthConfiguration(issuers: issuers.map { TokenIssuer(issuer: $0, audiences: ["a"]) })
    }

    @Test("there are as many as the configuration has sorts of tokens")
    func sorts() throws {
        let verifiers = self.verifiers()
        #expect(verifiers.verifiers(for: AuthConfiguration())?.isEmpty == true)
        #expect(verifiers.verifiers(for: self.auth("https://a", "https://b"))?.count == 1)
        var both = self.auth("https://a")
        both.introspection = [IntrospectionEndpoint(url: try #require(WebURL("https://a/i")), clientID: "c")]
        #expect(verifiers.verifiers(for: both)?.count == 2)
    }

    @Test("an issuer that stays keeps what it has, one that is new is asked, one that is gone is not")
    func reload() async {
        let verifiers = self.verifiers()
        _ = verifiers.verifiers(for: self.auth("https://a"))
        await verifiers.refresh()
        #expect(self.silence.asked == 1)
        // It failed a moment ago, and is not asked again for a reload.
        _ = verifiers.verifiers(for: self.auth("https://a", "https://b"))
        await verifiers.refresh()
        #expect(self.silence.asked == 2)
        _ = verifiers.verifiers(for: self.auth("https://b"))
        _ = verifiers.verifiers(for: self.auth("https://a", "https://b"))
        await verifiers.refresh()
        #expect(self.silence.asked == 3)
    }
}
