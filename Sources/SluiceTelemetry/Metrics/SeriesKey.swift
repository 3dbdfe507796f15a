/// The label values of one series, packed into 64 bits: all are small integers, so a series is found without touching text.
///
/// Layout, from the lowest bit: name 20 (a model or a key name), provider 16, status 10, group 8 (a surface or a GenAI
/// operation), variant 10 (a method, an error code, a direction). A metric leaves the parts that it has no label for at 0.
struct SeriesKey: Hashable {
    static let maximumName = (1 << 20) - 1
    static let maximumProvider = (1 << 16) - 1
    static let maximumVariant = (1 << 10) - 1

    var bits: UInt64

    init(
        name: UInt32 = 0,
        provider: UInt32 = 0,
        status: StatusLabel = StatusLabel(0),
        group: UInt8 = 0,
        variant: UInt32 = 0
    ) {
        self.bits =
            UInt64(name & 0xF_FFFF)
            | UInt64(provider & 0xFFFF) << 20
            | UInt64(status.id & 0x3FF) << 36
            | UInt64(group) << 46
            | UInt64(variant & 0x3FF) << 54
    }

    init(bits: UInt64) {
        self.bits = bits
    }

    var name: UInt32 { UInt32(truncatingIfNeeded: self.bits & 0xF_FFFF) }
    var provider: UInt32 { UInt32(truncatingIfNeeded: (self.bits >> 20) & 0xFFFF) }
    var status: StatusLabel { StatusLabel(id: UInt16(truncatingIfNeeded: (self.bits >> 36) & 0x3FF)) }
    var group: UInt8 { UInt8(truncatingIfNeeded: self.bits >> 46) }
    var variant: UInt32 { UInt32(truncatingIfNeeded: self.bits >> 54) }

    /// The same series with its model counted under `other`.
    var withOtherName: SeriesKey {
        SeriesKey(bits: self.bits & ~0xF_FFFF | UInt64(LabelInterner.other))
    }
}
