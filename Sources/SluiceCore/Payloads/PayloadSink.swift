/// Takes captured payloads. Called on event loops; nothing of it waits.
///
/// All that is held, of exchanges that run and of those that wait to be written, has one bound: who wants to copy something
/// takes room for it first.
public protocol PayloadSink: Sendable {
    /// Whether anything is to be captured now; `false` counts as one that was left out.
    func admits() -> Bool
    /// Takes room for so many bytes. `false` when there is none: what was copied is to be given up by ``leaveOut(holding:)``.
    func take(_ bytes: Int) -> Bool
    /// Hands over a complete payload, with the room that was taken for it.
    func submit(_ payload: Payload, holding bytes: Int)
    /// Gives back room, and counts one that was left out.
    func leaveOut(holding bytes: Int)
}

/// Reads stored payloads, and deletes them.
public protocol PayloadStore: Sendable {
    /// The payloads with a request id, the newest first: clients may choose an id twice.
    func payloads(requestID: String, in scope: TenantScope) async throws(StoreError) -> [Payload]
    /// Deletes them, and makes what they held unreadable in the file. Returns how many they were.
    func deletePayloads(requestID: String, in scope: TenantScope) async throws(StoreError) -> Int
}
