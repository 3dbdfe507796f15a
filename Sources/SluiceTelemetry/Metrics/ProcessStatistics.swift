import Glibc

/// What the kernel says of this process, for the `process_*` metrics. A figure that cannot be had is `nil`.
public struct ProcessStatistics: Sendable, Equatable {
    /// Memory in RAM, in bytes.
    public var residentBytes: Int64?
    /// Address space, in bytes.
    public var virtualBytes: Int64?
    /// User and system time, in nanoseconds.
    public var cpuNanoseconds: Int64?
    /// File descriptors in use.
    public var openDescriptors: Int64?
    /// The soft limit of file descriptors; `nil` also when there is none.
    public var maximumDescriptors: Int64?
    /// When the process began, in nanoseconds since 1970.
    public var startNanoseconds: Int64?

    /// Makes statistics with nothing known.
    public init() {}

    /// Reads the figures now. It takes some system calls, one more for every few hundred open descriptors.
    public static func current() -> ProcessStatistics {
        var result = ProcessStatistics()
        let pageBytes = Int64(sysconf(Int32(_SC_PAGESIZE)))
        let memory = Self.fields(ofFile: "/proc/self/statm")
        if memory.count > 1, let pages = Int64(memory[1]) { result.residentBytes = pages &* pageBytes }
        if let pages = memory.first.flatMap({ Int64($0) }) { result.virtualBytes = pages &* pageBytes }
        result.cpuNanoseconds = Self.cpuTime()
        result.openDescriptors = Self.countDescriptors()
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < rlim_t(Int64.max) {
            result.maximumDescriptors = Int64(limit.rlim_cur)
        }
        result.startNanoseconds = Self.startTime()
        return result
    }

    private static func cpuTime() -> Int64? {
        var usage = rusage()
        guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return nil }
        let seconds = Int64(usage.ru_utime.tv_sec) + Int64(usage.ru_stime.tv_sec)
        let micros = Int64(usage.ru_utime.tv_usec) + Int64(usage.ru_stime.tv_usec)
        return seconds &* 1_000_000_000 &+ micros &* 1000
    }

    private static func countDescriptors() -> Int64? {
        guard let directory = opendir("/proc/self/fd") else { return nil }
        defer { closedir(directory) }
        // `.`, `..` and the descriptor of this very listing are not counted.
        var count: Int64 = -3
        while readdir(directory) != nil { count += 1 }
        return max(count, 0)
    }

    /// The boot time plus field 22 of `/proc/self/stat`, which counts clock ticks since boot (proc_pid_stat(5)).
    private static func startTime() -> Int64? {
        let text = Self.contents(ofFile: "/proc/self/stat")
        // The second field is the program's name in parentheses and may hold anything, so fields are counted after it.
        guard let close = text.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = text[(close + 1)...].split(separator: UInt8(ascii: " "))
        guard fields.count > 19, let ticks = Int64(String(decoding: fields[19], as: UTF8.self)) else { return nil }
        let boot = Self.contents(ofFile: "/proc/stat").split(separator: UInt8(ascii: "\n"))
            .first { $0.starts(with: "btime ".utf8) }
        guard let boot, let seconds = Int64(String(decoding: boot.dropFirst(6), as: UTF8.self)) else { return nil }
        let ticksPerSecond = Int64(max(sysconf(Int32(_SC_CLK_TCK)), 1))
        return seconds &* 1_000_000_000 &+ ticks &* (1_000_000_000 / ticksPerSecond)
    }

    private static func fields(ofFile path: String) -> [String] {
        Self.contents(ofFile: path).split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func contents(ofFile path: String) -> [UInt8] {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        while bytes.count < 1 << 20 {
            let count = fread(&piece, 1, piece.count, file)
            guard count > 0 else { break }
            bytes.append(contentsOf: piece[..<count])
        }
        return bytes
    }
}
