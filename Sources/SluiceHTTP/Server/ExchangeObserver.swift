/// Told what happens to the client while an exchange is answered. Called on the exchange's loop.
public protocol ExchangeObserver: AnyObject {
    /// The client took what was written, or stopped taking it.
    func clientWritabilityChanged(isWritable: Bool)
    /// The client left before the answer was complete.
    func clientGone()
    /// The process ends: the answer cannot be waited for any longer.
    func serverShutsDown()
}
