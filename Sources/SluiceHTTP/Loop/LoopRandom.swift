/// Random numbers for ids, one generator a loop: no system call for each. Not for secrets.
///
/// xoshiro256**, seeded from the system. Source: Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2018.
public struct LoopRandom: RandomNumberGenerator {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    init() {
        var system = SystemRandomNumberGenerator()
        self.state = (system.next(), system.next(), system.next(), system.next() | 1)
    }

    public mutating func next() -> UInt64 {
        let product = self.state.1 &* 5
        let result = (product << 7 | product >> 57) &* 9
        let shifted = self.state.1 << 17
        self.state.2 ^= self.state.0
        self.state.3 ^= self.state.1
        self.state.1 ^= self.state.2
        self.state.0 ^= self.state.3
        self.state.2 ^= shifted
        self.state.3 = self.state.3 << 45 | self.state.3 >> 19
        return result
    }
}
