public import SluiceCore

/// What the server calls for each request. Called on the exchange's loop.
public protocol ExchangeHandler: Sendable {
    /// The head of a request was read and is sane.
    func handle(_ exchange: ServerExchange)
    /// A request cannot be taken: answer it. The connection is closed afterwards.
    func refuse(_ exchange: ServerExchange, _ error: GatewayError)
}
