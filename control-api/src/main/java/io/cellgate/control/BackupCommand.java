package io.cellgate.control;

import io.cellgate.control.backup.Backups;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cellgate backup}: a copy of the store while the gateway runs. */
@Command(name = "backup", sortOptions = false, mixinStandardHelpOptions = true, description = {
        "Copies the store of a gateway, which may run meanwhile, into one file.", "",
        "The key that SIM secrets are sealed with (master.key in the data folder) is not in it: whoever",
        "has the file alone opens none of them. Keep a copy of the key elsewhere; without it a restored",
        "gateway has no SIM secrets. Logs of traffic are not in it either."})
final class BackupCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private final StoreOptions options = new StoreOptions();

    @Parameters(paramLabel = "FILE", description = "The backup's file; one that is there is replaced once the new one is whole.")
    private Path file = Path.of("backup");

    @Override
    public Integer call() {
        Settings.Store store = options.store();
        Backups.Made made = Backups.make(store.data(), store.database(), file);
        var out = spec.commandLine().getOut();
        out.println("Backed up " + made.sims() + " SIMs and " + made.events() + " events to " + file
                + " (" + made.octets() + " octets).");
        out.println("Its SIM secrets open with " + store.data().resolve("master.key")
                + ", which is not in it: keep a copy of that file elsewhere.");
        out.flush();
        return 0;
    }
}
