public import SluiceCore
import SluiceWire

/// Verifies JSON web tokens of the issuers of a configuration.
///
/// A token must be signed by a key of the issuer that it names, with an algorithm that is both the key's and the issuer's, be for one
/// of its audiences, and hold at the time. Source: RFC 7519, section 7.2; RFC 8725.
public struct JWTVerifier: CredentialVerifier {
    /// After this a token is looked at anew, so that a key that its issuer withdrew does not verify for long.
    static let longestAcceptance = Duration.seconds(300)

    /// An issuer and its keys.
    public struct Issuer: Sendable {
        let settings: TokenIssuer
        let source: JWKSource?
        let secret: SharedSecret?
        /// The issuer without its scheme, as it stands in ids.
        let name: String

        /// Makes an issuer. `source` is `nil` for one that has a secret only.
        public init(_ settings: TokenIssuer, source: JWKSource?) {
            self.settings = settings
            self.source = source
            self.secret = settings.secret.map { SharedSecret($0) }
            let name = settings.issuer.utf8.drop { $0 != UInt8(ascii: "/") }.dropFirst(2)
            self.name = String(Substring(name.last == UInt8(ascii: "/") ? name.dropLast() : name))
        }
    }

    private let issuers: [Issuer]
    private let whenClientLeaves: ClientLeavePolicy

    /// Makes the verifier of some issuers; two with the same name are tried in their order.
    public init(_ issuers: [Issuer], whenClientLeaves: ClientLeavePolicy) {
        self.issuers = issuers
        self.whenClientLeaves = whenClientLeaves
    }

    public func recognizes(_ credential: String) -> Bool {
        guard let issuer = CompactToken.claimedIssuer(credential) else { return false }
        return self.issuers.contains { $0.settings.issuer == issuer }
    }

    public func verify(_ credential: String, at now: UnixTime) async -> VerifierResult {
        // A signature takes some ten to a hundred microseconds, which no event loop should spend.
        await withTaskExecutorPreference(globalConcurrentExecutor) {
            await self.verifyAside(credential, at: now)
        }
    }

    /// `@concurrent`: such a function begins on the executor that the task prefers.
    @concurrent
    private func verifyAside(_ credential: String, at now: UnixTime) async -> VerifierResult {
        guard let token = CompactToken(credential), let name = token.claims.root["iss"]?.stringValue else {
            return .refused
        }
        var result = VerifierResult.refused
        for issuer in self.issuers where issuer.settings.issuer == name {
            switch await self.verify(token, of: issuer, at: now) {
            case .accepted(let principal, let until, let networks):
                return .accepted(principal, until: until, networks: networks)
            case .unavailable(let reason): result = .unavailable(reason)
            case .refused: break
            }
        }
        return result
    }

    private func verify(_ token: CompactToken, of issuer: Issuer, at now: UnixTime) async -> VerifierResult {
        let settings = issuer.settings
        // Whatever costs nothing is looked at first; nothing is believed before the signature is verified.
        guard settings.algorithms.contains(token.algorithm), token.claims.isFor(settings.audiences),
            let end = token.claims.validity(at: now, leeway: settings.leeway, fallback: nil),
            let subject = Self.subject(of: token.claims)
        else { return .refused }
        switch await self.isSigned(token, by: issuer, at: now) {
        case true?: break
        case false?: return .refused
        case nil: return .unavailable("the keys of \(settings.issuer) cannot be fetched")
        }
        guard
            let principal = settings.claims.principal(
                of: token.claims, kind: "issuer", issuer: issuer.name, subject: subject,
                whenClientLeaves: self.whenClientLeaves)
        else { return .refused }
        return .accepted(principal, until: min(end, now.advanced(by: Self.longestAcceptance)), networks: nil)
    }

    /// Whether a token is signed; `nil` when the keys are not there to tell.
    private func isSigned(_ token: CompactToken, by issuer: Issuer, at now: UnixTime) async -> Bool? {
        if token.algorithm.isSymmetric {
            // A public key is never a secret, whatever the token says: RFC 8725, section 2.1.
            return issuer.secret?.isSignature(token.signature, of: token.signed, by: token.algorithm) ?? false
        }
        guard let source = issuer.source else { return false }
        guard let keys = await source.keys(at: now) else { return nil }
        if let isSigned = Self.isSigned(token, by: keys) { return isSigned }
        // The issuer may have new keys.
        guard let newer = await source.search(at: now) else { return false }
        return Self.isSigned(token, by: newer) ?? false
    }

    /// Whether a token is signed by one of a set's keys; `nil` when the set has none that it names.
    private static func isSigned(_ token: CompactToken, by keys: KeySet) -> Bool? {
        let candidates = keys.candidates(token.keyID, token.algorithm)
        for key in candidates where key.isSignature(token.signature, of: token.signed, by: token.algorithm) {
            return true
        }
        return candidates.isEmpty || token.keyID == nil ? nil : false
    }

    /// Whom a token is about. Source: RFC 7519, section 4.1.2; RFC 9068, section 2.2.
    private static func subject(of claims: TokenClaims) -> String? {
        for name in ["sub", "client_id", "azp"] {
            switch claims.text(name) {
            case .value(let text): return text
            case .unusable: return nil
            case .absent: continue
            }
        }
        return nil
    }
}
