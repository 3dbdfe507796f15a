import NIOSSL
import SluiceCore
import Testing

@testable import SluiceHTTP

@Suite("Whom a client certificate is made out to")
struct PeerIdentityTests {
    private func identity(_ pem: String) throws -> PeerIdentity? {
        PeerIdentity(try #require(NIOSSLCertificate.fromPEMBytes(Array(pem.utf8)).first))
    }

    @Test("subject, names and end are read")
    func full() throws {
        let identity = try #require(try self.identity(Self.full))
        #expect(identity.subject == #"CN=ci,O=Acme\, Inc.,C=DE"#)
        #expect(identity.dnsNames == ["ci.example.com", "b.example.com"])
        #expect(identity.uris == ["spiffe://example.com/ns/a/sa/b"])
        #expect(identity.emails == ["ci@example.com"])
        // 2126-01-01T00:00:00Z.
        #expect(identity.validUntil == UnixTime(milliseconds: 4_922_899_200_000))
    }

    @Test("a certificate may have a subject alone, and more names than are read")
    func bounds() throws {
        let bare = try #require(try self.identity(Self.bare))
        #expect(bare.subject == "CN=x" && bare.dnsNames.isEmpty && bare.uris.isEmpty && bare.emails.isEmpty)
        #expect(try self.identity(Self.many)?.dnsNames.count == 64)
    }

    private static let full = """
        -----BEGIN CERTIFICATE-----
        MIIBsTCCAVegAwIBAgIBATAKBggqhkjOPQQDAjAvMQswCQYDVQQGEwJERTETMBEG
        A1UECgwKQWNtZSwgSW5jLjELMAkGA1UEAwwCY2kwIBcNMjYwMTAxMDAwMDAwWhgP
        MjEyNjAxMDEwMDAwMDBaMC8xCzAJBgNVBAYTAkRFMRMwEQYDVQQKDApBY21lLCBJ
        bmMuMQswCQYDVQQDDAJjaTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABCHpH+3f
        4enKLm6oGN7Z2GthLy/AQO1JsgZhLriMBIQf0D1Vw3q/vWj4XxNsq/RgeHxuEreK
        VCVTNwuNkxZGA6ejYjBgMF4GA1UdEQRXMFWCDkNJLkV4YW1wbGUuY29thh5zcGlm
        ZmU6Ly9leGFtcGxlLmNvbS9ucy9hL3NhL2KBDmNpQGV4YW1wbGUuY29thwQKAAAB
        gg1iLmV4YW1wbGUuY29tMAoGCCqGSM49BAMCA0gAMEUCIEqwgxr6uLA6xfx+m95N
        UD5W1YoAH7bykgOZj0L5PxIjAiEAz1wnbIfmvLhPwhcvm0OEZ2QwDohxht5e3es/
        SCrUWJQ=
        -----END CERTIFICATE-----
        """

    private static let bare = """
        -----BEGIN CERTIFICATE-----
        MIIBBjCBraADAgECAgEBMAoGCCqGSM49BAMCMAwxCjAIBgNVBAMMAXgwIBcNMjYw
        MTAxMDAwMDAwWhgPMjEyNjAxMDEwMDAwMDBaMAwxCjAIBgNVBAMMAXgwWTATBgcq
        hkjOPQIBBggqhkjOPQMBBwNCAASeIcRnFU14GzBNFE9JH+WVE5Hn58tDggNb+wsr
        c4TGyf/6sGhEdN5eevdzCXoYG4hyFewgxapoGGVmkdeNsOPtMAoGCCqGSM49BAMC
        A0gAMEUCIE+yvTk0Sx0iu5yTdADciEaUqZ4s9ZQA4JfKRkVnuCokAiEAhhhJdPhX
        52k/4WyVlGx9OSmlAPxKiKXdQOn/G5nF5SU=
        -----END CERTIFICATE-----
        """

    private static let many = """
        -----BEGIN CERTIFICATE-----
        MIIHujCCB2CgAwIBAgIBATAKBggqhkjOPQQDAjAMMQowCAYDVQQDDAF4MCAXDTI2
        MDEwMTAwMDAwMFoYDzIxMjYwMTAxMDAwMDAwWjAMMQowCAYDVQQDDAF4MFkwEwYH
        KoZIzj0CAQYIKoZIzj0DAQcDQgAE1dykajp2gBIraB5HTg/CN9JD5OFM//PIdzzC
        XdNGl4/mt0J0otca6Fc43130Ap0OOyunzqAq16+cu6J7142N5aOCBq8wggarMIIG
        pwYDVR0RBIIGnjCCBpqCDm4wLmV4YW1wbGUuY29tgg5uMS5leGFtcGxlLmNvbYIO
        bjIuZXhhbXBsZS5jb22CDm4zLmV4YW1wbGUuY29tgg5uNC5leGFtcGxlLmNvbYIO
        bjUuZXhhbXBsZS5jb22CDm42LmV4YW1wbGUuY29tgg5uNy5leGFtcGxlLmNvbYIO
        bjguZXhhbXBsZS5jb22CDm45LmV4YW1wbGUuY29tgg9uMTAuZXhhbXBsZS5jb22C
        D24xMS5leGFtcGxlLmNvbYIPbjEyLmV4YW1wbGUuY29tgg9uMTMuZXhhbXBsZS5j
        b22CD24xNC5leGFtcGxlLmNvbYIPbjE1LmV4YW1wbGUuY29tgg9uMTYuZXhhbXBs
        ZS5jb22CD24xNy5leGFtcGxlLmNvbYIPbjE4LmV4YW1wbGUuY29tgg9uMTkuZXhh
        bXBsZS5jb22CD24yMC5leGFtcGxlLmNvbYIPbjIxLmV4YW1wbGUuY29tgg9uMjIu
        ZXhhbXBsZS5jb22CD24yMy5leGFtcGxlLmNvbYIPbjI0LmV4YW1wbGUuY29tgg9u
        MjUuZXhhbXBsZS5jb22CD24yNi5leGFtcGxlLmNvbYIPbjI3LmV4YW1wbGUuY29t
        gg9uMjguZXhhbXBsZS5jb22CD24yOS5leGFtcGxlLmNvbYIPbjMwLmV4YW1wbGUu
        Y29tgg9uMzEuZXhhbXBsZS5jb22CD24zMi5leGFtcGxlLmNvbYIPbjMzLmV4YW1w
        bGUuY29tgg9uMzQuZXhhbXBsZS5jb22CD24zNS5leGFtcGxlLmNvbYIPbjM2LmV4
        YW1wbGUuY29tgg9uMzcuZXhhbXBsZS5jb22CD24zOC5leGFtcGxlLmNvbYIPbjM5
        LmV4YW1wbGUuY29tgg9uNDAuZXhhbXBsZS5jb22CD240MS5leGFtcGxlLmNvbYIP
        bjQyLmV4YW1wbGUuY29tgg9uNDMuZXhhbXBsZS5jb22CD240NC5leGFtcGxlLmNv
        bYIPbjQ1LmV4YW1wbGUuY29tgg9uNDYuZXhhbXBsZS5jb22CD240Ny5leGFtcGxl
        LmNvbYIPbjQ4LmV4YW1wbGUuY29tgg9uNDkuZXhhbXBsZS5jb22CD241MC5leGFt
        cGxlLmNvbYIPbjUxLmV4YW1wbGUuY29tgg9uNTIuZXhhbXBsZS5jb22CD241My5l
        eGFtcGxlLmNvbYIPbjU0LmV4YW1wbGUuY29tgg9uNTUuZXhhbXBsZS5jb22CD241
        Ni5leGFtcGxlLmNvbYIPbjU3LmV4YW1wbGUuY29tgg9uNTguZXhhbXBsZS5jb22C
        D241OS5leGFtcGxlLmNvbYIPbjYwLmV4YW1wbGUuY29tgg9uNjEuZXhhbXBsZS5j
        b22CD242Mi5leGFtcGxlLmNvbYIPbjYzLmV4YW1wbGUuY29tgg9uNjQuZXhhbXBs
        ZS5jb22CD242NS5leGFtcGxlLmNvbYIPbjY2LmV4YW1wbGUuY29tgg9uNjcuZXhh
        bXBsZS5jb22CD242OC5leGFtcGxlLmNvbYIPbjY5LmV4YW1wbGUuY29tgg9uNzAu
        ZXhhbXBsZS5jb22CD243MS5leGFtcGxlLmNvbYIPbjcyLmV4YW1wbGUuY29tgg9u
        NzMuZXhhbXBsZS5jb22CD243NC5leGFtcGxlLmNvbYIPbjc1LmV4YW1wbGUuY29t
        gg9uNzYuZXhhbXBsZS5jb22CD243Ny5leGFtcGxlLmNvbYIPbjc4LmV4YW1wbGUu
        Y29tgg9uNzkuZXhhbXBsZS5jb22CD244MC5leGFtcGxlLmNvbYIPbjgxLmV4YW1w
        bGUuY29tgg9uODIuZXhhbXBsZS5jb22CD244My5leGFtcGxlLmNvbYIPbjg0LmV4
        YW1wbGUuY29tgg9uODUuZXhhbXBsZS5jb22CD244Ni5leGFtcGxlLmNvbYIPbjg3
        LmV4YW1wbGUuY29tgg9uODguZXhhbXBsZS5jb22CD244OS5leGFtcGxlLmNvbYIP
        bjkwLmV4YW1wbGUuY29tgg9uOTEuZXhhbXBsZS5jb22CD245Mi5leGFtcGxlLmNv
        bYIPbjkzLmV4YW1wbGUuY29tgg9uOTQuZXhhbXBsZS5jb22CD245NS5leGFtcGxl
        LmNvbYIPbjk2LmV4YW1wbGUuY29tgg9uOTcuZXhhbXBsZS5jb22CD245OC5leGFt
        cGxlLmNvbYIPbjk5LmV4YW1wbGUuY29tMAoGCCqGSM49BAMCA0gAMEUCIQCP27Ru
        7E87C3LyxBQ+v3BpxtcrqmrJ+JeLJy6q4qdF0gIgO8UOBK4hjPXeRF5dlvUFTpyI
        OH7SakZb5QIAn3rEbkQ=
        -----END CERTIFICATE-----
        """
}
