import ArgumentParser
import SluiceConfig

struct Config: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at the configuration.",
        subcommands: [Show.self]
    )

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the configuration as it is in force, with secrets hidden."
        )

        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            let (_, configuration) = try self.options.load()
            print(ConfigurationPrinter().yaml(configuration), terminator: "")
        }
    }
}
