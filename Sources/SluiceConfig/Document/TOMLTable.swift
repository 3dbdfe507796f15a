/// A table of a TOML text while it is being read. A class, since a header may go on with a table anywhere in the tree.
final class TOMLTable {
    /// How it came to be, which says who may add to it.
    enum Origin {
        /// By being on the way to another (`[a.b]` for `a`): its own header may still come.
        case implied
        /// By its header: another one of the same name is an error.
        case header
        /// By a dotted key (`a.b = 1` for `a`): further dotted keys may add to it, a header may not.
        case dotted
        /// `{ ... }`: complete.
        case inline
    }

    enum Value {
        case scalar(ConfigurationNode.Scalar)
        case list([Item])
        case table(TOMLTable)
        /// `[[a]]`: the tables are in ``TOMLTable/tables(of:)``.
        case tables
    }

    /// A value and where it stands.
    struct Item {
        var value: Value
        var place: TOMLScanner.Place
    }

    private(set) var keys: [(key: String, place: TOMLScanner.Place)] = []
    private var items: [String: Item] = [:]
    private var arrays: [String: [TOMLTable]] = [:]
    var origin: Origin
    let place: TOMLScanner.Place
    /// The number of tables above it.
    let depth: Int

    init(_ origin: Origin, at place: TOMLScanner.Place, depth: Int) {
        self.origin = origin
        self.place = place
        self.depth = depth
    }

    subscript(key: String) -> Item? { items[key] }

    /// Adds a key that is not there yet.
    func add(_ key: String, at place: TOMLScanner.Place, _ item: Item) {
        keys.append((key, place))
        items[key] = item
    }

    /// The tables of `[[key]]`, one for each header.
    func tables(of key: String) -> [TOMLTable] { arrays[key] ?? [] }

    /// Adds a table to those of `[[key]]`.
    func append(_ table: TOMLTable, to key: String) {
        arrays[key, default: []].append(table)
    }
}
