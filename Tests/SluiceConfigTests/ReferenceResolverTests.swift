import Testing

@testable import SluiceConfig

@Suite("References")
struct ReferenceResolverTests {
    private func resolve(_ text: String) -> ReferenceResolver.Result {
        var files = MemoryFiles([
            "/run/key": "secret\n", "etc/two": "a\n\n", "etc/dos": "a\r\n", "etc/none": "",
        ])
        files.contents["etc/binary"] = [0xFF]
        files.contents["etc/long"] = Array(repeating: 0x61, count: 2 << 20)
        var resolver = ReferenceResolver(
            environment: ["A": "1", "EMPTY": "", "NESTED": "${A}", "_x9": "ok"],
            folder: "etc/",
            files: FileAccess(files)
        )
        return resolver.resolve(text)
    }

    @Test(
        "a reference stands for its value",
        arguments: [
            ("${A}", "1"), ("x${A}y${A}", "x1y1"), ("${A:-d}", "1"), ("${B:-d}", "d"), ("${EMPTY:-d}", "d"),
            ("${EMPTY}", ""),
            ("${B:-}", ""), ("${B:-${A}}", "1"), ("${B:-x${C:-y}z}", "xyz"), ("${_x9}", "ok"), ("$${A}", "${A}"),
            ("$$${A}", "$${A}"), ("${A}$", "1$"), ("${B:-a:-b}", "a:-b"), ("os.environ/A", "1"),
            ("${file:/run/key}", "secret"),
            ("${file:two}", "a\n"), ("${file:dos}", "a"), ("${file:none}", ""), ("${file:./two}", "a\n"),
            // What a variable holds is not looked at again.
            ("${NESTED}", "${A}"), ("é${A}", "é1"),
        ]
    )
    func resolved(text: String, expected: String) {
        #expect(resolve(text) == .text(expected))
    }

    @Test(
        "a text without references stays as it is",
        arguments: ["", "plain", "$A", "{A}", "$", "a$", "x os.environ/A", "os.environ/a b"])
    func same(text: String) {
        #expect(resolve(text) == .same)
    }

    @Test("a variable that is not set is named", arguments: ["${B}", "x${B}", "os.environ/B", "${C:-${B}}"])
    func unset(text: String) {
        #expect(resolve(text) == .unset("B"))
    }

    @Test(
        "what is no reference is explained",
        arguments: [
            ("${A", "closing brace"), ("${}", "is no reference"), ("${1A}", "is no reference"),
            ("${A-d}", "is no reference"),
            ("${a b}", "is no reference"), ("${file:}", "names no file"),
            ("${file:/nowhere}", "/nowhere of ${file:...}: not found"),
            ("${file:binary}", "not UTF-8"), ("${file:long}", "longer than"),
            (String(repeating: "${B:-", count: 50) + String(repeating: "}", count: 50), "nested"),
        ]
    )
    func failure(text: String, part: String) {
        guard case .failure(let message) = resolve(text) else {
            Issue.record("no failure for \(text)")
            return
        }
        #expect(message.contains(part), "\(message)")
    }
}
