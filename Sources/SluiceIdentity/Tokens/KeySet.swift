import SluiceCore
import SluiceWire

/// The keys of an issuer. Source: RFC 7517, section 5.
struct KeySet: Sendable {
    /// How many keys of a set are read.
    static let mostKeys = 64
    /// How many keys are tried for a token that names none.
    private static let mostTries = 8

    let keys: [VerificationKey]

    /// Reads a JSON web key set; `nil` for what is none, or has no key that could verify anything.
    init?(_ bytes: [UInt8]) async {
        let limits = JSONLimits(maximumDepth: 16, maximumNodes: 65_536)
        guard bytes.count <= DocumentRequest.limitBytes,
            let document = try? JSONDocument(parsing: bytes, limits: limits), let list = document.root["keys"]
        else { return nil }
        var keys: [VerificationKey] = []
        for node in list.elements.prefix(Self.mostKeys) {
            if let key = await VerificationKey(node) { keys.append(key) }
        }
        guard !keys.isEmpty else { return nil }
        self.keys = keys
    }

    /// The keys that may have signed a token: those of its name, or those without one where none has it.
    func candidates(_ keyID: String?, _ algorithm: TokenAlgorithm) -> ArraySlice<VerificationKey> {
        let fitting = self.keys.filter { $0.algorithms.contains(algorithm) }
        guard let keyID else { return fitting.prefix(Self.mostTries) }
        let named = fitting.filter { $0.keyID == keyID }
        return (named.isEmpty ? fitting.filter { $0.keyID == nil } : named).prefix(Self.mostTries)
    }
}
