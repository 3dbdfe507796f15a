/// The fields of an object, found by name in constant time.
final class RecordShape: Sendable {
    let fields: [Field]
    private let positions: [String: Int]
    let requiredPositions: [Int]

    init(_ fields: [Field]) {
        self.fields = fields
        positions = Dictionary(fields.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        requiredPositions = fields.indices.filter { fields[$0].isRequired }
        precondition(fields.count <= 64, "a record's fields are counted in one word")
    }

    convenience init(_ fields: Field...) {
        self.init(fields)
    }

    /// Where the field of this name is in ``fields``.
    func position(of name: String) -> Int? {
        positions[name]
    }

    /// The field that was probably meant by a name that there is not: the nearest one within two edits.
    func nearest(to name: String) -> String? {
        fields.map { ($0.name, Self.distance($0.name, name)) }
            .filter { $0.1 <= 2 && $0.1 < $0.0.utf8.count }
            .min { $0.1 < $1.1 }?.0
    }

    /// Edits between two names, counted up to names of 64 bytes.
    private static func distance(_ left: String, _ right: String) -> Int {
        let a = Array(left.utf8)
        let b = Array(right.utf8)
        guard a.count <= 64, b.count <= 64, !b.isEmpty else { return .max }
        var row = Array(0...b.count)
        for (i, x) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, y) in b.enumerated() {
                let cost = min(row[j] + 1, row[j + 1] + 1, diagonal + (x == y ? 0 : 1))
                diagonal = row[j + 1]
                row[j + 1] = cost
            }
        }
        return row[b.count]
    }
}
