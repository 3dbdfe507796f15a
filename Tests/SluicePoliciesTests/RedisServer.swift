import Glibc

/// A private Redis without a port, on a socket in a folder of its own, for as long as the value lives.
final class RedisServer {
    enum Failure: Error {
        case notStarted
        case notConnected
        case closed
        case refused(String)
    }

    /// Where the server is, if it is installed.
    static let path = ["/usr/bin/redis-server", "/usr/local/bin/redis-server"].first { (name: String) in
        access(name, X_OK) == 0
    }

    private let folder: String
    private let process: pid_t
    private let output: UnsafeMutablePointer<FILE>
    private let connection: Int32
    private var input: [UInt8] = []
    private var position = 0

    init() throws {
        guard let path = Self.path else { throw Failure.notStarted }
        var template = Array("/tmp/sluice-limits-XXXXXX\0".utf8CString.dropLast())
        guard mkdtemp(&template) != nil else { throw Failure.notStarted }
        self.folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let socketPath = self.folder + "/redis.sock"

        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Failure.notStarted }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_addclose(&actions, ends[0])
        let words = [
            path, "--port", "0", "--unixsocket", socketPath, "--save", "", "--appendonly", "no", "--dir", self.folder,
        ]
        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var environment: [UnsafeMutablePointer<CChar>?] = [nil]
        var process: pid_t = 0
        let started = posix_spawn(&process, path, &actions, nil, &arguments, &environment)
        close(ends[1])
        guard started == 0, let output = fdopen(ends[0], "r") else { throw Failure.notStarted }
        self.process = process
        self.output = output

        // It says so when it listens: no waiting for time.
        var line = [CChar](repeating: 0, count: 1024)
        var isReady = false
        while !isReady, fgets(&line, Int32(line.count), output) != nil {
            isReady = strstr(line, "eady to accept connections") != nil
        }
        self.connection = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: socketPath.utf8) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(self.connection, $0, size) }
        }
        guard isReady, result == 0 else { throw Failure.notConnected }
    }

    deinit {
        close(self.connection)
        kill(self.process, SIGKILL)
        var status: Int32 = 0
        waitpid(self.process, &status, 0)
        fclose(self.output)
        unlink(self.folder + "/redis.sock")
        rmdir(self.folder)
    }

    /// Sends one command whose answer is an integer or a list of integers; texts within it are left out.
    func integers(_ words: [String]) throws -> [Int64] {
        var request = Array("*\(words.count)\r\n".utf8)
        for word in words { request += Array("$\(word.utf8.count)\r\n\(word)\r\n".utf8) }
        var sent = 0
        while sent < request.count {
            let count = request[sent...].withUnsafeBytes { send(self.connection, $0.baseAddress, $0.count, 0) }
            guard count > 0 else { throw Failure.closed }
            sent += count
        }
        var answer: [Int64] = []
        try self.read(into: &answer)
        return answer
    }

    private func read(into answer: inout [Int64]) throws {
        let line = try self.line()
        let number = Int64(line.dropFirst()) ?? 0
        switch line.first {
        case ":": answer.append(number)
        case "*": for _ in 0..<max(0, number) { try self.read(into: &answer) }
        case "$": if number >= 0 { _ = try self.line() }
        case "+", "_": break
        default: throw Failure.refused(line)
        }
    }

    private func line() throws -> String {
        var line: [UInt8] = []
        while true {
            if self.position == self.input.count {
                self.input = [UInt8](repeating: 0, count: 65_536)
                let count = recv(self.connection, &self.input, self.input.count, 0)
                guard count > 0 else { throw Failure.closed }
                self.input.removeLast(self.input.count - count)
                self.position = 0
            }
            let byte = self.input[self.position]
            self.position += 1
            if byte == 10 { return String(decoding: line.dropLast(), as: UTF8.self) }
            line.append(byte)
        }
    }
}
