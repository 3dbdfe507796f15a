public import SluiceCore

/// Makes accounts and their keys, for `POST /auth/register` and `POST /auth/keys`.
public protocol AccountService: Sendable {
    /// Makes an account. Returns the id of the user.
    ///
    /// Throws ``GatewayError/Kind/invalidParameter``, ``GatewayError/Kind/alreadyExists``, ``GatewayError/Kind/notAllowed``,
    /// ``GatewayError/Kind/tooManyAttempts``, ``GatewayError/Kind/overloaded`` or ``GatewayError/Kind/databaseUnavailable``.
    func register(_ login: AccountLogin, for caller: AccountCaller) async throws(GatewayError) -> UserID

    /// Makes a key for who knows the password of an account.
    ///
    /// Throws what ``register(_:for:)`` does, and ``GatewayError/Kind/wrongLogin`` for an unknown address, a wrong password and an account
    /// that is switched off alike.
    func makeKey(_ name: String?, for login: AccountLogin, _ caller: AccountCaller) async throws(GatewayError)
        -> MintedKey
}

/// An address and a password, as somebody typed them.
public struct AccountLogin: Sendable {
    /// The e-mail address.
    public var email: String
    /// The password.
    public var password: Secret

    /// Makes a login.
    public init(email: String, password: Secret) {
        self.email = email
        self.password = password
    }
}

/// Who asks, for bounds and the audit table.
public struct AccountCaller: Sendable {
    /// The network address.
    public var source: String?
    /// The request.
    public var requestID: String
    /// When it came.
    public var at: UnixTime

    /// Makes a caller.
    public init(source: String?, requestID: String, at: UnixTime) {
        self.source = source
        self.requestID = requestID
        self.at = at
    }
}
