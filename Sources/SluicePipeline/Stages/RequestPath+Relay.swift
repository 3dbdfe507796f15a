import SluiceHTTP

extension RequestPath {
    /// Stage 8: the answer passes, synchronously for each chunk; this waits for its end.
    func relay(_ attempt: RunningAttempt) async {
        await attempt.relay.finish()
        attempt.run.giveBack()
    }
}
