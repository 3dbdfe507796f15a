/// Who a client's certificate is made out to. The certificate was verified in the handshake.
public struct PeerIdentity: Sendable, Hashable {
    /// The subject as text, the most specific part first: `CN=ci,O=Acme`. Source: RFC 4514, section 2.
    public var subject: String
    /// The host names of the subject alternative name, in lower case. Source: RFC 5280, section 4.2.1.6.
    public var dnsNames: [String]
    /// The URIs of the subject alternative name, such as a SPIFFE id.
    public var uris: [String]
    /// The mail addresses of the subject alternative name.
    public var emails: [String]
    /// When the certificate ceases to be valid.
    public var validUntil: UnixTime

    /// Makes the value.
    public init(subject: String, dnsNames: [String], uris: [String], emails: [String], validUntil: UnixTime) {
        self.subject = subject
        self.dnsNames = dnsNames
        self.uris = uris
        self.emails = emails
        self.validUntil = validUntil
    }
}
