@main
enum RoutingBench {
    static func main() {}
}
