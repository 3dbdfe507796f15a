public import SluiceCore

/// A header that the gateway adds to requests to one provider: an entry of `providers.<name>.headers`.
///
/// The value is a ``Secret``, since such a header is often a credential (`x-portkey-key`, `cf-access-token`).
public struct HeaderField: Sendable, Equatable {
    /// The name as written; a token of RFC 9110, section 5.6.2.
    public var name: String
    /// The value: no control character but tab.
    public var value: Secret

    /// Makes a header.
    public init(name: String, value: Secret) {
        self.name = name
        self.value = value
    }
}
