import Glibc
import SluiceFuzz

/// `sluice-fuzz <target|all> [seconds] [seed]`: mutates inputs until the time is up or something does not hold.
///
/// The same seed gives the same inputs. A failing input is written to `Fuzz/FailCases/<target>-<seed>-<number>`, which
/// the tests replay from then on; one that crashes is found again by its seed and number, printed every 2^20 inputs.
@main
enum FuzzProgram {
    static func main() {
        let arguments = CommandLine.arguments
        let name = arguments.count > 1 ? arguments[1] : "all"
        let targets = FuzzTarget.allCases.filter { name == "all" || $0.rawValue == name }
        guard !targets.isEmpty else {
            print("expected a target: all, " + FuzzTarget.allCases.map(\.rawValue).joined(separator: ", "))
            exit(2)
        }
        let seconds = arguments.count > 2 ? Double(arguments[2]) ?? 10 : 10
        let seed = arguments.count > 3 ? UInt64(arguments[3]) ?? 1 : 1
        var didFail = false
        for target in targets where !run(target, seconds: seconds, seed: seed) { didFail = true }
        exit(didFail ? 1 : 0)
    }

    private static func run(_ target: FuzzTarget, seconds: Double, seed: UInt64) -> Bool {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(seconds)
        let mutator = target.mutator
        var random = FuzzRandom(seed: seed)
        var count = 0
        while count % 256 != 0 || clock.now < deadline {
            let input = mutator.input(&random)
            if let fault = target.check(input) {
                let path = "Fuzz/FailCases/\(target.rawValue)-\(seed)-\(count)"
                write(input, to: path)
                print("\(target.rawValue): input \(count) of seed \(seed): \(fault)\n  kept as \(path)")
                return false
            }
            count += 1
            if count % (1 << 20) == 0 { print("\(target.rawValue): \(count) inputs of seed \(seed)") }
        }
        print("\(target.rawValue): \(count) inputs of seed \(seed), all hold")
        return true
    }

    private static func write(_ bytes: [UInt8], to path: String) {
        guard let file = fopen(path, "wb") else { return print("  cannot write \(path)") }
        defer { fclose(file) }
        _ = bytes.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
    }
}
