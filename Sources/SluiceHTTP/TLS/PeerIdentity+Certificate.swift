import NIOSSL
import SluiceCore
import SwiftASN1
import X509

extension PeerIdentity {
    /// How many names of a certificate are read.
    private static let mostNames = 64

    /// Reads a certificate; `nil` for one that swift-certificates does not understand, which is then nobody's.
    init?(_ certificate: NIOSSLCertificate) {
        guard let bytes = try? certificate.toDERBytes(),
            let parsed = try? Certificate(derEncoded: bytes),
            let names = try? parsed.extensions.subjectAlternativeNames ?? SubjectAlternativeNames()
        else { return nil }
        self.init(
            subject: parsed.subject.description,
            dnsNames: [],
            uris: [],
            emails: [],
            validUntil: UnixTime(milliseconds: 0).advanced(by: .seconds(certificate.notValidAfter))
        )
        for name in names.prefix(Self.mostNames) {
            switch name {
            case .dnsName(let text): self.dnsNames.append(text.lowercased())
            case .uniformResourceIdentifier(let text): self.uris.append(text)
            case .rfc822Name(let text): self.emails.append(text)
            default: continue
            }
        }
    }
}
