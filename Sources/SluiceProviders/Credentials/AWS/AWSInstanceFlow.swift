/// The metadata service of an EC2 instance.
public struct AWSInstanceSource: Sendable, Hashable {
    /// Its address, without a path.
    public var isSecure: Bool
    /// Its host.
    public var host: String
    /// Its port.
    public var port: Int

    init(_ url: CredentialURL) {
        self.isSecure = url.isSecure
        self.host = url.host
        self.port = url.port
    }

    func url(_ target: String) -> CredentialURL {
        CredentialURL(isSecure: self.isSecure, host: self.host, port: self.port, target: target)
    }
}

/// Fetches the keys of an EC2 instance's role: a session token, the role's name, its keys.
///
/// Version 2 of the service alone: without a token nothing is asked.
/// Source: Amazon EC2 User Guide, "Use the Instance Metadata Service" (read 2026-11).
struct AWSInstanceFlow: CredentialFlow {
    private enum State {
        case initial
        case waitsForToken
        case waitsForRole(token: String)
        case waitsForKeys
    }

    private static let name = "the instance's metadata service"
    private static let folder = "/latest/meta-data/iam/security-credentials/"
    private let source: AWSInstanceSource
    private var state = State.initial

    init(_ source: AWSInstanceSource) {
        self.source = source
    }

    mutating func next(_ input: CredentialInput, now: Int64) -> CredentialStep {
        let answer: CredentialAnswer? = if case .answer(let answer) = input { answer } else { nil }
        switch self.state {
        case .initial:
            self.state = .waitsForToken
            let headers = [(name: "x-aws-ec2-metadata-token-ttl-seconds", value: "21600")]
            return .ask(
                CredentialRequest(
                    "PUT", self.source.url("/latest/api/token"), headers: headers, body: [], timeoutSeconds: 2)
            )
        case .waitsForToken:
            guard let token = Self.line(answer) else { return .failed(Self.failure(answer, "no session token")) }
            self.state = .waitsForRole(token: token)
            return self.ask(Self.folder, token: token)
        case .waitsForRole(let token):
            if answer?.status == 404 { return .failed(CredentialError("the instance has no role")) }
            guard let role = Self.line(answer) else { return .failed(Self.failure(answer, "no role")) }
            self.state = .waitsForKeys
            return self.ask(Self.folder + PercentEncoding.segment(role), token: token)
        case .waitsForKeys:
            return AWSKeysAnswer.step(answer, from: Self.name)
        }
    }

    private func ask(_ target: String, token: String) -> CredentialStep {
        let headers = [(name: "x-aws-ec2-metadata-token", value: token)]
        return .ask(CredentialRequest("GET", self.source.url(target), headers: headers, timeoutSeconds: 2))
    }

    /// The first line of a good answer.
    private static func line(_ answer: CredentialAnswer?) -> String? {
        guard let answer, answer.status == 200, answer.body.count <= 4096 else { return nil }
        let line = answer.body.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        guard !line.isEmpty, line.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        return String(decoding: line, as: UTF8.self)
    }

    private static func failure(_ answer: CredentialAnswer?, _ what: String) -> CredentialError {
        guard let answer else { return CredentialError("\(Self.name) did not answer in time") }
        guard answer.status == 200 else {
            return CredentialError("\(Self.name) answered with status \(answer.status) and gave \(what)")
        }
        return CredentialError("\(Self.name) gave \(what)")
    }
}
