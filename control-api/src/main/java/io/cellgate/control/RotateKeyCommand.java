package io.cellgate.control;

import io.cellgate.inventory.Inventory;
import io.cellgate.inventory.vault.KeyReplacement;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code cellgate rotate-key}: other keys for what is sealed. The gateway is stopped: the key is in a file and its name in
 * the database, which no commit changes together, and a process that runs would go on to seal with the key that it has read.
 */
@Command(name = "rotate-key", sortOptions = false, mixinStandardHelpOptions = true, description = {
        "Replaces the keys that secrets are sealed with, where the gateway is stopped.", "",
        "  master  the key in master.key; the secrets themselves are not touched. The former key is kept as",
        "          master.key.ID, for backups made before open with that one alone.",
        "  data    the keys in the store, and each secret is sealed anew. It can be broken off at any time;",
        "          the gateway runs with what is there, and the same command goes on.", "",
        "Where a key may have become known, replace both, the master key first."})
final class RotateKeyCommand implements Callable<Integer> {
    private enum Which {
        MASTER, DATA
    }

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private final StoreOptions options = new StoreOptions();

    @Parameters(paramLabel = "master|data", description = "What is replaced.")
    private String which = "";

    @Override
    public Integer call() {
        Which wanted = which();
        Settings.Store store = options.presentStore();
        PrintWriter out = spec.commandLine().getOut();
        try (Inventory stores = store.open()) {
            boolean all = switch (wanted) {
                case MASTER -> master(stores.keys(), out);
                case DATA -> data(stores.keys(), out);
            };
            return all ? 0 : Main.FAILED;
        } finally {
            out.flush();
        }
    }

    private Which which() {
        try {
            return Which.valueOf(which.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            throw new IllegalArgumentException("got \"" + which + "\", expected master or data",
                    unknown);
        }
    }

    private static boolean master(KeyReplacement keys, PrintWriter out) {
        KeyReplacement.NewMaster made = keys.replaceMasterKey();
        out.println("The master key is " + made.id() + " now; " + made.dataKeys()
                + " data keys are sealed with it.");
        out.println("The former one, " + made.formerId() + ", is kept in " + made.former()
                + ": backups made before open with it alone.");
        out.println("Keep a copy of the new one elsewhere, and make a backup.");
        return true;
    }

    private static boolean data(KeyReplacement keys, PrintWriter out) {
        KeyReplacement.NewDataKeys made = keys.replaceDataKeys(secrets -> {
            if (secrets > 0 && secrets % 100_000 == 0) {
                out.println(secrets + " secrets are sealed anew …");
                out.flush();
            }
        });
        out.println(made.keys() + " data keys are replaced; " + made.secrets()
                + " rows with secrets are sealed anew.");
        if (made.unreadables() > 0) {
            out.println(made.unreadables() + " do not open and stay as they are: "
                    + String.join(", ", made.unreadable()) + (made.unreadables() > made
                            .unreadable().size() ? " …" : ""));
        }
        return made.unreadables() == 0;
    }
}
