import ArgumentParser
import SluiceServer

struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

    func run() {
        print("sluice \(Version.current)")
    }
}
