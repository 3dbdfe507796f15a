import Testing

@testable import SluiceIdentity

@Suite("SecondChanceCache")
struct SecondChanceCacheTests {
    @Test("keeps no more than it may, and what is used stays")
    func eviction() {
        var cache = SecondChanceCache<Int, Int>(capacity: 4)
        for key in 0..<4 { cache.insert(key * 10, for: key) }
        #expect(cache.value(for: 0) == 0)
        for key in 4..<7 {
            cache.insert(key * 10, for: key)
            #expect(cache.value(for: 0) == 0)
        }
        #expect(cache.count == 4)
        #expect(cache.value(for: 1) == nil)
        #expect(cache.value(for: 6) == 60)
    }

    @Test("a key that comes again has its new value and takes no other place")
    func replacement() {
        var cache = SecondChanceCache<Int, String>(capacity: 2)
        cache.insert("a", for: 1)
        cache.insert("b", for: 1)
        #expect(cache.count == 1)
        #expect(cache.value(for: 1) == "b")
    }

    @Test("goes the same ways as a plain dictionary, as long as all fits")
    func model() {
        var cache = SecondChanceCache<Int, Int>(capacity: 64)
        var plain: [Int: Int] = [:]
        var random: UInt64 = 7
        for step in 0..<5000 {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let key = Int(random >> 40) % 64
            switch (random >> 33) % 4 {
            case 0, 1:
                cache.insert(step, for: key)
                plain[key] = step
            case 2:
                cache.remove(key)
                plain[key] = nil
            default:
                #expect(cache.value(for: key) == plain[key])
            }
            if step % 500 == 0 {
                cache.removeAll { $0 % 3 == 0 }
                plain = plain.filter { $0.value % 3 != 0 }
            }
            #expect(cache.count == plain.count)
        }
        for (key, value) in plain { #expect(cache.value(for: key) == value) }
        cache.removeAll()
        #expect(cache.count == 0)
    }

    @Test("takes and gives back with every place used, and after removals")
    func full() {
        var cache = SecondChanceCache<Int, Int>(capacity: 3)
        for key in 0..<3 { cache.insert(key, for: key) }
        for key in 0..<3 { _ = cache.value(for: key) }
        cache.insert(3, for: 3)
        #expect(cache.count == 3)
        #expect(cache.value(for: 3) == 3)
        for key in 0..<4 { cache.remove(key) }
        #expect(cache.count == 0)
        cache.insert(5, for: 5)
        #expect(cache.value(for: 5) == 5)
    }
}
