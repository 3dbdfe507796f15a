import CLinux

/// How many processors this process may use: what a container's affinity allows, not what the machine has.
enum ProcessorCount {
    static var usable: Int {
        max(1, Int(sluice_usable_processors()))
    }
}
