import Glibc
import SluiceTelemetry
import Testing

@Suite struct ProcessStatisticsTests {
    @Test("the kernel's figures are there and plausible")
    func current() throws {
        let before = ProcessStatistics.current()
        let resident = try #require(before.residentBytes)
        #expect(resident > 1 << 20)
        #expect(try #require(before.virtualBytes) >= resident)
        #expect(try #require(before.cpuNanoseconds) > 0)
        #expect(try #require(before.openDescriptors) > 2)
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let start = try #require(before.startNanoseconds) / 1_000_000_000
        // The boot time is known to the second only.
        #expect(start <= Int64(now.tv_sec) + 2)
        #expect(start > Int64(now.tv_sec) - 86_400)
    }
}
