/// Which of a client's header fields go on to a provider.
public struct HeaderAllowList: Sendable, Equatable {
    private let names: Set<String>
    private let prefixes: [String]

    /// Makes a list. A name that ends in `*` stands for all that begin like it.
    public init(_ names: some Sequence<String>) {
        let names = names.map { $0.lowercased() }
        self.names = Set(names.filter { !$0.hasSuffix("*") })
        self.prefixes = names.filter { $0.hasSuffix("*") }.map { String($0.dropLast()) }
    }

    /// Whether the field with this lower-case name goes on.
    public func includes(_ name: String) -> Bool {
        self.names.contains(name) || self.prefixes.contains { name.hasPrefix($0) }
    }
}
