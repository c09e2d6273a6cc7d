package io.cellgate.inventory;

import io.cellgate.inventory.account.AccountStore;
import io.cellgate.inventory.account.IdentityProviderStore;
import io.cellgate.inventory.account.RoleStore;
import io.cellgate.inventory.account.TokenStore;
import io.cellgate.inventory.account.UserStore;
import io.cellgate.inventory.address.ApnStore;
import io.cellgate.inventory.address.PoolStore;
import io.cellgate.inventory.address.StaticAddressStore;
import io.cellgate.inventory.batch.BatchStore;
import io.cellgate.inventory.carrier.AccountingBindingStore;
import io.cellgate.inventory.carrier.AccountingClientStore;
import io.cellgate.inventory.carrier.CarrierStore;
import io.cellgate.inventory.carrier.FirewallStore;
import io.cellgate.inventory.bulk.BulkStore;
import io.cellgate.inventory.condition.ConditionStore;
import io.cellgate.inventory.esim.EsimStore;
import io.cellgate.inventory.carrier.PathStore;
import io.cellgate.inventory.event.EventLog;
import io.cellgate.inventory.fleet.FleetStore;
import io.cellgate.inventory.idempotency.IdempotencyStore;
import io.cellgate.inventory.operation.OperationStore;
import io.cellgate.inventory.order.OrderStore;
import io.cellgate.inventory.order.ProductStore;
import io.cellgate.inventory.place.CellStore;
import io.cellgate.inventory.policy.ListStore;
import io.cellgate.inventory.policy.PolicyStore;
import io.cellgate.inventory.sim.GeofenceStore;
import io.cellgate.inventory.sim.SimStore;
import io.cellgate.inventory.store.Actor;
import io.cellgate.inventory.store.Counters;
import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.store.DatabaseLocation;
import io.cellgate.inventory.subscriber.SubscriberStore;
import io.cellgate.inventory.usage.QuotaConditions;
import io.cellgate.inventory.usage.UsageStore;
import io.cellgate.inventory.vault.KeyReplacement;
import io.cellgate.inventory.vault.MasterKeyFile;
import io.cellgate.inventory.vault.Vault;
import io.cellgate.inventory.webhook.DeliveryQueue;
import io.cellgate.inventory.webhook.WebhookStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The inventory of one instance, open. In its data folder are {@code cellgate.db} (SQLite, with its {@code -wal} and
 * {@code -shm}) unless the database is on a server, {@code master.key}, which seals SIM secrets, and {@code lock}, which
 * keeps a second process out.
 */
public final class Inventory implements AutoCloseable {
    private static final String DATABASE = "cellgate.db";
    private static final Set<PosixFilePermission> OWNERS = Set
            .of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private final FileChannel lock;
    private final Database database;
    private final AccountStore accounts;
    private final TokenStore tokens;
    private final CarrierStore carriers;
    private final ProductStore products;
    private final OperationStore operations;
    private final BatchStore batches;
    private final OrderStore orders;
    private final SimStore sims;
    private final FleetStore fleets;
    private final PolicyStore policies;
    private final ListStore lists;
    private final EventLog events;
    private final SubscriberStore subscribers;
    private final IdempotencyStore idempotency;
    private final UsageStore usage;
    private final QuotaConditions quotas;
    private final RoleStore roles;
    private final UserStore users;
    private final IdentityProviderStore identityProviders;
    private final WebhookStore webhooks;
    private final DeliveryQueue deliveries;
    private final FirewallStore firewalls;
    private final PathStore paths;
    private final AccountingClientStore accountingClients;
    private final AccountingBindingStore accountingBindings;
    private final ApnStore apns;
    private final PoolStore pools;
    private final StaticAddressStore staticAddresses;
    private final GeofenceStore geofences;
    private final EsimStore esims;
    private final CellStore cells;
    private final ConditionStore conditions;
    private final BulkStore bulk;
    private final Vault vault;
    private final KeyReplacement keys;

    private Inventory(Path folder, FileChannel lock, Database database) {
        this.lock = lock;
        this.database = database;
        MasterKeyFile keyFile = new MasterKeyFile(folder);
        vault = new Vault(database, keyFile.open(Vault.sealedWith(database)));
        vault.check();
        keys = new KeyReplacement(database, vault, keyFile);
        accounts = new AccountStore(database);
        tokens = new TokenStore(database);
        carriers = new CarrierStore(database);
        products = new ProductStore(database);
        operations = new OperationStore(database);
        batches = new BatchStore(database, vault, operations);
        orders = new OrderStore(database);
        sims = new SimStore(database);
        fleets = new FleetStore(database);
        policies = new PolicyStore(database);
        lists = new ListStore(database);
        events = new EventLog(database);
        subscribers = new SubscriberStore(database);
        idempotency = new IdempotencyStore(database);
        usage = new UsageStore(database);
        conditions = new ConditionStore(database);
        quotas = new QuotaConditions(database, usage, conditions);
        roles = new RoleStore(database);
        users = new UserStore(database);
        identityProviders = new IdentityProviderStore(database, vault);
        webhooks = new WebhookStore(database, vault);
        deliveries = new DeliveryQueue(database);
        firewalls = new FirewallStore(database);
        paths = new PathStore(database);
        accountingClients = new AccountingClientStore(database, vault);
        accountingBindings = new AccountingBindingStore(database);
        apns = new ApnStore(database);
        pools = new PoolStore(database);
        staticAddresses = new StaticAddressStore(database);
        geofences = new GeofenceStore(database);
        esims = new EsimStore(database, vault);
        cells = new CellStore(database, operations, folder);
        bulk = new BulkStore(database, operations, sims);
    }

    /**
     * Opens the inventory in a data folder, with the database in a file there; the first time, makes both.
     *
     * @throws IllegalStateException if another process has it open, or its master key is missing, another's, or
     *                               readable by others
     */
    public static Inventory open(Path folder, InstantSource clock) {
        return open(folder, fileIn(folder), clock);
    }

    /** Opens the inventory with the database elsewhere; the folder still holds the master key. */
    public static Inventory open(Path folder, DatabaseLocation location, InstantSource clock) {
        FileChannel lock = lock(folder);
        Database database = null;
        boolean opened = false;
        try {
            if (location instanceof DatabaseLocation.SqliteFile(Path file)) {
                keepFromOthers(file);
            }
            database = Database.open(location, clock);
            Inventory inventory = new Inventory(folder, lock, database);
            opened = true;
            return inventory;
        } finally {
            if (!opened) {
                if (database != null) {
                    database.close();
                }
                unlock(lock);
            }
        }
    }

    /** The database's file of a data folder. */
    public static DatabaseLocation.SqliteFile fileIn(Path folder) {
        return new DatabaseLocation.SqliteFile(folder.resolve(DATABASE));
    }

    /** Whether an inventory was ever made in a folder: in its own file, or with the database elsewhere. */
    public static boolean isThere(Path folder) {
        return Files.exists(folder.resolve(DATABASE))
                || Files.exists(new MasterKeyFile(folder).path());
    }

    private static FileChannel lock(Path folder) {
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder, PosixFilePermissions
                        .asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            FileChannel channel = FileChannel.open(folder.resolve("lock"),
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(OWNERS));
            FileLock held = tryLock(channel);
            if (held == null) {
                channel.close();
                throw new IllegalStateException("data folder " + folder
                        + ": got it in use by another process, expected it free");
            }
            return channel;
        } catch (IOException e) {
            throw new UncheckedIOException("data folder " + folder
                    + ": expected one that can be made and written to, got " + e, e);
        }
    }

    /**
     * Makes the file, if it is not there, so that nobody but its owner reads it, whatever the folder's permissions are:
     * the folder may be one that was there before. SQLite gives its other files the same ones.
     */
    private static void keepFromOthers(Path file) {
        try {
            if (!Files.exists(file)) {
                Path _ = Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNERS));
                return;
            }
            for (String suffix : List.of("", "-wal", "-shm")) {
                Path present = file.resolveSibling(file.getFileName() + suffix);
                if (Files.exists(present)) {
                    Files.setPosixFilePermissions(present, OWNERS);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("got " + e + " for " + file
                    + ", expected a file that can be made and kept from others", e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static void unlock(FileChannel lock) {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot release the data folder", e);
        }
    }

    /** Counts a start, durably, modulo 256: the Recovery that peers are told, TS 23.007 §18, TS 29.274 §8.5. */
    public int nextRestartCounter() {
        long starts = database.write(Actor.SYSTEM, tx -> Counters.add(tx, "restart_counter", 1));
        return (int) (starts % 256);
    }

    /** Commits a small change, which fails where no other could be kept either, as on a full disk. */
    public void probe() {
        long _ = database.write(Actor.SYSTEM, tx -> Counters.add(tx, "store_probe", 1));
    }

    public Database database() {
        return database;
    }

    public AccountStore accounts() {
        return accounts;
    }

    public TokenStore tokens() {
        return tokens;
    }

    public CarrierStore carriers() {
        return carriers;
    }

    public ProductStore products() {
        return products;
    }

    public OperationStore operations() {
        return operations;
    }

    public BatchStore batches() {
        return batches;
    }

    public OrderStore orders() {
        return orders;
    }

    public SimStore sims() {
        return sims;
    }

    public FleetStore fleets() {
        return fleets;
    }

    public PolicyStore policies() {
        return policies;
    }

    public ListStore lists() {
        return lists;
    }

    public EventLog events() {
        return events;
    }

    public SubscriberStore subscribers() {
        return subscribers;
    }

    public IdempotencyStore idempotency() {
        return idempotency;
    }

    public UsageStore usage() {
        return usage;
    }

    public QuotaConditions quotas() {
        return quotas;
    }

    public RoleStore roles() {
        return roles;
    }

    public UserStore users() {
        return users;
    }

    public IdentityProviderStore identityProviders() {
        return identityProviders;
    }

    public WebhookStore webhooks() {
        return webhooks;
    }

    public DeliveryQueue deliveries() {
        return deliveries;
    }

    public AccountingClientStore accountingClients() {
        return accountingClients;
    }

    public AccountingBindingStore accountingBindings() {
        return accountingBindings;
    }

    public FirewallStore firewalls() {
        return firewalls;
    }

    public PathStore paths() {
        return paths;
    }

    public ApnStore apns() {
        return apns;
    }

    public PoolStore pools() {
        return pools;
    }

    public StaticAddressStore staticAddresses() {
        return staticAddresses;
    }

    public GeofenceStore geofences() {
        return geofences;
    }

    public EsimStore esims() {
        return esims;
    }

    public CellStore cells() {
        return cells;
    }

    public ConditionStore conditions() {
        return conditions;
    }

    public BulkStore bulk() {
        return bulk;
    }

    public Vault vault() {
        return vault;
    }

    public KeyReplacement keys() {
        return keys;
    }

    @Override
    public void close() {
        subscribers.close();
        tokens.close();
        usage.close();
        sims.close();
        conditions.close();
        database.close();
        unlock(lock);
    }
}
