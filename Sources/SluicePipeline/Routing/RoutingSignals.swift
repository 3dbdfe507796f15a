import NIOCore
import NIOHTTP1
import SluiceCore
import SluiceHTTP
import SluiceRouting
import SluiceWire

/// What routing wants to know of a request, read from its body and head.
///
/// The body is valid JSON by then. Its members are looked at where they lie: nothing is copied, and nothing but what the
/// strategies of the model need is looked at at all.
struct RoutingSignals {
    private let head: RequestHead
    private let principal: Principal?
    private let scanned: ScannedRequest
    private let members: [JSONMember]

    init(_ head: RequestHead, _ principal: Principal?, _ scanned: ScannedRequest) {
        self.head = head
        self.principal = principal
        self.scanned = scanned
        switch scanned.form {
        case .json(let scan): self.members = scan.members
        case .multipart: self.members = []
        case .path:
            var members: [JSONMember] = []
            // It was scanned before: this cannot fail, and without members there are no signals.
            try? JSONScanner.scanObject(scanned.body.readableBytesUInt8Span, into: &members)
            self.members = members
        }
    }

    /// The request as routing sees it, where no strategy needs anything of the body.
    static func plain(_ scanned: ScannedRequest) -> RoutingRequest {
        RoutingRequest(isStreaming: scanned.isStreaming, isActing: scanned.isActing)
    }

    /// The request as routing sees it.
    func request(_ needs: SignalNeeds, stickyBy: StickyBy?) -> RoutingRequest {
        var request = Self.plain(self.scanned)
        if needs.contains(.stickyKey), let stickyBy { request.stickyKey = self.stickyKey(stickyBy) }
        if needs.contains(.prefix) { request.prefix = self.prefix }
        if needs.contains(.size) {
            let bytes = self.promptMembers.reduce(0) { $0 + $1.value.count }
            request.promptTokens = bytes / Self.bytesPerToken
            if case .json(let scan) = self.scanned.form { request.maximumOutputTokens = scan.maxTokens }
        }
        return request
    }

    /// About four bytes of a prompt's JSON are a token: prices are compared with it, nothing is billed.
    private static let bytesPerToken = 4

    // MARK: The prompt

    /// The members that make the prompt, in the order in which vendors put them before the model: tools, system, turns.
    private var promptMembers: [JSONMember] {
        let names: [StaticString] = [
            "tools", "toolConfig", "functions", "instructions", "system", "systemInstruction", "system_instruction",
            "messages",
            "input", "contents", "prompt", "query", "documents",
        ]
        let bytes = self.scanned.body.readableBytesUInt8Span
        return names.compactMap { name in
            self.members.first { JSONScanner.key($0, in: bytes, equals: name) }
        }
    }

    private var prefix: PrefixBlocks {
        var blocks = PrefixBlocks()
        let bytes = self.scanned.body.readableBytesUInt8Span
        for member in self.promptMembers where !blocks.isFull {
            // The bracket that ends a list is where the next turn of the same conversation goes on.
            let end = member.kind == .array ? member.value.upperBound - 1 : member.value.upperBound
            blocks.append(bytes.extracting(member.value.lowerBound..<max(member.value.lowerBound, end)))
        }
        return blocks
    }

    // MARK: Whose request it is

    private func stickyKey(_ by: StickyBy) -> UInt64? {
        switch by {
        case .header(let name):
            return self.head.headers.first(name: name).map { StickyHash.of(text: $0) }
        case .user:
            return self.string("safety_identifier") ?? self.string("user") ?? self.string("user_id", in: "metadata")
                ?? self.principal.map { StickyHash.of(text: $0.keyID) }
        case .conversation:
            return self.string("prompt_cache_key") ?? self.string("conversation")
                ?? self.string("id", in: "conversation") ?? self.firstTurn
        }
    }

    private func string(_ name: StaticString) -> UInt64? {
        let bytes = self.scanned.body.readableBytesUInt8Span
        guard let member = self.members.first(where: { JSONScanner.key($0, in: bytes, equals: name) }),
            let text = JSONScanner.string(member, in: bytes), !text.isEmpty
        else { return nil }
        return StickyHash.of(text: text)
    }

    /// A text in an object of the body: Anthropic's `metadata.user_id`, `conversation.id` of Responses.
    private func string(_ name: String, in object: StaticString) -> UInt64? {
        let bytes = self.scanned.body.readableBytesUInt8Span
        guard let member = self.members.first(where: { JSONScanner.key($0, in: bytes, equals: object) }),
            member.kind == .object,
            let document = try? JSONDocument(copying: bytes.extracting(member.value)),
            let text = document.root[name]?.stringValue, !text.isEmpty
        else { return nil }
        return StickyHash.of(text: text)
    }

    /// What stays the same in every later turn of a conversation: all up to its first turn of the user's.
    private var firstTurn: UInt64? {
        let bytes = self.scanned.body.readableBytesUInt8Span
        var hash = StickyHash()
        var hasAny = false
        for member in self.promptMembers {
            guard member.kind == .array, let document = try? JSONDocument(copying: bytes.extracting(member.value)),
                document.root.elements.contains(where: { $0["role"] != nil })
            else {
                hash.add(bytes.extracting(member.value))
                hasAny = true
                continue
            }
            for turn in document.root.elements {
                hash.add(turn.rawBytes.span)
                hasAny = true
                if turn["role"]?.stringValue == "user" { break }
            }
        }
        return hasAny ? hash.value : nil
    }
}
