import SluiceConfig
import Testing

@testable import SluiceServer

@Suite("StartNotice and KnownKinds")
struct StartNoticeTests {
    @Test("says the address and the key once, and requests to paste where there is a model", arguments: [true, false])
    func notice(hasModel: Bool) {
        let notice = StartNotice(
            address: "127.0.0.1:8080", isSecure: hasModel, key: "sk-sl-x", model: hasModel ? "mock" : nil)
        #expect(notice.text.contains(hasModel ? "https://127.0.0.1:8080" : "http://127.0.0.1:8080"))
        #expect(notice.text.contains("sk-sl-x"))
        #expect(notice.text.ranges(of: "curl ").count == (hasModel ? 2 : 0))
        if hasModel { #expect(notice.text.contains(#"{"model":"mock","stream":true,"#)) }
    }

    @Test("every kind of the catalogue is known to the configuration's checks")
    func kinds() {
        #expect(Set(KnownKinds.all.map(\.name)).count == KnownKinds.all.count)
        for name in ["openai", "azure", "ollama", "mock", "openai-compatible"] {
            #expect(KnownKinds.all.contains { $0.name == name })
        }
    }
}
