/// A status as a label: three digits, `none` when there was no answer, `other` for what is no HTTP status.
struct StatusLabel: Hashable {
    let id: UInt16

    init(id: UInt16) {
        self.id = id
    }

    init(_ status: Int) {
        switch status {
        case 0: self.id = 0
        case 100...599: self.id = UInt16(truncatingIfNeeded: status)
        default: self.id = 1
        }
    }

    var text: String {
        switch self.id {
        case 0: "none"
        case 1: "other"
        default: String(self.id)
        }
    }
}
