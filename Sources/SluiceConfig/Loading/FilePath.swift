/// Paths as text; only what a configuration needs.
enum FilePath {
    /// The folder that `path` lies in, with its slash at the end; empty for the working directory.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "" }
        return String(path[...slash])
    }

    /// `path`, or where it leads from `folder` if it is relative.
    static func resolved(_ path: String, in folder: String) -> String {
        if path.hasPrefix("/") { return path }
        return folder + (path.hasPrefix("./") ? String(path.dropFirst(2)) : path)
    }
}
