/// Makes new inputs out of known ones: bits flipped, bytes and words inserted, runs cut, doubled, moved, joined.
public struct FuzzMutator: Sendable {
    private let seeds: [[UInt8]]
    private let words: [[UInt8]]
    private static let sizeLimit = 8192

    /// Creates a mutator of `seeds`; `words` are texts that mean something to the target.
    public init(seeds: [[UInt8]], words: [[UInt8]]) {
        self.seeds = seeds
        self.words = words
    }

    /// A new input.
    public func input(_ random: inout FuzzRandom) -> [UInt8] {
        var bytes = seeds.isEmpty ? [] : seeds[random.below(seeds.count)]
        for _ in 0...random.below(6) { mutate(&bytes, &random) }
        if bytes.count > Self.sizeLimit { bytes.removeLast(bytes.count - Self.sizeLimit) }
        return bytes
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout FuzzRandom) {
        let place = random.below(bytes.count + 1)
        switch random.below(10) {
        case 0 where place < bytes.count:
            bytes[place] ^= 1 << UInt8(random.below(8))
        case 1 where place < bytes.count:
            bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 2:
            bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
        case 3, 4:
            if !words.isEmpty { bytes.insert(contentsOf: words[random.below(words.count)], at: place) }
        case 5:
            bytes.removeSubrange(place..<min(bytes.count, place + random.below(16)))
        case 6:
            bytes.removeSubrange(place...)
        case 7:
            let end = min(bytes.count, place + 1 + random.below(32))
            if place < end { bytes.insert(contentsOf: Array(bytes[place..<end]), at: random.below(bytes.count + 1)) }
        case 8:
            if !seeds.isEmpty {
                let other = seeds[random.below(seeds.count)]
                bytes = Array(bytes[..<place]) + Array(other[random.below(other.count + 1)...])
            }
        default:
            if place < bytes.count, !words.isEmpty {
                let word = words[random.below(words.count)]
                bytes.replaceSubrange(place..<min(bytes.count, place + word.count), with: word)
            }
        }
    }
}
