extension ConfigurationPrinter {
    func resilience(of provider: ProviderConfiguration, _ text: inout YAMLText) {
        text.entry("retry_budget", provider.retryBudget.map { "\($0)" } ?? "off")
        if let breaker = provider.breaker {
            text.item(
                "breaker",
                [
                    ("window", DurationText.format(breaker.window)), ("failures", "\(breaker.failures)"),
                    ("minimum", "\(breaker.minimum)"), ("consecutive", "\(breaker.consecutive)"),
                    ("cool_down", DurationText.format(breaker.coolDown)),
                    ("cool_down_cap", DurationText.format(breaker.coolDownCap)),
                ])
        } else {
            text.line("breaker: off")
        }
        if let probe = provider.probe {
            text.item(
                "probe",
                [
                    ("every", DurationText.format(probe.every)), ("path", probe.path),
                    ("timeout", DurationText.format(probe.timeout)),
                ])
        }
    }
}
