/// Rows in columns, for a terminal: text to the left, numbers to the right.
struct TextTable {
    private let heads: [String]
    private let numbers: Set<Int>
    private var rows: [[String]] = []

    /// - Parameter numbers: the columns that hold numbers.
    init(_ heads: [String], numbers: Set<Int> = []) {
        self.heads = heads
        self.numbers = numbers
    }

    mutating func add(_ row: [String]) {
        self.rows.append(row.map { Self.visible($0) })
    }

    /// A text without what would move the cursor: names may be a client's.
    static func visible(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }))
    }

    /// The lines, each with its line feed.
    var text: String {
        let all = [self.heads] + self.rows
        let widths = self.heads.indices.map { column in
            all.map { $0.indices.contains(column) ? $0[column].unicodeScalars.count : 0 }.max() ?? 0
        }
        return all.map { row in
            var line = ""
            for (column, width) in widths.enumerated() {
                let cell = row.indices.contains(column) ? row[column] : ""
                let space = String(repeating: " ", count: max(0, width - cell.unicodeScalars.count))
                line += self.numbers.contains(column) ? space + cell : cell + space
                line += "  "
            }
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
    }
}
