package io.cellgate.control;

import io.cellgate.inventory.Inventory;
import io.cellgate.inventory.account.IssuedToken;
import io.cellgate.inventory.account.Role;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.store.Actor;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code cellgate operator-token}: a way back in for who has no operator's token, as where the first one was lost
 * between its making and its showing. Who may write to the data folder may have one: nothing is guarded better than
 * the folder itself.
 */
@Command(name = "operator-token", sortOptions = false, mixinStandardHelpOptions = true, description = "Makes a new token of the operator in the data folder of a gateway that is stopped, and shows it.")
final class OperatorTokenCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private StoreOptions options = new StoreOptions();

    @Option(names = "--name", paramLabel = "NAME", defaultValue = "command line", description = "The token's name in lists (${DEFAULT-VALUE}).")
    private String name = "";

    @Override
    public Integer call() {
        Settings.Store store = options.presentStore();
        try (Inventory stores = store.open()) {
            if (!(stores.tokens().issue(Actor.SYSTEM, null, Role.OPERATOR, name,
                    null) instanceof Outcome.Done<IssuedToken>(IssuedToken issued))) {
                throw new IllegalArgumentException("--name: got \"" + name
                        + "\", expected 1 to 100 characters without control characters or blank ends");
            }
            var out = spec.commandLine().getOut();
            out.println("A token of the operator, shown this once: " + issued.secret());
            out.flush();
        }
        return 0;
    }
}
