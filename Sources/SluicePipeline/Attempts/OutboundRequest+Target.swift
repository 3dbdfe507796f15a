import SluiceCore
import SluiceRouting
import SluiceWire

/// How a target is asked: in the client's own bytes where its provider serves the client's surface, else converted.
enum OutboundForm {
    case spliced(ProviderAddress)
    case converted(ConvertedRequest, to: Surface, ProviderAddress)

    /// The form for a target; `nil` when its provider can do neither.
    ///
    /// - Parameter entry: the entry of the model table that led to the target, if one did.
    init?(
        _ snapshot: Snapshot,
        _ request: IdentifiedRequest,
        _ scanned: ScannedRequest,
        _ source: ConversionSource,
        _ entry: Int?,
        _ target: Target,
        credential: Int
    ) throws(GatewayError) {
        let provider = snapshot.providers[target.provider].provider
        let own = provider.address(surface: scanned.surface, model: target.model, credential: credential)
        if let address = own, !source.mustConvert(for: target.model) {
            self = .spliced(address)
            return
        }
        let operation = scanned.surface.operation
        guard operation != .native,
            let surface = own != nil && operation == .chat
                ? scanned.surface : provider.surface(for: operation, isStreaming: scanned.isStreaming),
            let address = provider.address(surface: surface, model: target.model, credential: credential)
        else { return nil }
        do throws(ConversionError) {
            let converted = try ConvertedRequest(
                source,
                to: surface,
                model: target.model,
                capabilities: snapshot.capabilities(of: target),
                provider: provider,
                isStrict: snapshot.convertsStrictly(entry: entry, route: request.route)
            )
            self = .converted(converted, to: surface, address)
        } catch {
            throw GatewayError(error)
        }
    }
}

extension OutboundRequest {
    /// The request for one target; `nil` when its provider cannot be asked for this.
    ///
    /// - Parameter entry: the entry of the model table that led to the target, if one did.
    static func make(
        _ state: ExchangeState,
        _ request: IdentifiedRequest,
        _ scanned: ScannedRequest,
        _ source: ConversionSource,
        _ entry: Int?,
        _ target: Target,
        _ provider: Snapshot.ProviderEntry,
        credential: Int
    ) throws(GatewayError) -> OutboundRequest? {
        let form = try OutboundForm(state.snapshot, request, scanned, source, entry, target, credential: credential)
        switch form {
        case .spliced(let address):
            return try OutboundRequest(
                state: state, trace: request.trace, scanned: scanned, model: target.model, entry: provider,
                address: address)
        case .converted(let converted, let surface, let address):
            return try OutboundRequest(
                state: state, trace: request.trace, converted: converted, surface: surface,
                model: target.model, wantsStream: scanned.isStreaming, entry: provider, address: address)
        case nil:
            return nil
        }
    }
}
