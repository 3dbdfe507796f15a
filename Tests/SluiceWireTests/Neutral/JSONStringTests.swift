import SluiceWire
import Testing

@Suite("JSONString")
struct JSONStringTests {
    @Test("a text is escaped and comes back", arguments: ["", "plain", "a\"b\\c\n\u{1}", "é 日本 😀", "\u{2028}"])
    func roundTrip(text: String) throws {
        let string = JSONString(text)
        #expect(string.text == text)
        var writer = JSONWriter()
        writer.string(string)
        let document = try JSONDocument(parsing: writer.bytes)
        #expect(document.root.stringValue == text)
    }

    @Test("however a text is escaped, it is the same text")
    func equality() throws {
        let document = try JSONDocument(parsing: Array(#"["\u00e9","é","\u0065","e"]"#.utf8))
        let strings = document.root.elements.compactMap { JSONString($0) }
        #expect(strings[0] == strings[1])
        #expect(strings[0].hashValue == strings[1].hashValue)
        #expect(strings[2] == strings[3])
        #expect(strings[0] != strings[2])
        #expect(strings[3].equals("e"))
    }

    @Test("the halves of a surrogate pair in two texts are one character when joined")
    func surrogates() throws {
        let document = try JSONDocument(parsing: Array(#"["\ud83d","\ude00"]"#.utf8))
        let halves = document.root.elements.compactMap { JSONString($0) }
        #expect(halves[0].text == "\u{FFFD}")
        #expect(JSONString.joined(halves).text == "😀")
    }

    @Test("blank texts are known", arguments: [("", true), (" \n\t", true), (#"\n"#, false), ("x", false)])
    func blank(text: String, isBlank: Bool) {
        #expect(JSONString(text).isBlank == isBlank)
    }

    @Test("numbers keep their text")
    func numbers() throws {
        let document = try JSONDocument(parsing: Array("[1.0,9007199254740993,1e21,0.1,-0]".utf8))
        let texts = document.root.elements.compactMap { NumberText($0)?.text }
        #expect(texts == ["1.0", "9007199254740993", "1e21", "0.1", "-0"])
        #expect(NumberText(Double.infinity) == nil)
        #expect(document.root[2].flatMap { NumberText($0) }?.int == nil)
        #expect(document.root[0].flatMap { NumberText($0) }?.int == 1)
    }
}
