import SluiceWire

/// Records as lines for a terminal, one each, in columns.
struct RecordTable {
    let columns: [String]
    let records: [JSONNode]

    /// The lines, the names of the columns first.
    var text: String {
        var table = TextTable(self.columns.map { $0.uppercased() })
        for record in self.records { table.add(self.columns.map { Self.cell(record[$0]) }) }
        return table.text
    }

    /// One record, a line for each member.
    static func lines(_ record: JSONNode) -> String {
        let members = record.members.map { (name: $0.key, value: Self.cell($0.value)) }
        let width = members.map(\.name.count).max() ?? 0
        return members.map { member in
            member.name + String(repeating: " ", count: width - member.name.count) + "  " + member.value
        }.joined(separator: "\n")
    }

    /// A value in a line: `-` for `null`.
    private static func cell(_ node: JSONNode?) -> String {
        guard let node, !node.isNull else { return "-" }
        return TextTable.visible(node.stringValue ?? String(decoding: node.rawBytes, as: UTF8.self))
    }
}
