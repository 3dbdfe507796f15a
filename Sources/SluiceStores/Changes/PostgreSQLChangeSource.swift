import SluiceCore

/// Notices of a PostgreSQL database, on a connection of their own.
struct PostgreSQLChangeSource: ChangeWatch.Source {
    /// The channel that changes are announced on.
    static let channel = "sluice_changes"

    let location: Secret
    let library: PostgreSQLLibrary
    let settings: StoreSettings

    func connect() throws(StoreError) -> PostgreSQLConnection {
        let connection = try PostgreSQLConnection(
            self.location, library: self.library, settings: self.settings, deadline: .never)
        connection.deadline = MonotonicTime.now().advanced(by: self.settings.connectTimeout)
        try connection.listen(to: Self.channel)
        return connection
    }
}
