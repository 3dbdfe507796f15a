/// Names of the beginnings of a prompt: one number for its first block, one for its first two, and so on.
///
/// Feed the canonical prompt in pieces, in order: two prompts that begin with the same bytes have the same first numbers, however
/// they were split. Blocks grow, so that 160 of them reach 248 KiB; what comes after is not looked at.
public struct PrefixBlocks: Sendable, Hashable {
    /// The most blocks.
    static let limit = 160
    /// How many blocks have one size.
    private static let blocksPerSize = 32
    private static let firstSizeBytes = 256

    /// The numbers, of the shortest beginning first.
    public private(set) var hashes: [UInt64] = []
    private var chain: UInt64 = 0x51_7CC1_B727_220A
    private var word: UInt64 = 0
    private var wordBytes = 0
    private var leftBytes = Self.firstSizeBytes

    /// Makes the names of an empty prompt.
    public init() {}

    /// Whether further bytes make no difference.
    public var isFull: Bool { self.hashes.count >= Self.limit }

    /// Takes the next bytes of the prompt.
    public mutating func append(_ bytes: Span<UInt8>) {
        var index = 0
        let count = bytes.count
        while index < count, !self.isFull {
            // Whole words where they do not cross the end of a block, which lies at a multiple of eight bytes.
            if self.wordBytes == 0, count - index >= 8 {
                let loaded = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: index, as: UInt64.self) }
                index += 8
                self.mix(UInt64(littleEndian: loaded))
                continue
            }
            self.word |= UInt64(bytes[index]) << UInt64(self.wordBytes * 8)
            self.wordBytes += 1
            index += 1
            if self.wordBytes == 8 {
                let word = self.word
                self.word = 0
                self.wordBytes = 0
                self.mix(word)
            }
        }
    }

    private mutating func mix(_ word: UInt64) {
        let product = (self.chain ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        self.chain = (product.high ^ product.low) &+ 0xD1B5_4A32_D192_ED03
        self.leftBytes -= 8
        guard self.leftBytes == 0 else { return }
        // No hash is 0, which stands for an empty place.
        self.hashes.append(RandomSource.mix(self.chain) | 1)
        self.leftBytes = Self.firstSizeBytes << (self.hashes.count / Self.blocksPerSize)
    }
}
