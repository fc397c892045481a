export type ServerSettings = Readonly<Record<string, string | number>>;

/** How the private PostgreSQL is set: for one program on the same machine, and never at the cost of a sale. */
export function postgresSettings(socketFolder: string, others: ServerSettings): [string, string | number][] {
  return Object.entries({
    listen_addresses: '',
    // A list of names in double quotes, so that a comma in the path does not part it.
    unix_socket_directories: `"${socketFolder.replaceAll('"', '""')}"`,
    unix_socket_permissions: '0700',
    max_connections: 60,
    shared_buffers: '256MB',
    work_mem: '16MB',
    maintenance_work_mem: '256MB',
    max_wal_size: '4GB',
    // What is to be kept beside backups (BACKUP_LOG_SECONDS) and cannot be is given up before it fills the disk.
    max_slot_wal_keep_size: '8GB',
    min_wal_size: '256MB',
    wal_buffers: '16MB',
    checkpoint_timeout: '15min',
    random_page_cost: 1.1,
    jit: 'off',
    fsync: 'on',
    synchronous_commit: 'on',
    log_min_messages: 'warning',
    timezone: 'UTC',
    ...others,
  });
}
