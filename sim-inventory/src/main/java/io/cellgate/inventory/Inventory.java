package io.cellgate.inventory;

import io.cellgate.inventory.account.AccountStore;
import io.cellgate.inventory.account.IssuedToken;
import io.cellgate.inventory.account.TokenStore;
import io.cellgate.inventory.batch.BatchStore;
import io.cellgate.inventory.carrier.CarrierStore;
import io.cellgate.inventory.event.EventLog;
import io.cellgate.inventory.fleet.FleetStore;
import io.cellgate.inventory.idempotency.IdempotencyStore;
import io.cellgate.inventory.order.OrderStore;
import io.cellgate.inventory.order.ProductStore;
import io.cellgate.inventory.policy.ListStore;
import io.cellgate.inventory.policy.PolicyStore;
import io.cellgate.inventory.sim.SimStore;
import io.cellgate.inventory.store.Actor;
import io.cellgate.inventory.store.Counters;
import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.subscriber.SubscriberStore;
import io.cellgate.inventory.usage.QuotaConditions;
import io.cellgate.inventory.usage.UsageStore;
import io.cellgate.inventory.vault.MasterKey;
import io.cellgate.inventory.vault.Vault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * The inventory of one instance, open. In its data folder are {@code inventory.db} (SQLite, with its {@code -wal} and
 * {@code -shm}), {@code master.key} and {@code lock}, which keeps a second process out.
 */
public final class Inventory implements AutoCloseable {
    private static final String RESTARTS = "restart";

    private final FileChannel lock;
    private final Database database;
    private final int restartCounter;
    private final @Nullable IssuedToken bootstrapToken;
    private final AccountStore accounts;
    private final TokenStore tokens;
    private final CarrierStore carriers;
    private final ProductStore products;
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
    private final Vault vault;

    private Inventory(FileChannel lock, Database database, MasterKey masterKey) {
        this.lock = lock;
        this.database = database;
        vault = new Vault(database, masterKey);
        vault.check();
        accounts = new AccountStore(database);
        tokens = new TokenStore(database);
        carriers = new CarrierStore(database);
        products = new ProductStore(database);
        batches = new BatchStore(database, vault);
        orders = new OrderStore(database);
        sims = new SimStore(database);
        fleets = new FleetStore(database);
        policies = new PolicyStore(database);
        lists = new ListStore(database);
        events = new EventLog(database);
        subscribers = new SubscriberStore(database);
        idempotency = new IdempotencyStore(database);
        usage = new UsageStore(database);
        quotas = new QuotaConditions(database, usage);
        restartCounter = (int) (database.write(Actor.SYSTEM,
                tx -> Counters.add(tx, RESTARTS, 1)) % 256);
        bootstrapToken = tokens.bootstrap();
    }

    /**
     * Opens the inventory in a data folder; the first time, makes it.
     *
     * @throws IllegalStateException if another process has it open, or its master key is missing, another's, or
     *                               readable by others
     */
    public static Inventory open(Path folder, InstantSource clock) {
        FileChannel lock = lock(folder);
        Database database = null;
        boolean opened = false;
        try {
            database = Database.open(ownersFile(folder.resolve("inventory.db")), clock);
            MasterKey key = MasterKey.open(folder.resolve("master.key"),
                    !Vault.isInUse(database));
            Inventory inventory = new Inventory(lock, database, key);
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

    private static FileChannel lock(Path folder) {
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder, PosixFilePermissions
                        .asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            FileChannel channel = FileChannel.open(folder.resolve("lock"),
                    StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock held = tryLock(channel);
            if (held == null) {
                channel.close();
                throw new IllegalStateException("data folder " + folder
                        + ": got it open in another process, expected it free");
            }
            return channel;
        } catch (IOException e) {
            throw new UncheckedIOException("data folder " + folder, e);
        }
    }

    /** Makes the file, if it is not there, so that nobody but its owner reads it; SQLite's other files follow it. */
    private static Path ownersFile(Path file) {
        try {
            return Files.exists(file)
                    ? file
                    : Files.createFile(file, PosixFilePermissions
                            .asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (IOException e) {
            throw new UncheckedIOException("database " + file, e);
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

    /** How often it was started, modulo 256: the Recovery that peers are told, TS 23.007 §18, TS 29.274 §8.5. */
    public int restartCounter() {
        return restartCounter;
    }

    /** The operator's first token, if this is the instance's first start; null at any later one. */
    public @Nullable IssuedToken bootstrapToken() {
        return bootstrapToken;
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

    public Vault vault() {
        return vault;
    }

    @Override
    public void close() {
        subscribers.close();
        database.close();
        unlock(lock);
    }
}
