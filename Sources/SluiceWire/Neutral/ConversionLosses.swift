/// What a conversion could not carry.
///
/// Nothing is lost in silence: what is dropped or adapted is named to the client in `x-sluice-warnings` and to the
/// operator in the log. Names are fields of the client's dialect. Bounded: after ``limit`` names the rest is only counted.
public struct ConversionLosses: Sendable, Hashable {
    /// How much was lost.
    public enum Kind: String, Sendable, Hashable, Comparable {
        /// Changes nothing that the client could see; the log only.
        case harmless
        /// Said in another way, or with a value that the target takes.
        case adapted
        /// Left out.
        case dropped

        public static func < (left: Kind, right: Kind) -> Bool {
            left.rank < right.rank
        }

        private var rank: Int {
            switch self {
            case .harmless: 0
            case .adapted: 1
            case .dropped: 2
            }
        }
    }

    /// One loss.
    public struct Loss: Sendable, Hashable {
        /// How much was lost.
        public var kind: Kind
        /// The field: a name or a path, of letters, digits and `_.-[]` only, at most 64 bytes.
        public var field: String
    }

    /// How many losses are named.
    public static let limit = 32

    /// The losses, each field once, in the order in which they happened.
    public private(set) var all: [Loss] = []
    /// How many more there were than could be named.
    public private(set) var unnamedCount = 0

    /// Makes an empty list.
    public init() {}

    /// Whether nothing was lost.
    public var isEmpty: Bool { all.isEmpty }

    /// A field was left out.
    public mutating func drop(_ field: String) { add(.dropped, field) }

    /// A field was said in another way.
    public mutating func adapt(_ field: String) { add(.adapted, field) }

    /// A field was left out that changes nothing.
    public mutating func note(_ field: String) { add(.harmless, field) }

    /// More happened than could be named.
    public mutating func addUnnamed(_ count: Int) {
        let (sum, overflow) = unnamedCount.addingReportingOverflow(max(0, count))
        unnamedCount = overflow ? .max : sum
    }

    /// Adds the losses of another conversion of the same exchange.
    public mutating func merge(_ other: ConversionLosses) {
        for loss in other.all { add(loss.kind, loss.field) }
        unnamedCount += other.unnamedCount
    }

    /// The first loss that a client who asked for a strict conversion must be told of.
    public var firstVisible: Loss? {
        all.first { $0.kind != .harmless }
    }

    /// The value of `x-sluice-warnings`: `dropped seed, adapted temperature`; `nil` when there is nothing to tell.
    public var header: String? {
        let visible = all.filter { $0.kind != .harmless }
        guard !visible.isEmpty || unnamedCount > 0 else { return nil }
        var text = visible.map { "\($0.kind.rawValue) \($0.field)" }
        if unnamedCount > 0 { text.append("and \(unnamedCount) more") }
        return text.joined(separator: ", ")
    }

    /// The value of the log's `conversion_loss`: as ``header``, with what is harmless; `nil` when there is nothing.
    public var log: String? {
        guard !all.isEmpty else { return nil }
        var text = all.map { "\($0.kind.rawValue) \($0.field)" }
        if unnamedCount > 0 { text.append("and \(unnamedCount) more") }
        return text.joined(separator: ", ")
    }

    private mutating func add(_ kind: Kind, _ field: String) {
        let field = Self.sane(field)
        if let index = all.firstIndex(where: { $0.field == field }) {
            all[index].kind = max(all[index].kind, kind)
        } else if all.count < Self.limit {
            all.append(Loss(kind: kind, field: field))
        } else if kind != .harmless {
            unnamedCount += 1
        }
    }

    // A client may name its fields as it likes; a header and a log line may not hold just anything.
    static func sane(_ field: String) -> String {
        let bytes = field.utf8.prefix(64).map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"),
                UInt8(ascii: "["), UInt8(ascii: "]"):
                byte
            default: UInt8(ascii: "_")
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
