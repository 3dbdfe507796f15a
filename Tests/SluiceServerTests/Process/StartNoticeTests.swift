import SluiceConfig
import Synchronization
import Testing

@testable import SluiceServer

@Suite("StartNotice and KnownKinds")
struct StartNoticeTests {
    private static func notice(_ keys: StartNotice.Keys, model: String? = "mock", isSecure: Bool = false) -> String {
        StartNotice(address: "127.0.0.1:8080", isSecure: isSecure, keys: keys, model: model).text
    }

    @Test("says the address and the key, and requests to paste", arguments: [true, false])
    func inMemory(isSecure: Bool) {
        let text = Self.notice(.inMemory("sk-sl-x"), isSecure: isSecure)
        #expect(text.contains(isSecure ? "https://127.0.0.1:8080" : "http://127.0.0.1:8080"))
        #expect(text.contains("in memory only): sk-sl-x"))
        #expect(text.ranges(of: "curl ").count == 2)
        #expect(text.ranges(of: "Bearer sk-sl-x").count == 2)
        #expect(text.contains(#"{"model":"mock","stream":true,"#))
    }

    @Test("shows both first keys, and pastes the client's")
    func made() {
        let text = Self.notice(.made(admin: "sk-sl-admin", client: "sk-sl-client"))
        #expect(text.ranges(of: "sk-sl-admin").count == 1)
        #expect(text.contains("client key: sk-sl-client"))
        #expect(text.contains("Bearer sk-sl-client"))
        #expect(!Self.notice(.made(admin: nil, client: "c")).contains("admin key:"))
    }

    @Test("shows no key that is stored, but how to get one")
    func stored() {
        let text = Self.notice(.stored)
        #expect(text.contains("sluice keys create"))
        #expect(text.contains("sluice keys rotate"))
        #expect(text.contains(#"-H "Authorization: Bearer $SLUICE_KEY""#))
    }

    @Test("asks what is served where no model is known")
    func noModel() {
        let text = Self.notice(.inMemory("sk-sl-x"), model: nil)
        #expect(text.ranges(of: "curl ").count == 1)
        #expect(text.contains("/v1/models"))
    }

    @Test("is shown once, as soon as place and keys are known, in any order", arguments: [true, false])
    func announcement(placeComesFirst: Bool) {
        let shown = Mutex<[String]>([])
        let announcement = StartAnnouncement { text in shown.withLock { $0.append(text) } }
        let steps = [
            { announcement.listens(at: "h:1", isSecure: false, model: nil) },
            { announcement.has(.made(admin: nil, client: "sk-sl-x")) },
        ]
        let order = placeComesFirst ? steps : steps.reversed()
        order[0]()
        #expect(shown.withLock { $0.isEmpty })
        order[1]()
        order[0]()
        #expect(shown.withLock { $0.count } == 1)
        #expect(shown.withLock { $0.first?.contains("sk-sl-x") } == true)
    }

    @Test("every kind of the catalogue is known to the configuration's checks")
    func kinds() {
        #expect(Set(KnownKinds.all.map(\.name)).count == KnownKinds.all.count)
        for name in ["openai", "azure", "ollama", "mock", "openai-compatible"] {
            #expect(KnownKinds.all.contains { $0.name == name })
        }
    }
}
