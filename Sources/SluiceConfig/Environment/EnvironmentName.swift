/// How a key of the file is written as part of an environment variable's name.
enum EnvironmentName {
    /// `vllm-a` as `VLLM_A`: upper case, `_` for every byte that is no ASCII letter or digit.
    static func normalized(_ key: String) -> String {
        String(
            decoding: key.utf8.map { byte -> UInt8 in
                switch byte {
                case 0x30...0x39, 0x41...0x5A: byte
                case 0x61...0x7A: byte - 0x20
                default: UInt8(ascii: "_")
                }
            },
            as: UTF8.self
        )
    }
}
