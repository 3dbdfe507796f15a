import SluiceWire

extension JSONNode {
    /// The items of the list with this name; none where there is no such list.
    func items(_ name: String) -> [JSONNode] {
        self[name].map { Array($0.elements) } ?? []
    }
}
