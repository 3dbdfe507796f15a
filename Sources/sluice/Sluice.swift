import ArgumentParser
import SluiceServer

@main
struct Sluice: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sluice",
        abstract: "An AI gateway: one binary in front of every model.",
        version: Version.current,
        subcommands: [
            Serve.self, Check.self, Explain.self, Usage.self, Trace.self, Prices.self, Config.self, Mock.self,
            VersionCommand.self,
        ],
        defaultSubcommand: Serve.self
    )
}
