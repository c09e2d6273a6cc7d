package io.cellgate.control;

import io.cellgate.inventory.account.AccountStore;
import io.cellgate.inventory.account.IdentityProviderStore;
import io.cellgate.inventory.account.RoleStore;
import io.cellgate.inventory.account.TokenStore;
import io.cellgate.inventory.account.UserStore;
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
 * The data folder, opened: the database {@code cellgate.db}, the key {@code master.key} that seals SIM secrets, and a
 * lock file that keeps a second process out.
 */
record Stores(FileChannel lock, Database database, AccountStore accounts, TokenStore tokens,
        RoleStore roles, UserStore users,
        IdentityProviderStore identityProviders, WebhookStore webhooks, DeliveryQueue deliveries,
        CarrierStore carriers, ProductStore products, OrderStore orders, BatchStore batches,
        SimStore sims, FleetStore fleets, PolicyStore policies, ListStore lists,
        SubscriberStore subscribers, EventLog events, IdempotencyStore idempotency,
        UsageStore usage, QuotaConditions quotas)
        implements
            AutoCloseable {
    private static final String DATABASE = "cellgate.db";
    private static final Set<PosixFilePermission> OWNERS = Set
            .of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    static Stores open(Path folder) {
        FileChannel lock = lock(folder);
        Database database = null;
        try {
            database = Database.open(ownersFiles(folder), InstantSource.system());
            Vault vault = new Vault(database,
                    MasterKey.open(folder.resolve("master.key"), !Vault.isInUse(database)));
            vault.check();
            UsageStore usage = new UsageStore(database);
            return new Stores(lock, database, new AccountStore(database), new TokenStore(database),
                    new RoleStore(database), new UserStore(database),
                    new IdentityProviderStore(database, vault), new WebhookStore(database, vault),
                    new DeliveryQueue(database),
                    new CarrierStore(database), new ProductStore(database),
                    new OrderStore(database), new BatchStore(database, vault),
                    new SimStore(database), new FleetStore(database), new PolicyStore(database),
                    new ListStore(database), new SubscriberStore(database),
                    new EventLog(database), new IdempotencyStore(database), usage,
                    new QuotaConditions(database, usage));
        } catch (RuntimeException failed) {
            close(database, lock);
            throw new StartFailure("the data folder " + folder + " cannot be opened: "
                    + failed.getMessage(), failed);
        }
    }

    /** Whether a store was ever made there. */
    static boolean isThere(Path folder) {
        return Files.exists(folder.resolve(DATABASE));
    }

    /**
     * The database's file, made if it is not there, so that nobody but its owner reads it, whatever the folder's
     * permissions are: the folder may be one that was there before. SQLite gives its other files the same ones.
     */
    private static Path ownersFiles(Path folder) {
        Path file = folder.resolve(DATABASE);
        try {
            if (!Files.exists(file)) {
                return Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNERS));
            }
            for (String each : List.of(DATABASE, DATABASE + "-wal", DATABASE + "-shm")) {
                Path present = folder.resolve(each);
                if (Files.exists(present)) {
                    Files.setPosixFilePermissions(present, OWNERS);
                }
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("got " + e + " for " + file
                    + ", expected a file that can be made and kept from others", e);
        }
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
                throw new StartFailure("the data folder " + folder
                        + " is in use by another process; expected it free", null);
            }
            return channel;
        } catch (IOException e) {
            throw new StartFailure("--data: got " + folder
                    + ", expected a folder that can be made and written to: " + e, e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException sameProcess) {
            return null;
        }
    }

    /** Our Recovery value for this run: durable before any peer hears it, TS 23.007 §18. */
    int nextRestartCounter() {
        long starts = database.write(Actor.SYSTEM,
                tx -> Counters.add(tx, "restart_counter", 1));
        return (int) (starts % 256);
    }

    /** Commits a small change, which fails where no other could be kept either, as on a full disk. */
    void probe() {
        long _ = database.write(Actor.SYSTEM, tx -> Counters.add(tx, "store_probe", 1));
    }

    @Override
    public void close() {
        subscribers.close();
        close(database, lock);
    }

    private static void close(@Nullable Database database, FileChannel lock) {
        if (database != null) {
            database.close();
        }
        try {
            lock.close();
        } catch (IOException e) {
            throw new StartFailure("the data folder's lock cannot be released", e);
        }
    }
}
