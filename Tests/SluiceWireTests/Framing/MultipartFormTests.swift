import SluiceWire
import Testing

@Suite("MultipartForm")
struct MultipartFormTests {
    private static let boundary = Array("XX".utf8)

    private func parse(_ text: String, limits: MultipartForm.Limits = .default) throws -> [(String, String?, String)] {
        let bytes = Array(text.utf8)
        let form = try MultipartForm.parse(bytes.span, boundary: Self.boundary, limits: limits)
        return form.parts.map { ($0.name, $0.filename, MultipartForm.text(of: $0, in: bytes.span)) }
    }

    private func fault(_ text: String, limits: MultipartForm.Limits = .default) -> MultipartError? {
        do throws(MultipartError) {
            _ = try MultipartForm.parse(Array(text.utf8).span, boundary: Self.boundary, limits: limits)
            return nil
        } catch {
            return error
        }
    }

    private static func part(_ head: String, _ content: String) -> String { "--XX\r\n\(head)\r\n\r\n\(content)\r\n" }
    private static func field(_ name: String, _ content: String) -> String {
        part("Content-Disposition: form-data; name=\"\(name)\"", content)
    }

    @Test("finds fields and files with the ranges of head and content")
    func parts() throws {
        let file = Self.part(
            "content-disposition: FORM-DATA; filename=\"a b.wav\"; name=\"file\"\r\nContent-Type: audio/wav",
            "RIFF\r\n--X\r\n\n--XX\n")
        let text = Self.field("model", "whisper-1") + file + Self.field("empty", "") + "--XX--\r\n"
        let parts = try parse(text)
        #expect(parts.map(\.0) == ["model", "file", "empty"])
        #expect(parts.map(\.1) == [nil, "a b.wav", nil])
        #expect(parts.map(\.2) == ["whisper-1", "RIFF\r\n--X\r\n\n--XX\n", ""])
        let bytes = Array(text.utf8)
        let form = try MultipartForm.parse(bytes.span, boundary: Self.boundary)
        let model = try #require(form.parts(named: "model").first)
        #expect(
            String(decoding: bytes[model.headers], as: UTF8.self)
                == "Content-Disposition: form-data; name=\"model\"\r\n")
        #expect(String(decoding: bytes[model.content], as: UTF8.self) == "whisper-1")
        #expect(form.parts(named: "nope").isEmpty)
    }

    @Test(
        "accepts what RFC 2046 and real clients write",
        arguments: [
            "preamble\r\n" + field("a", "1") + "--XX--", field("a", "1") + "--XX-- \t\r\nepilogue --XX",
            "--XX \t\r\nContent-Disposition:form-data;name=a\r\n\r\n1\r\n--XX--\r\n",
            part("Content-Disposition: form-data; name=a;", "1") + "--XX--",
            part("X-Y: z\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Length: 1", "1") + "--XX--",
            part("Content-Disposition: form-data ; name = \"a\"", "1") + "--XX--",
        ])
    func accepted(text: String) throws {
        let parts = try parse(text)
        #expect(parts.map(\.0) == ["a"])
        #expect(parts.map(\.2) == ["1"])
    }

    @Test("a form without parts is a form")
    func empty() throws {
        #expect(try parse("--XX--\r\n").isEmpty)
    }

    @Test("decodes quoted names as clients write them")
    func names() throws {
        #expect(
            try parse(Self.part(#"Content-Disposition: form-data; name="a\"b\\c\d%22""#, "1") + "--XX--").map(\.0) == [
                #"a"b\c\d%22"#
            ])
        #expect(try parse(Self.part("Content-Disposition: form-data; name=\"é日\"", "1") + "--XX--").map(\.0) == ["é日"])
        #expect(
            try parse(Self.part("Content-Disposition: form-data; name=\"a\"; filename*=UTF-8''x.txt", "1") + "--XX--")
                .map(\.1) == ["UTF-8''x.txt"])
    }

    @Test(
        "refuses what two readers could read differently, and says where",
        arguments: [
            ("", MultipartError.Kind.missingBoundary, 0), ("x", .missingBoundary, 1), ("--X\r\n", .missingBoundary, 5),
            (field("a", "1"), .missingBoundary, 53),
            ("--XX", .missingBoundary, 4), ("--XX\r\n", .missingBoundary, 6), ("--XXY\r\n", .invalidBoundaryLine, 4),
            ("--XX--Y\r\n", .invalidBoundaryLine, 6),
            ("--XX\nContent-Disposition: form-data; name=a\n\n1\n--XX--\n", .invalidBoundaryLine, 4),
            (field("a", "1\r\n--XXY") + "--XX--", .invalidBoundaryLine, 57),
            ("--XX\r\nContent-Disposition: form-data; name=a\n\r\n1\r\n--XX--", .invalidPartHead, 44),
            (part("", "1") + "--XX--", .invalidPartHead, 6),
            (part("X: y", "1") + "--XX--", .invalidPartHead, 6),
            (part("no header", "1") + "--XX--", .invalidPartHead, 6),
            (part(": x", "1") + "--XX--", .invalidPartHead, 6),
            (part("Content-Disposition: form-data", "1") + "--XX--", .invalidPartHead, 26),
            (part("Content-Disposition: attachment; name=a", "1") + "--XX--", .invalidPartHead, 26),
            (part("Content-Disposition: form-data; name=\"a", "1") + "--XX--", .invalidPartHead, 26),
            (part("Content-Disposition: form-data; name=a; name=b", "1") + "--XX--", .invalidPartHead, 26),
            (
                part("Content-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b", "1")
                    + "--XX--", .invalidPartHead, 46
            ),
            (part("Content-Disposition: form-data; name=a\r\n folded: b", "1") + "--XX--", .invalidPartHead, 46),
        ])
    func refused(text: String, kind: MultipartError.Kind, offset: Int) {
        #expect(fault(text)?.kind == kind, "\(text)")
        #expect(fault(text)?.offset == offset, "\(text)")
    }

    @Test("bounds parts and heads")
    func limits() throws {
        let text = (0..<5).map { Self.field("f\($0)", "x") }.joined() + "--XX--"
        #expect(try parse(text, limits: MultipartForm.Limits(maximumParts: 5)).count == 5)
        #expect(fault(text, limits: MultipartForm.Limits(maximumParts: 4))?.kind == .tooManyParts)
        let head =
            Self.part("Content-Disposition: form-data; name=a\r\nX: " + String(repeating: "y", count: 300), "1")
            + "--XX--"
        #expect(fault(head, limits: MultipartForm.Limits(maximumHeadBytes: 200))?.kind == .partHeadTooLarge)
    }

    @Test("takes time in proportion to a body made of almost-boundaries")
    func linear() throws {
        let content = String(repeating: "\r\n--X\r\r\n-", count: 200_000)
        #expect(try parse(Self.field("a", content) + "--XX--").first?.2.utf8.count == content.utf8.count)
    }

    @Test(
        "reads the boundary from a content type",
        arguments: [
            ("multipart/form-data; boundary=abc", "abc"), ("Multipart/Form-Data;boundary=\"a b'c\"", "a b'c"),
            ("multipart/form-data; charset=utf-8; BOUNDARY=----WebKit1", "----WebKit1"),
            ("multipart/form-data; boundary=a=b", "a=b"), ("multipart/form-data", nil),
            ("multipart/form-data; boundary=", nil), ("multipart/mixed; boundary=a", nil),
            ("application/json", nil), ("", nil), ("multipart/form-data; boundary=\"a\r\n\"", nil),
            ("multipart/form-data; boundary=\"a \"", nil),
            ("multipart/form-data; boundary=a; boundary=b", nil),
            ("multipart/form-data; boundary=" + String(repeating: "a", count: 71), nil),
            ("multipart/form-data; boundary=" + String(repeating: "a", count: 70), String(repeating: "a", count: 70)),
        ] as [(String, String?)])
    func boundary(contentType: String, expected: String?) {
        let found = try? MultipartForm.boundary(contentType: contentType)
        #expect(found == expected.map { Array($0.utf8) })
    }
}
