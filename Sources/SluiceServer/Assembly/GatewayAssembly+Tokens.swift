import SluiceConfig
import SluiceIdentity

extension GatewayAssembly {
    /// What makes the verifiers of a configuration's tokens. It also keeps the issuers' keys fresh, as a part of the background work.
    static func tokens(
        _ parts: inout GatewayParts,
        readFile: @escaping @Sendable (String) -> [UInt8]?
    ) -> @Sendable (GatewayConfiguration) -> [any CredentialVerifier]? {
        let fetching = UpstreamDocumentFetching(loops: parts.loops, outbound: parts.configuration.outbound)
        let tokens = TokenVerifiers(fetching: fetching, readFile: readFile, logger: parts.logger)
        parts.work.run(tokens)
        return { configuration in
            fetching.update(configuration.outbound)
            return tokens.verifiers(for: configuration.auth)
        }
    }
}
