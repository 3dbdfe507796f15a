import SluiceWire

/// Records as lines for a terminal, one each, in columns.
struct RecordTable {
    let columns: [String]
    let records: [JSONNode]

    /// The lines, the names of the columns first.
    var text: String {
        let rows =
            [self.columns.map { $0.uppercased() }]
            + self.records.map { record in
                self.columns.map { Self.cell(record[$0]) }
            }
        let widths = self.columns.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = zip(row, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.count)
            }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }

    /// One record, a line for each member.
    static func lines(_ record: JSONNode) -> String {
        let members = record.members.map { (name: $0.key, value: Self.cell($0.value)) }
        let width = members.map(\.name.count).max() ?? 0
        return members.map { member in
            member.name + String(repeating: " ", count: width - member.name.count) + "  " + member.value
        }.joined(separator: "\n")
    }

    /// A value in a line: nothing for `null`, and nothing that would move the cursor.
    private static func cell(_ node: JSONNode?) -> String {
        guard let node, !node.isNull else { return "-" }
        let text = node.stringValue ?? String(decoding: node.rawBytes, as: UTF8.self)
        return String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }))
    }
}
