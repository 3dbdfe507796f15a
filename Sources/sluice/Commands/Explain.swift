import ArgumentParser
import SluiceConfig
import SluiceServer

struct Explain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say where a request would go and why, and what would be lost on the way. Nothing is sent.",
        discussion: """
            The request is for --model on --path, with a short message, unless --body names a file (- is standard input). \
            Health is that of a gateway that has just started. Exits with 1 when the request cannot be routed.
            """
    )

    @OptionGroup var options: ConfigurationOptions

    @Option(name: .shortAndLong, help: "The model that the client names.")
    var model: String?

    @Option(help: "The path that the client calls.")
    var path = "/v1/chat/completions"

    @Option(help: "A file with the body of the request; - is standard input.")
    var body: String?

    @Option(name: .customLong("header"), help: "A header field, as 'name: value'. May be repeated.")
    var headers: [String] = []

    @Option(help: "The name of a key in auth.keys that asks.")
    var key: String?

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard self.model != nil || self.body != nil else {
            throw ValidationError("Say --model, or --body with a request that names one.")
        }
    }

    func run() async throws {
        let (_, configuration) = try self.options.load()
        let request = ExplainCommand.Request(
            path: self.path, headers: try self.fields, body: try self.bytes, model: self.model ?? "", keyName: self.key)
        do {
            let text = try await ExplainCommand.text(
                of: request, configuration, loader: self.options.loader, files: SystemFiles(), asJSON: self.json)
            print(text, terminator: "")
        } catch let failure as StartFailure {
            StandardError.print("\(failure)")
            throw ExitCode(1)
        }
    }

    private var fields: [(name: String, value: String)] {
        get throws {
            try self.headers.map { text in
                guard let colon = text.firstIndex(of: ":"), colon != text.startIndex else {
                    throw ValidationError("--header: expected 'name: value', found '\(text)'")
                }
                let value = text[text.index(after: colon)...].drop { $0 == " " }
                return (String(text[..<colon]), String(value))
            }
        }
    }

    private var bytes: [UInt8]? {
        get throws {
            guard let body = self.body else { return nil }
            do {
                return try SystemFiles().read(body == "-" ? "/dev/stdin" : body, limit: .mebibytes(32))
            } catch {
                StandardError.print("\(body): \(error)")
                throw ExitCode(66)
            }
        }
    }
}
