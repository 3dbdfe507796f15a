import SluiceWire

extension DocumentDecoder {
    /// The facts of a `capabilities` map, in the order of the file. A list may also be written with commas.
    mutating func capabilities(_ section: Section) -> [CapabilityOverride] {
        var result: [CapabilityOverride] = []
        for entry in section.node?.entries ?? [] where !entry.value.isBroken {
            let path = section.path.key(entry.key)
            let values: [String]
            if let items = entry.value.list {
                // A broken item has been reported.
                if items.contains(where: { $0.scalar == nil }) { continue }
                values = items.compactMap { $0.scalar?.text }
            } else {
                values = (entry.value.scalar?.text ?? "").split(separator: ",").map { String($0.trimmingSpaces) }
            }
            do throws(CapabilityOverrideError) {
                result.append(try CapabilityOverride(entry.key, values))
            } catch {
                // Unknown names have been reported by the check.
                guard case .value(let expected) = error else { continue }
                mismatch(expected, entry.value, path)
            }
        }
        return result
    }
}
