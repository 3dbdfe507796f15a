/// The first child that can be tried, in the order of the file.
enum PriorityBalancer {
    static func choose(_ field: borrowing Balancer.Field) -> (child: Int, reason: ChoiceReason) {
        (field.first, .priority)
    }
}
