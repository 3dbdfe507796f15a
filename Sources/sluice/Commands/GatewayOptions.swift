import ArgumentParser
import SluiceConfig
import SluiceCore
import SluiceServer

/// Which running gateway a command asks, and with which key.
struct GatewayOptions: ParsableArguments {
    @OptionGroup var configuration: ConfigurationOptions

    @Option(help: "The admin listener of the gateway, as host:port. By default server.admin of the configuration.")
    var admin: String?

    /// The connection; prints what is missing and exits with 78 (EX_CONFIG) where it cannot be made.
    func connection() throws -> AdminConnection {
        guard let key = ProcessEnvironment.all["SLUICE_ADMIN_KEY"], !key.isEmpty else {
            StandardError.print("Put a key with an admin scope into the environment as SLUICE_ADMIN_KEY.")
            throw ExitCode(78)
        }
        if let admin {
            guard let address = HostPort(admin) else {
                throw ValidationError("--admin: expected host:port, found '\(admin)'")
            }
            return AdminConnection(address: address, key: Secret(key))
        }
        guard let address = try self.configuration.load().configuration.server.admin else {
            StandardError.print("The configuration has no server.admin. Set it, or name the listener with --admin.")
            throw ExitCode(78)
        }
        return AdminConnection(address: address, key: Secret(key))
    }

    /// Runs what a command does with a gateway; prints why it came to nothing and exits with 1.
    func run(_ work: (AdminConnection) async throws -> Void) async throws {
        do {
            try await work(try self.connection())
        } catch let failure as AdminConnection.Failure {
            StandardError.print("\(failure)")
            throw ExitCode(1)
        } catch is StandardOutput.Closed {
            // Whoever read has enough.
            throw ExitCode(0)
        }
    }
}

/// Parameters of a query, percent-encoded.
struct QueryText {
    private(set) var text = ""

    /// Adds a parameter, if it has a value.
    mutating func add(_ name: String, _ value: String?) {
        guard let value else { return }
        self.text += "\(self.text.isEmpty ? "?" : "&")\(name)=\(Self.encoded(value))"
    }

    /// RFC 3986, section 2.3: what is not unreserved is written as its bytes.
    static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, 0x2D, 0x2E, 0x5F, 0x7E:
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += "%" + (digits.utf8.count < 2 ? "0" : "") + digits
            }
        }
        return result
    }
}
