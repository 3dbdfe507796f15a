import SluiceCore
import Testing

@testable import SluiceProviders

@Suite("ProviderKeys")
struct ProviderKeysTests {
    private static func keys(_ keys: [String], prefix: String = "") -> ProviderKeys {
        ProviderKeys(keys.map { Secret($0) }, prefix: prefix)
    }

    @Test("each key has its place, and the first stands for what has none")
    func places() {
        let keys = Self.keys(["a", "b"], prefix: "Bearer ")
        #expect(keys[0] == "Bearer a")
        #expect(keys[1] == "Bearer b")
        #expect(keys[2] == "Bearer a")
        #expect(keys[-1] == "Bearer a")
    }

    @Test("without a key there is no field")
    func empty() {
        #expect(Self.keys([])[0] == nil)
        #expect(Self.keys([]).identities.isEmpty)
        #expect(!Self.keys([]).isIn("anything"))
    }

    @Test("an identity is the key's own, whatever its place and prefix, and holds nothing of it")
    func identities() {
        let one = Self.keys(["sk-first-0001", "sk-second-002"])
        let other = Self.keys(["sk-second-002", "sk-first-0001"], prefix: "Bearer ")
        #expect(one.identities == Array(other.identities.reversed()))
        #expect(Set(one.identities).count == 2)
        // `printf sk-first-0001 | sha256sum`
        #expect(one.identities[0] == 0xb0fe_9b17_1008_288e)
    }

    @Test(
        "a key is found whole and as vendors mask it",
        arguments: [
            ("Incorrect API key provided: sk-abcdef123456wxyz.", true),
            ("Incorrect API key provided: sk-ab*****wxyz.", true),
            ("key …wxyz", true), ("nothing here", false), ("wxyz", false), ("sk-abc", false),
        ])
    func leaks(text: String, isLeak: Bool) {
        #expect(Self.keys(["sk-other-key-0000", "sk-abcdef123456wxyz"]).isIn(text) == isLeak)
    }

    @Test("a key whose characters JSON may escape is found in JSON too")
    func escaped() {
        let keys = Self.keys(["ab/cd+ef/gh=="])
        #expect(keys.isIn("bad key ab/cd+ef/gh=="))
        #expect(keys.isIn(#"bad key ab\/cd+ef\/gh=="#))
    }

    @Test("a short key is found whole alone, and an empty one never")
    func short() {
        #expect(Self.keys(["abc"]).isIn("xabcx"))
        #expect(!Self.keys(["abc"]).isIn("*abx"))
        #expect(!Self.keys([""]).isIn("anything"))
    }
}
