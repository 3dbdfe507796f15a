import Testing

@testable import SluiceTelemetry

@Suite struct SeriesTableTests {
    @Test("a key gives back the parts that it was made of")
    func keyParts() {
        let key = SeriesKey(name: 0xF_FFFF, provider: 0xFFFF, status: StatusLabel(599), group: 0xFF, variant: 0x3FF)
        #expect(key.name == 0xF_FFFF)
        #expect(key.provider == 0xFFFF)
        #expect(key.status.text == "599")
        #expect(key.group == 0xFF)
        #expect(key.variant == 0x3FF)
        #expect(key.withOtherName.name == LabelInterner.other)
        #expect(key.withOtherName.provider == 0xFFFF)
        #expect(SeriesKey(status: StatusLabel(204)).status.text == "204")
    }

    @Test("the index finds every key again, however many there are, and no other")
    func index() {
        var index = SeriesIndex()
        for number in 0..<5000 {
            let key = SeriesKey(name: UInt32(number), provider: UInt32(number % 7))
            #expect(index.slot(of: key) == nil)
            #expect(index.add(key) == number)
        }
        for number in 0..<5000 {
            #expect(index.slot(of: SeriesKey(name: UInt32(number), provider: UInt32(number % 7))) == number)
        }
        #expect(index.slot(of: SeriesKey(name: 5000)) == nil)
    }

    @Test(
        "a value equal to a bound belongs to its bucket, one above to the next",
        arguments: [
            (UInt64(0), 0), (1, 0), (2, 1), (4, 1), (5, 2), (67_108_864, 13), (67_108_865, 14), (.max, 14),
        ]
    )
    func buckets(value: UInt64, bucket: Int) {
        #expect(HistogramBounds.tokens.bucket(of: value) == bucket)
    }

    @Test("bounds are printed in the unit of the metric, as the conventions list them")
    func bounds() {
        func texts(_ bounds: HistogramBounds) -> String {
            bounds.limits.map { limit in
                var bytes: [UInt8] = []
                bytes.append(fixed: limit, decimals: bounds.decimals)
                return String(decoding: bytes, as: UTF8.self)
            }.joined(separator: ", ")
        }
        #expect(
            texts(.tokens)
                == "1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864"
        )
        #expect(
            texts(.generationSeconds)
                == "0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92"
        )
        #expect(
            texts(.firstTokenSeconds)
                == "0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10"
        )
        #expect(
            texts(.perTokenSeconds) == "0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5"
        )
        #expect(texts(.requestMilliseconds).hasPrefix("1, 5, 10, 25,"))
        #expect(texts(.requestMilliseconds).hasSuffix("300000, 600000"))
        #expect(texts(.requestSeconds).hasSuffix("300, 600"))
    }

    @Test("merging in steps equals merging at once")
    func merge() {
        var source = HistogramTable(.tokens)
        for number in 0..<200 {
            source.observe(UInt64(number), in: SeriesKey(name: UInt32(number % 150)))
        }
        var target = HistogramTable(.tokens)
        for start in stride(from: 0, to: 200, by: 64) {
            target.merge(source, slots: start..<(start + 64))
        }
        #expect(target.index.count == 150)
        let total = (0..<150).reduce(UInt64(0)) { $0 + target.sum(ofSlot: $1) }
        #expect(total == 199 * 200 / 2)
    }
}
