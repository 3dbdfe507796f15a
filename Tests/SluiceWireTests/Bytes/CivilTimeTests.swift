import SluiceWire
import Testing

@Suite("Calendar time")
struct CivilTimeTests {
    @Test(
        "moments as calendars write them",
        arguments: [
            (0, "19700101T000000Z"), (951_782_399, "20000228T235959Z"), (951_782_400, "20000229T000000Z"),
            (951_868_800, "20000301T000000Z"), (1_440_938_160, "20150830T123600Z"), (4_102_444_799, "20991231T235959Z"),
            (4_107_542_400, "21000301T000000Z"), (-1, "19691231T235959Z"), (-62_167_219_200, "00000101T000000Z"),
            (253_402_300_799, "99991231T235959Z"), (Int64.max, "99991231T235959Z"), (Int64.min, "00000101T000000Z"),
        ] as [(Int64, String)])
    func texts(seconds: Int64, text: String) {
        #expect(CivilTime(secondsSince1970: seconds).basicText == text)
    }

    @Test(
        "times of RFC 3339",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2000-02-29T00:00:00Z", 951_782_400),
            ("2015-08-30T12:36:00.123Z", 1_440_938_160),
            ("2015-08-30t14:36:00+02:00", 1_440_938_160), ("2015-08-30T12:06:00-00:30", 1_440_938_160),
            ("9999-12-31T23:59:59Z", 253_402_300_799), ("0000-01-01T00:00:00Z", -62_167_219_200),
            ("", nil), ("2015-08-30", nil), ("2015-08-30T12:36:00", nil), ("2015-13-30T12:36:00Z", nil),
            ("2015-08-30T24:36:00Z", nil), ("2015-08-30T12:36:00ZZ", nil), ("2015-08-30T12:36:00+0200", nil),
            ("2015-08-30T12:36:00.Z", 1_440_938_160), ("20150830T123600Z......", nil), ("２０１５-08-30T12:36:00Z", nil),
        ] as [(String, Int64?)])
    func reading(text: String, seconds: Int64?) {
        #expect(CivilTime.seconds(ofRFC3339: text) == seconds)
    }

    @Test("there and back over four centuries")
    func roundTrip() {
        for day in stride(from: Int64(-80_000), to: 80_000, by: 7) {
            let seconds = day * 86_400 + 3661
            let time = CivilTime(secondsSince1970: seconds).basicText
            let parts = Array(time)
            let text =
                "\(String(parts[0..<4]))-\(String(parts[4..<6]))-\(String(parts[6..<8]))T"
                + "\(String(parts[9..<11])):\(String(parts[11..<13])):\(String(parts[13..<15]))Z"
            #expect(CivilTime.seconds(ofRFC3339: text) == seconds)
            #expect(CivilTime(secondsSince1970: seconds).text == text)
        }
    }
}
