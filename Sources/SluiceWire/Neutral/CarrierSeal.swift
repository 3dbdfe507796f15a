/// Makes what the gateway hands a client for safekeeping tamper-evident.
///
/// The same key must be at every replica, and survive restarts, or conversations lose their thoughts there.
public protocol CarrierSeal: Sendable {
    /// A tag of 16 bytes over `bytes`, which nobody without the key can make.
    func tag(over bytes: Span<UInt8>) -> [UInt8]
}
