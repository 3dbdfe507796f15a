import NIOCore
import SluiceCore
import SluiceHTTP
import SluiceWire

/// Accounts of people: an address and a password, and keys for who knows them.
extension LocalEndpoints {
    /// The longest body of such a request, in bytes: far more than the longest password needs.
    private static let accountBodyLimit = 16 * 1024

    /// `POST /auth/register`.
    func register(_ state: ExchangeState, _ budget: BodyBudget) async throws(GatewayError) -> LocalAnswer {
        guard let accounts = state.snapshot.accounts else { throw Self.nothingHere }
        let document = try await self.accountBody(state, budget)
        let login = try Self.login(in: document)
        let id = try await accounts.register(login, for: Self.caller(state))
        return Self.created([
            ("user_id", id.text), ("message", "The account was made. POST /auth/keys makes keys for it."),
        ])
    }

    /// `POST /auth/keys`.
    func makeKey(_ state: ExchangeState, _ budget: BodyBudget) async throws(GatewayError) -> LocalAnswer {
        guard let accounts = state.snapshot.accounts else { throw Self.nothingHere }
        let document = try await self.accountBody(state, budget)
        let login = try Self.login(in: document)
        let name = try Self.text("key_name", in: document)
        let minted = try await accounts.makeKey(name, for: login, Self.caller(state))
        return Self.created([
            ("api_key", minted.key.expose()), ("prefix", "sk-sl-\(minted.id.text)"),
            ("message", "Keep the key: it is shown this once."),
        ])
    }

    private func accountBody(_ state: ExchangeState, _ budget: BodyBudget) async throws(GatewayError) -> JSONDocument {
        let body = try await state.exchange.readBody(limitBytes: Self.accountBodyLimit, budget: budget)
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(copying: body.readableBytesUInt8Span)
        } catch {
            throw GatewayError(.malformedJSON, "The body is not JSON: \(error)")
        }
        state.exchange.releaseBody()
        guard document.root.kind == .object else {
            throw GatewayError(.malformedJSON, "The body has to be a JSON object.")
        }
        return document
    }

    private static func login(in document: JSONDocument) throws(GatewayError) -> AccountLogin {
        guard let email = try self.text("email", in: document), !email.isEmpty else {
            throw GatewayError(.invalidParameter, "An email is needed.", parameter: "email")
        }
        guard let password = try self.text("password", in: document), !password.isEmpty else {
            throw GatewayError(.invalidParameter, "A password is needed.", parameter: "password")
        }
        return AccountLogin(email: email, password: Secret(password))
    }

    /// A member that is text; `nil` where there is none.
    private static func text(_ name: String, in document: JSONDocument) throws(GatewayError) -> String? {
        guard let node = document.root[name], !node.isNull else { return nil }
        guard let text = node.stringValue else {
            throw GatewayError(.invalidParameter, "\(name) has to be text.", parameter: name)
        }
        return text
    }

    private static func caller(_ state: ExchangeState) -> AccountCaller {
        AccountCaller(
            source: state.record.clientAddress,
            requestID: state.record.requestID,
            at: UnixTime(milliseconds: state.record.receivedAt / 1_000_000)
        )
    }

    private static func created(_ members: [(name: String, value: String)]) -> LocalAnswer {
        var writer = JSONWriter()
        writer.beginObject()
        for (name, value) in members {
            writer.key(name)
            writer.string(value)
        }
        writer.endObject()
        return LocalAnswer(status: 201, body: ByteBuffer(bytes: writer.take()))
    }
}
