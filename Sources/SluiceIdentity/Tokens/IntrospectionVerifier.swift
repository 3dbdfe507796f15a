import Crypto
public import SluiceCore
import SluiceWire
import Synchronization

/// Asks what an opaque token is worth, and keeps the answers for a while. Source: RFC 7662.
public final class IntrospectionVerifier: CredentialVerifier {
    /// How many answers are kept.
    private static let capacity = 16_384
    /// For how long it is kept that a token is worth nothing.
    static let refusalTime = Duration.seconds(10)
    /// How many questions are asked at once; a request that would be one more is told to come again.
    private static let mostQuestions = 64
    /// The longest token, in bytes.
    private static let longestToken = 8 * 1024

    private let endpoints: [IntrospectionEndpoint]
    private let fetching: any DocumentFetching
    private let whenClientLeaves: ClientLeavePolicy
    private let secret = SymmetricKey(size: .bits256)
    private let cache = Mutex(IntrospectionCache(capacity: capacity))
    private let questions = Atomic(0)

    /// Makes the verifier; a token is worth what the first endpoint says that knows it.
    public init(
        _ endpoints: [IntrospectionEndpoint],
        fetching: any DocumentFetching,
        whenClientLeaves: ClientLeavePolicy
    ) {
        self.endpoints = endpoints
        self.fetching = fetching
        self.whenClientLeaves = whenClientLeaves
    }

    /// Everything that could be a token. Keys of this gateway, and of vendors by a user's mistake, are told to nobody.
    public func recognizes(_ credential: String) -> Bool {
        guard !self.endpoints.isEmpty, credential.utf8.count <= Self.longestToken, !credential.hasPrefix("sk-") else {
            return false
        }
        // RFC 6749, appendix A.12.
        return !credential.isEmpty && credential.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    public func verify(_ credential: String, at now: UnixTime) async -> VerifierResult {
        let digest = HMAC<SHA256>.authenticationCode(for: Array(credential.utf8), using: self.secret)
            .withUnsafeBytes { Array($0) }
        if let known = self.cache.withLock({ $0.value(for: digest, at: now) }) {
            return known.principal.map { .accepted($0, until: known.until, networks: nil) } ?? .refused
        }
        guard self.questions.wrappingAdd(1, ordering: .relaxed).newValue <= Self.mostQuestions else {
            self.questions.wrappingSubtract(1, ordering: .relaxed)
            return .unavailable("too many tokens are being looked at")
        }
        defer { self.questions.wrappingSubtract(1, ordering: .relaxed) }
        var failure: String?
        for endpoint in self.endpoints {
            switch await self.ask(endpoint, about: credential, at: now) {
            case .good(let principal, let until):
                self.keep(principal, until: until, for: digest)
                return .accepted(principal, until: until, networks: nil)
            case .bad: continue
            case .unknown: failure = "\(endpoint.url.authority) does not say what it is worth"
            }
        }
        // One that did not answer may have known it.
        if let failure { return .unavailable(failure) }
        self.keep(nil, until: now.advanced(by: Self.refusalTime), for: digest)
        return .refused
    }

    private func keep(_ principal: Principal?, until: UnixTime, for digest: [UInt8]) {
        self.cache.withLock { $0.insert(.init(principal: principal, until: until), for: digest) }
    }

    private enum Judgement {
        case good(Principal, UnixTime)
        case bad
        case unknown
    }

    private func ask(_ endpoint: IntrospectionEndpoint, about token: String, at now: UnixTime) async -> Judgement {
        guard let answer = await self.fetching.answer(to: Self.request(endpoint, token)), answer.status == 200 else {
            return .unknown
        }
        guard let claims = TokenClaims(answer.body), let isActive = claims.root["active"]?.boolValue else {
            return .unknown
        }
        guard isActive, endpoint.audiences.isEmpty || claims.isFor(endpoint.audiences) else { return .bad }
        let latest = now.advanced(by: endpoint.cache)
        // The endpoint has judged the times by its own clock; a minute is what two clocks may differ by.
        guard let end = claims.validity(at: now, leeway: .seconds(60), fallback: .init(milliseconds: .max)),
            let subject = Self.subject(of: claims),
            let principal = endpoint.claims.principal(
                of: claims, kind: "introspection", issuer: endpoint.url.authority, subject: subject,
                whenClientLeaves: self.whenClientLeaves)
        else { return .bad }
        return .good(principal, min(end, latest))
    }

    /// Source: RFC 7662, section 2.2.
    private static func subject(of claims: TokenClaims) -> String? {
        for name in ["sub", "username", "client_id"] {
            switch claims.text(name) {
            case .value(let text): return text
            case .unusable: return nil
            case .absent: continue
            }
        }
        return nil
    }

    /// Source: RFC 7662, section 2.1; RFC 6749, section 2.3.1.
    private static func request(_ endpoint: IntrospectionEndpoint, _ token: String) -> DocumentRequest {
        var headers = [
            DocumentRequest.HeaderField(name: "accept", value: Secret("application/json")),
            DocumentRequest.HeaderField(name: "content-type", value: Secret("application/x-www-form-urlencoded")),
        ]
        var body = Array("token=".utf8) + Self.encoded(token) + Array("&token_type_hint=access_token".utf8)
        if let secret = endpoint.clientSecret {
            let pair = Self.encoded(endpoint.clientID) + [UInt8(ascii: ":")] + Self.encoded(secret.expose())
            var value = Array("Basic ".utf8)
            Base64.append(pair.span, to: &value)
            headers.append(DocumentRequest.HeaderField(name: "authorization", value: Secret(bytes: value)))
        } else {
            body += Array("&client_id=".utf8) + Self.encoded(endpoint.clientID)
        }
        return DocumentRequest(url: endpoint.url, method: "POST", headers: headers, body: body)
    }

    /// A value of a form. Source: WHATWG URL, section 5.2.
    private static func encoded(_ text: String) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "*"):
                result.append(byte)
            case 0x20: result.append(UInt8(ascii: "+"))
            default: result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return result
    }
}
