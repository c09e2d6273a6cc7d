package io.cellgate.bench.signalling;

import io.cellgate.bench.load.SimRows;
import io.cellgate.inventory.Inventory;
import io.cellgate.inventory.account.Account;
import io.cellgate.inventory.account.AccountStore;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.batch.Batch;
import io.cellgate.inventory.batch.BatchStore;
import io.cellgate.inventory.carrier.Carrier;
import io.cellgate.inventory.carrier.CarrierStore;
import io.cellgate.inventory.operation.OperationStore;
import io.cellgate.inventory.order.Product;
import io.cellgate.inventory.order.ProductKind;
import io.cellgate.inventory.order.ProductStore;
import io.cellgate.inventory.policy.PolicyStore;
import io.cellgate.inventory.store.Actor;
import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.vault.MasterKey;
import io.cellgate.inventory.vault.Vault;
import java.net.InetAddress;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/**
 * A data folder with a carrier, its peers and a number of active SIMs, as the gateway process opens it.
 */
final class LoadInventory {
    private static final Actor ACTOR = new Actor("bench");
    private static final String POLICY = """
            {"name": "load", "rules": [{"id": "echo", "phase": "network", "action": "allow",
             "when": "net.protocol == \\"udp\\" and net.dst.port == %d"}]}"""
            .formatted(SignallingBenchMain.SERVER_PORT);

    private LoadInventory() {}

    static void make(Path folder, List<InetAddress> peers, long firstImsi, int sims)
            throws SQLException {
        Account account;
        Product product;
        Batch batch;
        try (Database database = Database.open(Inventory.fileIn(folder), InstantSource.system())) {
            Vault vault = new Vault(database,
                    MasterKey.open(folder.resolve("master.key"), true));
            AccountStore accounts = new AccountStore(database);
            account = accounts.create(ACTOR, "Load", false).require();
            String policy = new PolicyStore(database)
                    .create(ACTOR, account.id(), "load", POLICY, "").require().policy().id();
            account = accounts.replace(ACTOR, Scope.OPERATOR, account.id(), "Load", policy, false,
                    null, null, null).require();
            product = new ProductStore(database)
                    .create(ACTOR, "card", ProductKind.CARD, 1, "EUR", true).require();
            batch = new BatchStore(database, vault, new OperationStore(database))
                    .create(ACTOR, product.id(), "load").require();
            CarrierStore carriers = new CarrierStore(database);
            Carrier carrier = carriers.create(ACTOR, "Load", Set.of(), Set.of()).require();
            for (InetAddress peer : peers) {
                Carrier _ = carriers.addPeer(ACTOR, carrier.id(), peer.getHostAddress())
                        .require();
            }
        }
        new SimRows(product.id(), batch.id(), account.id(), null).write(folder, firstImsi, sims);
    }
}
