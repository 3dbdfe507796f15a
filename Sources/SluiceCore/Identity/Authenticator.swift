/// Says who has a credential: the text of `Authorization: Bearer`, `x-api-key` and the like.
///
/// Most requests come with a credential that was verified before: ``known(_:from:at:)`` answers those at once. The others wait for
/// ``verify(_:from:at:)``, which may read a database, hash or ask an issuer, never on an event loop.
public protocol Authenticator: Sendable {
    /// The principal of a credential that was verified before and still holds; `nil` when it has to be verified.
    ///
    /// - Parameters:
    ///   - credential: the text that the client sent.
    ///   - source: the client's address.
    ///   - now: the time.
    func known(_ credential: Substring, from source: String?, at now: UnixTime) -> Principal?

    /// Verifies a credential. Bounded in time and in how many run at once.
    func verify(_ credential: String, from source: String?, at now: UnixTime) async -> Verification
}
