import NIOCore
import Testing

@testable import SluiceHTTP

@Suite("HTTPDate")
struct HTTPDateTests {
    @Test(
        "known dates, leap years and centuries among them",
        arguments: [
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
            (-86_400, "Wed, 31 Dec 1969 00:00:00 GMT"),
            (-86_401, "Tue, 30 Dec 1969 23:59:59 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (951_868_799, "Tue, 29 Feb 2000 23:59:59 GMT"),
            (951_868_800, "Wed, 01 Mar 2000 00:00:00 GMT"),
            (1_709_164_800, "Thu, 29 Feb 2024 00:00:00 GMT"),
            (1_798_761_599, "Thu, 31 Dec 2026 23:59:59 GMT"),
            (1_798_761_600, "Fri, 01 Jan 2027 00:00:00 GMT"),
            (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
            (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
            (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
        ])
    func known(seconds: Int, text: String) {
        #expect(HTTPDate.format(secondsSince1970: seconds) == text)
    }

    @Test("every day of four hundred years follows the one before")
    func everyDay() {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        var (year, month, day) = (1970, 0, 1)
        for index in 0..<146_097 {
            let text = HTTPDate.format(secondsSince1970: index * 86_400 + 3_661)
            let expected = "\(weekdays[index % 7]), \(day < 10 ? "0" : "")\(day) \(months[month]) \(year) 01:01:01 GMT"
            if text != expected {
                Issue.record("\(text) is not \(expected)")
                return
            }
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            day += 1
            if day > [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month] {
                day = 1
                month += 1
                if month == 12 { (year, month) = (year + 1, 0) }
            }
        }
        #expect(year == 2370)
    }

    @Test("within a second the text is the same one, after it a new one is made")
    func cache() {
        let date = HTTPDate()
        let start = NIODeadline.uptimeNanoseconds(1_000_000_000)
        let first = date.text(now: start)
        #expect(first.utf8.count == 29)
        #expect(date.text(now: start + .milliseconds(999)) == first)
        #expect(date.text(now: start + .seconds(1)).hasSuffix(" GMT"))
    }
}
