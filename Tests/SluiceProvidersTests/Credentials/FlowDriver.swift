@testable import SluiceProviders

/// Runs a flow against answers that are written down, and keeps what it asked for.
struct FlowDriver {
    var flow: any CredentialFlow
    var now: Int64 = 1_800_000_000
    var files: [String: String] = [:]
    private(set) var asked: [CredentialRequest] = []
    private(set) var read: [String] = []

    init(_ source: CredentialSource, files: [String: String] = [:]) throws {
        guard let flow = source.flow() else { throw CredentialError("nothing to fetch") }
        self.flow = flow
        self.files = files
    }

    /// Gives the answers one after the other; `nil` is none in time.
    mutating func run(_ answers: [CredentialAnswer?]) throws -> ExpiringCredential {
        var answers = answers[...]
        var step = self.flow.next(.start, now: self.now)
        for _ in 0..<10 {
            switch step {
            case .done(let credential): return credential
            case .failed(let error): throw error
            case .read(let path):
                self.read.append(path)
                step = self.flow.next(.file(self.files[path].map { Array($0.utf8) }), now: self.now)
            case .ask(let request):
                self.asked.append(request)
                guard let answer = answers.popFirst() else { throw CredentialError("one more was asked") }
                step = self.flow.next(.answer(answer), now: self.now)
            }
        }
        throw CredentialError("no end")
    }
}

extension CredentialAnswer {
    static func ok(_ text: String) -> CredentialAnswer { .status(200, text) }

    static func status(_ status: Int, _ text: String) -> CredentialAnswer {
        CredentialAnswer(status: status, body: Array(text.utf8))
    }
}

extension CredentialRequest {
    /// The body as text.
    var text: String? { self.body.map { String(decoding: $0, as: UTF8.self) } }

    /// The value of a field.
    func header(_ name: String) -> String? { self.headers.first { $0.name == name }?.value }
}
