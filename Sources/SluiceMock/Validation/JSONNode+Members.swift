import SluiceWire

/// Members that may be absent, in one call.
extension JSONNode {
    /// The elements of the array `key`; none when it is absent or no array.
    func list(_ key: String) -> [JSONNode] {
        self[key].map { Array($0.elements) } ?? []
    }

    /// The elements of the array that this is.
    var list: [JSONNode] { Array(elements) }

    /// Whether the member is there and not null.
    func has(_ key: String) -> Bool {
        self[key].map { !$0.isNull } ?? false
    }

    /// The text of the member.
    func text(_ key: String) -> String? {
        self[key]?.stringValue
    }
}
