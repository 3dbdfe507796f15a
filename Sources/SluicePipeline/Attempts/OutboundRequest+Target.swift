import SluiceCore
import SluiceRouting
import SluiceWire

extension OutboundRequest {
    /// The request for one target: the client's own bytes where the provider serves its surface, else converted. `nil` when
    /// the provider can do neither.
    ///
    /// - Parameter entry: the entry of the model table that led to the target, if one did.
    static func make(
        _ state: ExchangeState,
        _ request: IdentifiedRequest,
        _ scanned: ScannedRequest,
        _ source: ConversionSource,
        _ entry: Int?,
        _ target: Target,
        _ providerEntry: Snapshot.ProviderEntry,
        credential: Int
    ) throws(GatewayError) -> OutboundRequest? {
        let provider = providerEntry.provider
        let own = provider.address(surface: scanned.surface, model: target.model, credential: credential)
        if let address = own, !source.mustConvert(for: target.model) {
            return try OutboundRequest(
                state: state, trace: request.trace, scanned: scanned, model: target.model, entry: providerEntry,
                address: address)
        }
        let operation = scanned.surface.operation
        guard operation != .native,
            let surface = own != nil && operation == .chat
                ? scanned.surface : provider.surface(for: operation, isStreaming: scanned.isStreaming),
            let address = provider.address(surface: surface, model: target.model, credential: credential)
        else { return nil }
        let converted: ConvertedRequest
        do throws(ConversionError) {
            converted = try ConvertedRequest(
                source,
                to: surface,
                model: target.model,
                capabilities: state.snapshot.capabilities(of: target),
                provider: provider,
                isStrict: state.snapshot.convertsStrictly(entry: entry, route: request.route)
            )
        } catch {
            throw GatewayError(error)
        }
        return try OutboundRequest(
            state: state, trace: request.trace, converted: converted, surface: surface,
            wantsStream: scanned.isStreaming, entry: providerEntry, address: address)
    }
}
