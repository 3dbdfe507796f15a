extension Migration {
    /// The change feed and the audit table.
    ///
    /// The audit table takes rows and gives them; the database itself refuses to change or delete one.
    static let changes = Migration(number: 1, name: "changes and audit") { dialect in
        """
        CREATE TABLE change_counter (
            id \(dialect.integer) PRIMARY KEY CHECK (id = 1),
            number \(dialect.integer) NOT NULL
        ) \(dialect.tableOptions);
        INSERT INTO change_counter (id, number) VALUES (1, 0);
        CREATE TABLE changes (
            number \(dialect.integer) PRIMARY KEY,
            kind TEXT NOT NULL,
            record_id \(dialect.identifier) NOT NULL,
            tenant_id \(dialect.identifier),
            changed_at \(dialect.integer) NOT NULL
        ) \(dialect.tableOptions);
        CREATE INDEX changes_by_time ON changes (changed_at);
        CREATE TABLE audit (
            number \(dialect.countedKey),
            tenant_id \(dialect.identifier),
            action TEXT NOT NULL,
            subject \(dialect.identifier) NOT NULL,
            actor_kind TEXT NOT NULL,
            actor TEXT NOT NULL,
            acted_at \(dialect.integer) NOT NULL,
            source TEXT,
            request_id TEXT,
            detail TEXT
        ) \(dialect.tableOptions);
        CREATE INDEX audit_by_tenant ON audit (tenant_id, number);
        CREATE INDEX audit_by_subject ON audit (subject, number);
        \(dialect == .sqlite ? Self.sqliteGuards : Self.postgresqlGuards)
        """
    }

    private static let sqliteGuards = """
        CREATE TRIGGER audit_refuses_update BEFORE UPDATE ON audit
        BEGIN SELECT RAISE(ABORT, 'audit rows are never changed'); END;
        CREATE TRIGGER audit_refuses_delete BEFORE DELETE ON audit
        BEGIN SELECT RAISE(ABORT, 'audit rows are never deleted'); END;
        """

    private static let postgresqlGuards = """
        CREATE FUNCTION sluice_refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $body$
        BEGIN RAISE EXCEPTION 'audit rows are never changed or deleted' USING ERRCODE = '23000'; END $body$;
        CREATE TRIGGER audit_refuses_change BEFORE UPDATE OR DELETE ON audit
        FOR EACH ROW EXECUTE FUNCTION sluice_refuse_audit_change();
        CREATE TRIGGER audit_refuses_truncate BEFORE TRUNCATE ON audit
        FOR EACH STATEMENT EXECUTE FUNCTION sluice_refuse_audit_change();
        """
}
