import NIOCore
import SluiceCore
import SluiceHTTP
import SluiceWire
import Synchronization

/// The providers' own model lists, asked for when a client lists models, and kept for a while.
final class ProviderModelLists: Sendable {
    private struct Entry {
        var names: [String]
        var validUntil: NIODeadline
    }

    private static let keptFor = TimeAmount.minutes(5)
    /// A provider that did not answer is left alone for so long.
    private static let failureKeptFor = TimeAmount.seconds(30)
    private static let timeout = TimeAmount.seconds(5)
    private static let limitBytes = 4 * 1024 * 1024

    /// One list for each provider: two of one origin may have different keys.
    private struct Key: Hashable {
        var origin: UpstreamOrigin
        var name: String
    }

    private let entries = Mutex<[Key: Entry]>([:])

    /// The names that a provider lists; what it listed before when it does not answer now.
    func models(of entry: Snapshot.ProviderEntry, on loop: LoopContext) async -> [String] {
        let key = Key(origin: entry.origin, name: entry.provider.name)
        let known = self.entries.withLock { $0[key] }
        if let known, known.validUntil > loop.eventLoop.now { return known.names }
        do { try await entry.provider.prepareCredentials() } catch { return known?.names ?? [] }
        let surfaces: [Surface] = [.models, .geminiModels]
        guard let address = surfaces.lazy.compactMap({ entry.provider.address(surface: $0, model: "") }).first else {
            return []
        }
        let request = UpstreamRequest(
            method: "GET",
            target: address.target,
            authority: entry.authority,
            headers: address.headers + address.defaults + [
                ("accept", "application/json"), ("accept-encoding", "identity"),
            ],
            body: nil
        )
        let body = await UpstreamFetch.get(
            request,
            from: entry.origin,
            on: loop,
            timeout: Self.timeout,
            limitBytes: Self.limitBytes
        )
        let names = body.flatMap { Self.parse($0) }
        let kept = Entry(
            names: names ?? known?.names ?? [],
            validUntil: loop.eventLoop.now + (names == nil ? Self.failureKeptFor : Self.keptFor)
        )
        self.entries.withLock { $0[key] = kept }
        return kept.names
    }

    private static func parse(_ body: ByteBuffer) -> [String]? {
        guard let document = try? JSONDocument(copying: body.readableBytesUInt8Span),
            let data = document.root["data"] ?? document.root["models"]
                ?? (document.root.kind == .array ? document.root : nil)
        else { return nil }
        return data.elements.compactMap { model in
            if let id = model["id"]?.stringValue { return id }
            // Google's names are paths.
            guard let name = model["name"]?.stringValue else { return nil }
            return name.hasPrefix("models/") ? String(name.dropFirst("models/".count)) : name
        }
    }
}
