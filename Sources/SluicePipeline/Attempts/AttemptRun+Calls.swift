import NIOCore
import NIOHTTP1
import SluiceCore
import SluiceHTTP
import SluiceRouting
import SluiceWire

// Embeddings of more inputs than a model takes at once: one attempt, several calls, one after the other. Each waits as
// every call does, the timeout `total` holds for all of them; one that fails fails the attempt, and a client that leaves
// ends it.
extension AttemptRun {
    /// Whether the attempt takes several calls.
    var hasCalls: Bool { self.outbound.conversion?.calls != nil }

    /// Takes the answer to a call of several and makes the next one's request. False where there was but one call, or it was the
    /// last, or it brought no answer.
    func goesOn(after result: AttemptResult, _ trace: TraceContext?) async throws(GatewayError) -> Bool {
        guard let conversion = self.outbound.conversion, let calls = conversion.calls, !calls.isLast,
            case .refused(let status, let headers, let body) = result, (200..<300).contains(status)
        else { return false }
        do throws(ConversionError) {
            try calls.take(try CollectingTransducer.document(body, headers))
            self.state.callsUsage = calls.usage
            self.state.requests += 1
        } catch {
            throw GatewayError(.upstreamProtocol, error.message)
        }
        // Tokens and keys may end, and signatures do, while many calls are made.
        let provider = self.entry.provider
        try await provider.prepareCredentials()
        guard
            let address = provider.address(
                surface: self.outbound.surface, model: self.outbound.model, credential: self.attempt.credential)
        else { throw GatewayError(.internal, "The provider \(provider.name) has no address for the next call.") }
        self.outbound = try OutboundRequest(
            state: self.state.state, trace: trace, converted: ConvertedRequest(body: calls.body, answer: conversion),
            surface: self.outbound.surface, model: self.outbound.model, wantsStream: false, entry: self.entry,
            address: address)
        self.isFresh = false
        return true
    }
}

/// Collects the answer to a call that others follow: it is for the gateway, and nothing of it reaches the client.
final class CollectingTransducer: RelayTransducer, AnswerReading {
    /// An answer may be this long; what is longer is cut off, and so cannot be read.
    private static let limit = 64 * 1024 * 1024
    /// A refusal's body is kept up to this size.
    private static let refusalLimit = 256 * 1024

    var firstError: NeutralError? { nil }

    /// What a call reports is read with its answer.
    var tally: AnswerTally { AnswerTally() }

    func receive(status: Int, headers: HTTPHeaders) -> RelayHeadDecision {
        .collect(limitBytes: (200..<300).contains(status) ? Self.limit : Self.refusalLimit)
    }

    func receive(_ piece: ByteBuffer, into output: inout [ByteBuffer]) -> RelayStep { RelayStep() }

    func receiveEnd(into output: inout [ByteBuffer]) -> UpstreamError? { nil }

    func receiveCut(into output: inout [ByteBuffer]) -> Bool { false }

    func errorEvent(_ error: UpstreamError) -> ByteBuffer? { nil }

    /// Never called: an answer that was not begun is settled by the request path.
    func settle(_ outcome: RelayOutcome) {}

    /// A collected answer as a tree.
    static func document(_ body: ByteBuffer, _ headers: HTTPHeaders) throws(ConversionError) -> JSONDocument {
        let decoded = ProviderRefusal.decoded(body, headers, limitBytes: Self.limit)
        do throws(JSONError) {
            return try JSONDocument(parsing: Array(decoded.readableBytesView))
        } catch {
            throw .malformed("The upstream's answer is not valid JSON: \(error.message).")
        }
    }
}
