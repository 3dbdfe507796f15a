import NIOCore
import NIOHTTP1
import SluiceCore
import SluiceRouting
import SluiceWire
import Testing

@testable import SluiceHTTP
@testable import SluicePipeline

@Suite("RoutingSignals")
struct RoutingSignalsTests {
    private static func signals(
        _ body: String,
        _ surface: Surface = .chat,
        headers: HTTPHeaders = [:],
        principal: Principal? = nil
    ) throws -> RoutingSignals {
        let head = RequestHead(method: .POST, target: surface.route, version: .http11, headers: headers)
        let form: ScannedRequest.Form =
            surface.body == .jsonPathModel
            ? .path(model: "m", isStreaming: false) : .json(try OpenAIRequestScan.scan(Array(body.utf8).span))
        return RoutingSignals(
            head, principal, ScannedRequest(body: ByteBuffer(string: body), form: form, surface: surface))
    }

    private static func sticky(
        _ body: String,
        by: StickyBy,
        _ surface: Surface = .chat,
        headers: HTTPHeaders = [:],
        principal: Principal? = nil
    ) throws -> UInt64? {
        try self.signals(body, surface, headers: headers, principal: principal)
            .request(.stickyKey, stickyBy: by).stickyKey
    }

    private static func chat(_ turns: String, more: String = "") -> String {
        #"{"model":"m","messages":[\#(turns)]\#(more)}"#
    }

    private static let system = #"{"role":"system","content":"Be short."}"#
    private static let hello = #"{"role":"user","content":"Hello"}"#

    // MARK: Sticky

    @Test("a header is followed by its value; a request without it follows nothing")
    func header() throws {
        let body = Self.chat(Self.hello)
        let a = try Self.sticky(body, by: .header("x-session"), headers: ["X-Session": "a"])
        #expect(a != nil)
        #expect(try Self.sticky(Self.chat(Self.system), by: .header("x-session"), headers: ["x-session": "a"]) == a)
        #expect(try Self.sticky(body, by: .header("x-session"), headers: ["x-session": "b"]) != a)
        #expect(try Self.sticky(body, by: .header("x-session")) == nil)
    }

    @Test(
        "the user is the one that the body names, in each dialect's own way",
        arguments: [
            (Self.chat(Self.hello, more: #","user":"u-1""#), Surface.chat),
            (Self.chat(Self.hello, more: #","safety_identifier":"u-1""#), .chat),
            (Self.chat(Self.hello, more: #","user":"other","safety_identifier":"u-1""#), .chat),
            (#"{"user":"u-1","model":"m","input":"Hi"}"#, .responses),
            (
                #"{"model":"m","max_tokens":5,"metadata":{"user_id":"u-1"},"messages":[\#(Self.hello)]}"#,
                .messages
            ),
        ])
    func user(body: String, surface: Surface) throws {
        let expected = try Self.sticky(Self.chat(Self.system, more: #","user":"u-1""#), by: .user)
        // A principal is who asks where the body names nobody.
        let principal = Principal(keyID: "k", keyName: "k")
        #expect(try Self.sticky(body, by: .user, surface, principal: principal) == expected)
    }

    @Test("without a user in the body it is the key; without a key it is nobody")
    func keyAsUser() throws {
        let a = try Self.sticky(Self.chat(Self.hello), by: .user, principal: Principal(keyID: "a", keyName: "x"))
        let b = try Self.sticky(Self.chat(Self.hello), by: .user, principal: Principal(keyID: "b", keyName: "x"))
        #expect(a != nil)
        #expect(a != b)
        for body in [#","user":"""#, #","user":17"#, #","metadata":{"user_id":""}"#, #","metadata":"u-1""#] {
            let text = Self.chat(Self.hello, more: body)
            #expect(try Self.sticky(text, by: .user, principal: Principal(keyID: "a", keyName: "x")) == a, "\(body)")
        }
        #expect(try Self.sticky(Self.chat(Self.hello), by: .user) == nil)
    }

    @Test("a conversation keeps its key from turn to turn, and in any order of the body's members")
    func conversation() throws {
        let tools = #""tools":[{"type":"function","function":{"name":"f"}}]"#
        let first = try Self.sticky(
            #"{"model":"m",\#(tools),"messages":[\#(Self.system),\#(Self.hello)]}"#, by: .conversation)
        #expect(first != nil)
        let later = #"{"role":"assistant","content":"Hi"},{"role":"user","content":"Bye"}"#
        let third = try Self.sticky(
            #"{"messages":[\#(Self.system),\#(Self.hello),\#(later)],"stream":true,\#(tools),"model":"other"}"#,
            by: .conversation)
        #expect(third == first)
        let other = try Self.sticky(
            #"{"model":"m",\#(tools),"messages":[\#(Self.system),{"role":"user","content":"Hullo"}]}"#,
            by: .conversation)
        #expect(other != first)
    }

    @Test(
        "a conversation keeps its key in every dialect",
        arguments: [
            (
                Surface.messages, #"{"model":"m","system":"S","messages":[{"role":"user","content":"a"}"#,
                #",{"role":"assistant","content":"b"},{"role":"user","content":"c"}"#, "]}"
            ),
            (
                .responses, #"{"model":"m","instructions":"S","input":[{"role":"user","content":"a"}"#,
                #",{"type":"function_call","call_id":"1","name":"f","arguments":"{}"}"#, "]}"
            ),
            (
                .generateContent, #"{"contents":[{"role":"user","parts":[{"text":"a"}]}"#,
                #",{"role":"model","parts":[{"text":"b"}]},{"role":"user","parts":[{"text":"c"}]}"#, "]}"
            ),
            (
                .converse, #"{"system":[{"text":"S"}],"messages":[{"role":"user","content":[{"text":"a"}]}"#,
                #",{"role":"assistant","content":[{"text":"b"}]}"#, "]}"
            ),
        ])
    func conversations(surface: Surface, start: String, more: String, end: String) throws {
        let first = try Self.sticky(start + end, by: .conversation, surface)
        #expect(first != nil)
        #expect(try Self.sticky(start + more + end, by: .conversation, surface) == first)
    }

    @Test("a conversation that the body names is that one, whatever is in it")
    func namedConversation() throws {
        let key = #","prompt_cache_key":"c-1""#
        let a = try Self.sticky(Self.chat(Self.hello, more: key), by: .conversation)
        #expect(try Self.sticky(Self.chat(Self.system, more: key), by: .conversation) == a)
        let conversation = #"{"model":"m","conversation":"c-1","input":"x"}"#
        #expect(try Self.sticky(conversation, by: .conversation, .responses) == a)
        let object = #"{"model":"m","conversation":{"id":"c-1"},"input":"y"}"#
        #expect(try Self.sticky(object, by: .conversation, .responses) == a)
    }

    @Test("a request without a prompt belongs to no conversation, and odd shapes are no fault")
    func odd() throws {
        #expect(try Self.sticky(#"{"model":"m"}"#, by: .conversation) == nil)
        for body in [
            #"{"model":"m","messages":null}"#, #"{"model":"m","messages":[]}"#, #"{"model":"m","messages":[1,[]]}"#,
            #"{"model":"m","messages":[{}]}"#, #"{"model":"m","input":{}}"#, #"{"model":"m","messages":"text"}"#,
        ] {
            _ = try Self.sticky(body, by: .conversation)
            _ = try Self.signals(body).request([.prefix, .size], stickyBy: nil)
        }
    }

    // MARK: Prefix

    private static func prefix(_ body: String, _ surface: Surface = .chat) throws -> [UInt64] {
        try self.signals(body, surface).request(.prefix, stickyBy: nil).prefix.hashes
    }

    @Test("prompts that begin the same have the same first blocks, and the next turn has all of the last one's")
    func prefixes() throws {
        let long = #"{"role":"system","content":"\#(String(repeating: "rule. ", count: 400))"}"#
        let one = try Self.prefix(Self.chat("\(long),\(Self.hello)"))
        let two = try Self.prefix(Self.chat("\(long),\(Self.hello),{\"role\":\"assistant\",\"content\":\"Hi\"}"))
        let other = try Self.prefix(Self.chat(#"\#(long),{"role":"user","content":"Something else"}"#))
        #expect(one.count >= 9)
        #expect(two.starts(with: one))
        #expect(zip(one, other).prefix { $0 == $1 }.count >= 8)
        let different = try Self.prefix(Self.chat("\(Self.hello),\(long)"))
        #expect(different.first != one.first)
        // What is no prompt makes no difference, and neither does the order of members.
        let reordered = #"{"temperature":0,"messages":[\#(long),\#(Self.hello)],"model":"x"}"#
        #expect(try Self.prefix(reordered) == one)
    }

    @Test("tools stand before the turns, as vendors' caches have them")
    func tools() throws {
        let tool = #"{"type":"function","function":{"name":"\#(String(repeating: "t", count: 600))"}}"#
        let before = try Self.prefix(#"{"model":"m","tools":[\#(tool)],"messages":[\#(Self.hello)]}"#)
        let behind = try Self.prefix(#"{"model":"m","messages":[\#(Self.hello)],"tools":[\#(tool)]}"#)
        #expect(before.count >= 2)
        #expect(before == behind)
    }

    @Test("what no strategy needs is not looked at")
    func needs() throws {
        let body = Self.chat(Self.hello, more: #","user":"u","stream":true"#)
        let plain = try Self.signals(body).request([], stickyBy: .user)
        #expect(plain.stickyKey == nil)
        #expect(plain.prefix.hashes.isEmpty)
        #expect(plain.promptTokens == 0)
        #expect(plain.maximumOutputTokens == nil)
        #expect(plain.isStreaming)
    }

    // MARK: Size

    @Test("the size is that of the prompt, and the answer's bound is the client's")
    func size() throws {
        let text = String(repeating: "x", count: 4000)
        let body = Self.chat(
            #"{"role":"user","content":"\#(text)"}"#, more: #","max_tokens":77,"metadata":{"a":"\#(text)"}"#)
        let request = try Self.signals(body).request(.size, stickyBy: nil)
        #expect((1000...1020).contains(request.promptTokens))
        #expect(request.maximumOutputTokens == 77)
    }

    @Test(
        "requests that act are known",
        arguments: [
            (Surface.imageGenerations, #"{"model":"m","prompt":"x"}"#, true), (.speech, #"{"model":"m"}"#, true),
            (.responses, #"{"model":"m","input":"x","store":true}"#, true),
            (.responses, #"{"model":"m","input":"x","background":true}"#, true),
            (.responses, #"{"model":"m","input":"x","store":false}"#, false),
            (.chat, #"{"model":"m","store":true,"messages":[]}"#, false), (.embeddings, #"{"model":"m"}"#, false),
        ])
    func acting(surface: Surface, body: String, isActing: Bool) throws {
        #expect(try Self.signals(body, surface).request([], stickyBy: nil).isActing == isActing)
    }
}

@Suite("StickyHash")
struct StickyHashTests {
    @Test("is the same on every replica and after every start")
    func fixed() {
        #expect(StickyHash.of(text: "") == Self.reference([]))
        #expect(StickyHash.of(text: "user-1") == Self.reference(Array("user-1".utf8)))
    }

    @Test("pieces are not their sum, and neighbours are far apart")
    func pieces() {
        var pieces = StickyHash()
        pieces.add(Array("ab".utf8).span)
        pieces.add(Array("c".utf8).span)
        #expect(pieces.value != StickyHash.of(text: "abc"))
        let hashes = (0..<1000).map { StickyHash.of(text: "user-\($0)") }
        #expect(Set(hashes).count == 1000)
        // Every bit is set in about half of them.
        for bit in 0..<64 {
            let count = hashes.count { $0 >> UInt64(bit) & 1 == 1 }
            #expect((400...600).contains(count), "bit \(bit): \(count)")
        }
    }

    private static func reference(_ bytes: [UInt8]) -> UInt64 {
        var state: UInt64 = 14_695_981_039_346_656_037
        for byte in bytes + [0xFF] { state = (state ^ UInt64(byte)) &* 1_099_511_628_211 }
        state = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        state = (state ^ (state >> 27)) &* 0x94D0_49BB_1331_11EB
        return state ^ (state >> 31)
    }
}
