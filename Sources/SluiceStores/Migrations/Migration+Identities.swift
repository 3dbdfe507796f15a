extension Migration {
    /// Tenants, teams, users and keys.
    ///
    /// A team or a user is referred to together with its tenant, so that the database itself refuses a key of one tenant that names
    /// a team of another.
    static let identities = Migration(number: 2, name: "tenants, teams, users and keys") { dialect in
        """
        CREATE TABLE tenants (
            id \(dialect.identifier) PRIMARY KEY,
            name TEXT NOT NULL,
            is_disabled \(dialect.integer) NOT NULL,
            metadata TEXT NOT NULL,
            created_at \(dialect.integer) NOT NULL,
            updated_at \(dialect.integer) NOT NULL,
            revision \(dialect.integer) NOT NULL
        ) \(dialect.tableOptions);
        CREATE INDEX tenants_by_creation ON tenants (created_at, id);
        INSERT INTO tenants (id, name, is_disabled, metadata, created_at, updated_at, revision)
        VALUES ('default', 'default', 0, '{}', 0, 0, 0);
        CREATE TABLE teams (
            id \(dialect.identifier) PRIMARY KEY,
            tenant_id \(dialect.identifier) NOT NULL REFERENCES tenants (id),
            name TEXT NOT NULL,
            is_disabled \(dialect.integer) NOT NULL,
            metadata TEXT NOT NULL,
            created_at \(dialect.integer) NOT NULL,
            updated_at \(dialect.integer) NOT NULL,
            revision \(dialect.integer) NOT NULL,
            UNIQUE (tenant_id, id),
            UNIQUE (tenant_id, name)
        ) \(dialect.tableOptions);
        CREATE INDEX teams_by_creation ON teams (created_at, id);
        CREATE INDEX teams_by_tenant ON teams (tenant_id, created_at, id);
        CREATE TABLE users (
            id \(dialect.identifier) PRIMARY KEY,
            tenant_id \(dialect.identifier) NOT NULL REFERENCES tenants (id),
            team_id \(dialect.identifier),
            email \(dialect.identifier) NOT NULL UNIQUE,
            name TEXT NOT NULL,
            password_hash TEXT,
            is_admin \(dialect.integer) NOT NULL,
            is_disabled \(dialect.integer) NOT NULL,
            metadata TEXT NOT NULL,
            created_at \(dialect.integer) NOT NULL,
            updated_at \(dialect.integer) NOT NULL,
            revision \(dialect.integer) NOT NULL,
            UNIQUE (tenant_id, id),
            FOREIGN KEY (tenant_id, team_id) REFERENCES teams (tenant_id, id)
        ) \(dialect.tableOptions);
        CREATE INDEX users_by_creation ON users (created_at, id);
        CREATE INDEX users_by_tenant ON users (tenant_id, created_at, id);
        CREATE INDEX users_by_team ON users (team_id, created_at, id);
        CREATE TABLE client_keys (
            id \(dialect.identifier) PRIMARY KEY,
            tenant_id \(dialect.identifier) NOT NULL REFERENCES tenants (id),
            team_id \(dialect.identifier),
            user_id \(dialect.identifier),
            name TEXT NOT NULL,
            secret_hash TEXT NOT NULL,
            grace_hash TEXT,
            grace_ends_at \(dialect.integer),
            surfaces TEXT,
            models TEXT,
            admin_scope TEXT NOT NULL,
            networks TEXT,
            tags TEXT NOT NULL,
            metadata TEXT NOT NULL,
            limits TEXT,
            budget TEXT,
            when_client_leaves TEXT,
            expires_at \(dialect.integer),
            disabled_at \(dialect.integer),
            revoked_at \(dialect.integer),
            removed_at \(dialect.integer),
            created_at \(dialect.integer) NOT NULL,
            updated_at \(dialect.integer) NOT NULL,
            revision \(dialect.integer) NOT NULL,
            FOREIGN KEY (tenant_id, team_id) REFERENCES teams (tenant_id, id),
            FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
        ) \(dialect.tableOptions);
        CREATE INDEX client_keys_by_creation ON client_keys (created_at, id);
        CREATE INDEX client_keys_by_tenant ON client_keys (tenant_id, created_at, id);
        CREATE INDEX client_keys_by_team ON client_keys (team_id, created_at, id);
        CREATE INDEX client_keys_by_user ON client_keys (user_id, created_at, id);
        """
    }
}
