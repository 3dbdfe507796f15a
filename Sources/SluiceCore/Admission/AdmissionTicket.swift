public import SluiceWire

/// What an admitted request holds of limits and budgets until it is settled, once.
public protocol AdmissionTicket: LimitFields {
    /// Replaces what is held by what the exchange took. Synchronous; a second call changes nothing.
    func settle(_ record: borrowing ExchangeRecord)

    /// The budgets that the request goes beyond and that only warn, as `25 USD per month`.
    var warnings: [String] { get }
}

/// Where the limits of a request stand, as its client is told.
public protocol LimitFields: Sendable {
    /// The header fields in the words of the client's dialect; none where the dialect has none, or nothing is limited.
    ///
    /// - Parameter now: nanoseconds since 1970.
    func fields(for dialect: Dialect, now: Int64) -> [(name: String, value: String)]
}
