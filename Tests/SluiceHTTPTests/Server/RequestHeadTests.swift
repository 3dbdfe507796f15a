import NIOHTTP1
import SluiceCore
import Testing

@testable import SluiceHTTP

@Suite("RequestHead, RequestFields and RequestHeadCheck")
struct RequestHeadTests {
    private static func head(
        _ headers: HTTPHeaders = ["host": "h"],
        target: String = "/",
        version: RequestHead.Version = .http11,
        method: HTTPMethod = .POST
    ) -> RequestHead {
        RequestHead(method: method, target: target, version: version, headers: headers)
    }

    @Test(
        "path and query of every form of target",
        arguments: [
            ("/", "/", nil),
            ("/v1/models", "/v1/models", nil),
            ("/v1/models?", "/v1/models", ""),
            ("/v1/models?a=b&c=d", "/v1/models", "a=b&c=d"),
            ("/a?b?c", "/a", "b?c"),
            ("/a%3Fb?c", "/a%3Fb", "c"),
            ("/a//b/../c", "/a//b/../c", nil),
            ("http://h/v1/models?a", "/v1/models", "a"),
            ("https://h:8443/v1", "/v1", nil),
            ("http://h", "/", nil),
            ("http://h:80", "/", nil),
            ("http://h?a=/v1/models", "", "a=/v1/models"),
            ("*", "*", nil),
            ("", "", nil),
            ("?a=b", "", "a=b"),
        ] as [(String, String, String?)])
    func targets(target: String, path: String, query: String?) {
        let head = Self.head(target: target)
        #expect(head.path == path)
        #expect(head.query.map { String($0) } == query)
    }

    @Test("every field that the gateway reads is found, in any case")
    func fields() {
        let fields = RequestFields([
            "Authorization": "Bearer k", "X-Api-Key": "x", "Content-Type": "application/json",
            "CONTENT-ENCODING": "gzip",
            "Content-Length": "12", "Accept-Encoding": "gzip", "Expect": "100-continue", "Origin": "https://a",
            "X-Request-ID": "r", "TraceParent": "t", "Transfer-Encoding": "CHUNKED", "Host": "h",
        ])
        #expect(fields.authorization == "Bearer k")
        #expect(fields.apiKey == "x")
        #expect(fields.contentType == "application/json")
        #expect(fields.contentEncoding == "gzip")
        #expect(fields.contentLength == 12)
        #expect(fields.acceptEncoding == "gzip")
        #expect(fields.expect == "100-continue")
        #expect(fields.origin == "https://a")
        #expect(fields.requestID == "r")
        #expect(fields.traceParent == "t")
        #expect(fields.hostCount == 1)
        #expect(fields.isChunked)
        #expect(fields.count == 12)
        #expect(fields.conflict == nil)
    }

    @Test("x-api-key comes before api-key, wherever it stands")
    func apiKeys() {
        #expect(RequestFields(["api-key": "a"]).apiKey == "a")
        #expect(RequestFields(["api-key": "a", "x-api-key": "x"]).apiKey == "x")
        #expect(RequestFields(["x-api-key": "x", "api-key": "a"]).apiKey == "x")
    }

    @Test("two different credentials of one name conflict, two equal ones do not")
    func conflicts() {
        #expect(RequestFields(["authorization": "a", "Authorization": "b"]).conflict == "authorization")
        #expect(RequestFields(["authorization": "a", "authorization": "a"]).conflict == nil)
    }

    @Test("two x-forwarded-for fields are one list")
    func forwardedFor() {
        let fields = RequestFields(["x-forwarded-for": "192.0.2.1", "X-Forwarded-For": "192.0.2.2, 192.0.2.3"])
        #expect(fields.forwardedFor == "192.0.2.1, 192.0.2.2, 192.0.2.3")
    }

    @Test("the size of the fields counts names, values and separators")
    func byteCount() {
        #expect(RequestFields(["ab": "cde", "f": ""]).byteCount == 2 + 3 + 4 + 1 + 4)
    }

    @Test(
        "names are compared without case, and never by their beginning",
        arguments: [
            ("Host", true), ("HOST", true), ("hosT", true), ("hos", false), ("hosts", false), ("h0st", false),
            ("", false),
            ("ho\u{017F}t", false),
        ])
    func isField(name: String, matches: Bool) {
        #expect(name.isField("host") == matches)
    }

    @Test("letters alone have case: other characters that differ in the same bit stay apart")
    func isFieldSymbols() {
        #expect(!"[".isField("{"))
        #expect(!"@".isField("`"))
        #expect(!"\r".isField("-"))
        #expect("Z".isField("z"))
        #expect("A".isField("a"))
    }

    private static let checks: [(HTTPHeaders, RequestHead.Version, GatewayError.Kind?)] = [
        (["host": "h"], .http11, nil),
        ([:], .http10, nil),
        ([:], .http2, nil),
        ([:], .http11, .malformedRequest),
        (["host": "a", "host": "b"], .http11, .malformedRequest),
        (["host": "a", "host": "b"], .http10, .malformedRequest),
        (["host": "h", "transfer-encoding": "chunked"], .http11, nil),
        (["host": "h", "transfer-encoding": "gzip"], .http11, .malformedRequest),
        (["host": "h", "transfer-encoding": "gzip, chunked"], .http11, .malformedRequest),
        (["host": "h", "transfer-encoding": "chunked "], .http11, .malformedRequest),
        (["host": "h", "transfer-encoding": "chunked", "transfer-encoding": "chunked"], .http11, .malformedRequest),
        (["host": "h", "transfer-encoding": "chunked"], .http10, .malformedRequest),
    ]

    @Test("heads that two servers could read differently are refused", arguments: 0..<Self.checks.count)
    func check(index: Int) {
        let (headers, version, kind) = Self.checks[index]
        let problem = RequestHeadCheck(limits: ServerLimits()).problem(with: Self.head(headers, version: version))
        #expect(problem?.kind == kind)
    }

    @Test("limits hold to the byte and to the field")
    func limits() {
        var limits = ServerLimits()
        limits.headBytes = 20
        limits.headerCount = 2
        // "host: h" counts 9, the target the rest.
        let fits = Self.head(target: "/" + String(repeating: "a", count: 10))
        let over = Self.head(target: "/" + String(repeating: "a", count: 11))
        #expect(RequestHeadCheck(limits: limits).problem(with: fits) == nil)
        #expect(RequestHeadCheck(limits: limits).problem(with: over)?.kind == .headTooLarge)
        let three = Self.head(["host": "h", "a": "", "b": ""], target: "")
        limits.headBytes = 100
        #expect(RequestHeadCheck(limits: limits).problem(with: three)?.kind == .headTooLarge)
        #expect(RequestHeadCheck(limits: limits).problem(with: Self.head(["host": "h", "a": ""])) == nil)
    }
}
