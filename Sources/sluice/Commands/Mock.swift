import ArgumentParser
import SluiceConfig
import SluiceServer

struct Mock: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the mock model alone.",
        discussion: "GET / lists what it can be told to do."
    )

    @Option(help: "The address to listen on.")
    var listen = "127.0.0.1:9999"

    @Option(help: "Ask for this key.")
    var key: String?

    func run() async throws {
        guard let address = HostPort(self.listen) else {
            throw ValidationError("--listen: expected host:port, found \(self.listen)")
        }
        MemoryArenas.bound()
        FileDescriptors.raiseLimit()
        try await MockCommand.run(address, key: self.key)
    }
}
