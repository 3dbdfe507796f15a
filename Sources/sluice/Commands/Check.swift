import ArgumentParser
import SluiceConfig
import SluiceServer

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check the configuration.",
        discussion: "Exits with 0 when it can be used, and with 78 when it has errors."
    )

    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        let result = self.options.loader.load(path: self.options.config)
        for diagnostic in result.diagnostics {
            StandardError.print("\(diagnostic.severity.rawValue): \(diagnostic)")
        }
        guard result.errors.isEmpty, result.configuration != nil else { throw ExitCode(78) }
        print("\(result.path ?? "defaults"): fine")
        if let summary = result.configuration?.captureSummary { print("note: \(summary)") }
    }
}
