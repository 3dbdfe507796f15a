import SluiceWire
import Testing

@Suite("ConversionBounds and CarrierMark")
struct ConversionBoundsTests {
    private func document(_ text: String) throws -> JSONDocument {
        try JSONDocument(parsing: Array(text.utf8))
    }

    private func list(_ count: Int) -> String {
        "[" + [String](repeating: "1", count: count).joined(separator: ",") + "]"
    }

    @Test("lists at the top may be longer than lists within")
    func lists() throws {
        let top = ConversionBounds.topElements
        let inner = ConversionBounds.elements
        #expect(ConversionBounds.fault(in: try self.document(#"{"messages":\#(self.list(top))}"#)) == nil)
        let fault = ConversionBounds.fault(in: try self.document(#"{"messages":\#(self.list(top + 1))}"#))
        #expect(fault?.kind == .invalid && fault?.field == "messages")
        #expect(ConversionBounds.fault(in: try self.document(#"{"a":[{"b":\#(self.list(inner))}]}"#)) == nil)
        #expect(ConversionBounds.fault(in: try self.document(#"{"a":[{"b":\#(self.list(inner + 1))}]}"#)) != nil)
        #expect(ConversionBounds.fault(in: try self.document("[1,2]")) == nil)
    }

    @Test("an object with too many members is too large as well")
    func members() throws {
        let members = (0...ConversionBounds.elements).map { "\"k\($0)\":1" }.joined(separator: ",")
        #expect(ConversionBounds.fault(in: try self.document(#"{"tools":[{\#(members)}]}"#)) != nil)
    }

    @Test(
        "the gateway's tokens are found, and nothing that resembles them",
        arguments: [
            (#"{"id":"slc1_AAAA"}"#, false, true), (#"{"id":"sli1_x"}"#, false, true),
            (#"{"s":"slt1_x"}"#, false, true),
            (#"{"s":"xslt1_x"}"#, false, false), (#"{"s":"slx1_x"}"#, false, false), (#"{"s":"slt2_x"}"#, false, false),
            ("_", false, false), ("1_", true, false), ("", true, false), (#"{"s":"c2x0MV9B"}"#, true, true),
            (#"{"s":"c2x0MV9B"}"#, false, false), (#"{"s":"c2x0M"}"#, true, false),
        ])
    func marks(text: String, mayBeEncoded: Bool, isThere: Bool) {
        let bytes = Array(text.utf8)
        #expect(CarrierMark.isIn(bytes.span, mayBeEncoded: mayBeEncoded) == isThere)
    }
}
