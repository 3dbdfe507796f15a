/// The checksums of the migrations as they were released. A line is added with a migration and never changed.
enum ReleasedMigrations {
    static let sqlite = [
        "3b0bdba7d4d65b64f0ced91ac5de2f18",
        "dc56f7f24c454be5d7e3cdc3d45410c3",
        "1d6e3e39e9af170fc33eb1bfd1f02121",
        "b597ad4fd54a4e8d14712dfc72485bc5",
        "c7ded8c3023cf8e6dcdd5ba8b9f84187",
        "b6e8277acbad7696dfb5b82d25727dc2",
        "b53a3d39175eecdf5eaf68dc29e3f68b",
    ]
    static let postgresql = [
        "1822d03d0e712c12bd561419bae51455",
        "3123003cd3dc69431c403e264ae56afb",
        "743352993824dfa5e3801d88cfcab42a",
        "9a6483d40c238f23323a2433429340ef",
        "8771cf5928dbcdb60c56019ff8459c53",
        "75d57385c82fa38b44f54ba826897714",
        "986878d8e2004c90b0a92a0e017c6b8c",
    ]
}
