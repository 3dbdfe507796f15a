import Crypto
import NIOHTTP1

/// Checks the credentials of a request to Bedrock: a key as bearer, or Amazon's signature, version 4.
///
/// The signature's shape is checked always; the signature itself for the mock's own access key ``accessKey``, whose
/// secret is ``secret``, in any region. A server with a required key takes that key as bearer, or a signature of the
/// mock's own access key, and nothing else.
/// Source: Amazon's reference of Signature Version 4 (read 2026-11).
struct BedrockAuthorization {
    /// The access key whose signatures can be verified, and its secret.
    static let accessKey = "AKIDMOCK"
    static let secret = "mock-secret"

    private static let algorithm = "AWS4-HMAC-SHA256"

    let request: ReceivedRequest

    /// Throws what Bedrock says to a request that is not allowed: 403, or 400 for one that is not well-formed.
    static func check(_ request: ReceivedRequest, key: String?) throws(RequestFault) {
        let header = request.headers.first(name: "authorization") ?? ""
        guard header.hasPrefix(algorithm) else {
            guard let key else { return }
            let sent = request.key
            guard sent.map(String.init) == key else { throw BedrockError.keyFault(hasKey: sent != nil) }
            return
        }
        let authorization = BedrockAuthorization(request: request)
        let fields = try authorization.fields(header)
        guard fields.accessKey == accessKey else {
            guard key == nil else {
                throw BedrockError.denied(
                    "The security token included in the request is invalid.", "UnrecognizedClientException")
            }
            return
        }
        guard authorization.signature(fields) == fields.signature else {
            throw BedrockError.denied(
                "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
                    + "Access Key and signing method. Consult the service documentation for details.",
                "InvalidSignatureException")
        }
    }

    // MARK: Shape

    private struct Fields {
        var accessKey: String
        /// Date, region, service and terminator.
        var scope: [String]
        var signedHeaders: [String]
        var signature: String
        var date: String
    }

    private func fields(_ header: String) throws(RequestFault) -> Fields {
        var parts: [Substring: Substring] = [:]
        for part in header.dropFirst(Self.algorithm.count).split(separator: ",") {
            let trimmed = part.drop { $0 == " " }
            guard let equals = trimmed.firstIndex(of: "=") else { continue }
            parts[trimmed[..<equals]] = trimmed[trimmed.index(after: equals)...]
        }
        for name in ["Credential", "Signature", "SignedHeaders"] where parts[name[...]] == nil {
            throw Self.incomplete("Authorization header requires '\(name)' parameter.")
        }
        let credential = (parts["Credential"] ?? "").split(separator: "/", omittingEmptySubsequences: false)
        let signature = String(parts["Signature"] ?? "")
        let signed = (parts["SignedHeaders"] ?? "").split(separator: ";").map(String.init)
        guard credential.count == 5 else {
            throw Self.incomplete(
                "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.")
        }
        guard let date = request.headers.first(name: "x-amz-date"), Self.isDate(date) else {
            throw Self.incomplete(
                "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
        }
        guard credential[1] == date.prefix(8) else {
            throw Self.mismatch(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP")
        }
        guard !credential[2].isEmpty else { throw Self.mismatch("Credential should be scoped to a valid region.") }
        guard credential[3] == "bedrock" else {
            throw Self.mismatch("Credential should be scoped to correct service: 'bedrock'.")
        }
        guard credential[4] == "aws4_request" else {
            throw Self.mismatch("Credential should be scoped with a valid terminator: 'aws4_request'.")
        }
        guard signature.utf8.count == 64,
            signature.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { throw Self.incomplete("Signature must be 64 lowercase hexadecimal digits.") }
        guard signed == signed.sorted(), signed.allSatisfy({ $0 == $0.lowercased() }) else {
            throw Self.mismatch("SignedHeaders must be in lower case and in order.")
        }
        for name in ["host", "x-amz-date"] + Self.required(request) where !signed.contains(name) {
            throw Self.mismatch("'\(name)' must be a 'SignedHeader' in the AWS Authorization.")
        }
        if let hash = request.headers.first(name: "x-amz-content-sha256"), hash != "UNSIGNED-PAYLOAD",
            hash != Self.hex(SHA256.hash(data: request.body))
        {
            throw Self.mismatch("The provided 'x-amz-content-sha256' header does not match what was computed.")
        }
        return Fields(
            accessKey: String(credential[0]), scope: credential.dropFirst().map(String.init), signedHeaders: signed,
            signature: signature, date: date)
    }

    /// Headers of Amazon's that have to be signed when they are sent.
    private static func required(_ request: ReceivedRequest) -> [String] {
        ["x-amz-security-token", "x-amz-content-sha256"].filter { request.headers.contains(name: $0) }
    }

    /// `20261121T060000Z`.
    private static func isDate(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 16, bytes[8] == UInt8(ascii: "T"), bytes[15] == UInt8(ascii: "Z") else { return false }
        return bytes.indices.allSatisfy { $0 == 8 || $0 == 15 || (0x30...0x39).contains(bytes[$0]) }
    }

    private static func incomplete(_ message: String) -> RequestFault {
        BedrockError.denied(message, "IncompleteSignatureException")
    }

    private static func mismatch(_ message: String) -> RequestFault {
        BedrockError.denied(message, "InvalidSignatureException")
    }

    // MARK: Signature

    private func signature(_ fields: Fields) -> String {
        let canonical = canonicalRequest(fields.signedHeaders)
        let scope = fields.scope.joined(separator: "/")
        let text = [Self.algorithm, fields.date, scope, Self.hex(SHA256.hash(data: Array(canonical.utf8)))]
            .joined(separator: "\n")
        var key = Array("AWS4\(Self.secret)".utf8)
        for part in fields.scope { key = Self.mac(part, key) }
        return Self.hex(Self.mac(text, key))
    }

    private func canonicalRequest(_ signed: [String]) -> String {
        let uri = RequestURI(request.uri)
        var lines = [request.method, Self.encoded(uri.path, keepsSlash: true), Self.canonicalQuery(uri.query)]
        for name in signed {
            let values = request.headers[name].map(Self.collapsed)
            lines.append("\(name):\(values.joined(separator: ","))")
        }
        let hash = request.headers.first(name: "x-amz-content-sha256") ?? Self.hex(SHA256.hash(data: request.body))
        return (lines + ["", signed.joined(separator: ";"), hash]).joined(separator: "\n")
    }

    /// The path as it was sent, encoded once more, as every service but S3 has it.
    private static func encoded(_ text: Substring, keepsSlash: Bool) -> String {
        var out: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, 0x2D, 0x2E, 0x5F, 0x7E: out.append(byte)
            case 0x2F where keepsSlash: out.append(byte)
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                out.append(contentsOf: (digits.utf8.count == 1 ? "%0" : "%").utf8)
                out.append(contentsOf: digits.utf8)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    private static func canonicalQuery(_ query: Substring?) -> String {
        guard let query else { return "" }
        var pairs: [String] = []
        for pair in query.split(separator: "&") {
            let equals = pair.firstIndex(of: "=") ?? pair.endIndex
            let name = RequestURI.decoded(String(pair[..<equals]))
            let value = equals == pair.endIndex ? "" : RequestURI.decoded(String(pair[pair.index(after: equals)...]))
            pairs.append("\(encoded(name[...], keepsSlash: false))=\(encoded(value[...], keepsSlash: false))")
        }
        return pairs.sorted().joined(separator: "&")
    }

    /// A header's value without white space around it and with single spaces within.
    private static func collapsed(_ value: String) -> String {
        value.split { $0 == " " || $0 == "\t" }.joined(separator: " ")
    }

    private static func mac(_ text: String, _ key: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: SymmetricKey(data: key)))
    }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
