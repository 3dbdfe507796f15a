/// The values of a statement that is put together from parts, so that each part names its own parameters.
struct SQLParameters {
    private(set) var values: [SQLValue] = []

    /// Adds a value, and gives the parameter that stands for it.
    mutating func add(_ value: SQLValue) -> String {
        self.values.append(value)
        return "$\(self.values.count)"
    }
}
